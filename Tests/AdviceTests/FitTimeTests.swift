import Advisor
import FleetModel
import ModelFiles
import Testing
import WireModel

@testable import Advice

@Suite("Answers about time")
struct FitTimeTests {
    private static let today = CivilDate("2026-11-22") ?? .first

    private static func question(_ change: (inout FitQuestion) -> Void) -> FitQuestion {
        var question = FitQuestion()
        change(&question)
        return question
    }

    private static func refusal(_ change: (inout FitQuestion) -> Void) -> String? {
        do throws(AdviceError) {
            _ = try FitDesk.answer(question(change))
            return nil
        } catch { return error.description }
    }

    @Test("each GPU that it may fit has a time, an energy, and a rent where the table knows one; the others have none")
    func answers() throws {
        let view = try FitDesk.answer(
            Self.question { ($0.model, $0.method, $0.batch, $0.tokens) = ("llama-3.1-8b", "lora", 4, 1e8) },
            rents: RentsToday(Self.today))
        for device in view.devices {
            #expect((device.seconds != nil) == (device.verdict != "doesNotFit"), "\(device.gpu)")
            #expect((device.energyJoules != nil) == (device.seconds != nil))
        }
        let h100 = try #require(view.devices.first { $0.gpu == "H100 SXM5 80GB" })
        let rent = try #require(h100.rent), seconds = try #require(h100.seconds)
        let exact = Double(rent.perGPUHour.micros) * seconds.expected / 3_600
        #expect(abs(Double(rent.expected.micros) / exact - 1) < 1e-4 && rent.lower < rent.expected)
        #expect(rent.date.hasPrefix("20") && !rent.provider.isEmpty && view.rentWords.contains { $0.contains(rent.date) })
        #expect(view.assumptions.contains { $0.contains("32 % of an A100") } && view.tellsTime)
        let without = try FitDesk.answer(Self.question { ($0.model, $0.tokens) = ("bert-base", 1e8) })
        #expect(without.devices.allSatisfy { $0.rent == nil && $0.seconds != nil })
        #expect(try !FitDesk.answer(Self.question { $0.model = "bert-base" }).tellsTime)
    }

    @Test("epochs multiply, samples are examples of so many tokens, a utilisation is taken")
    func amounts() throws {
        func expected(_ change: (inout FitQuestion) -> Void) throws -> Double {
            var question = Self.question { ($0.model, $0.method, $0.batch, $0.gpu) = ("bert-base", "full", 32, "a100") }
            change(&question)
            return try #require(FitDesk.answer(question).devices[0].seconds).expected - 5
        }
        let once = try expected { $0.tokens = 512e6 }
        #expect(abs(try expected { ($0.tokens, $0.epochs) = (512e6, 3) } / once - 3) < 1e-6)
        #expect(abs(try expected { $0.samples = 1e6 } / once - 1) < 1e-6)
        let half = try expected { ($0.tokens, $0.utilisation) = (512e6, 0.2) }
        #expect(abs(half / (try expected { ($0.tokens, $0.utilisation) = (512e6, 0.4) }) - 2) < 1e-6)
    }

    @Test("what can't be told is refused in words that say what to do")
    func refused() {
        for wrong in [0, -1, 1e300, .nan, .infinity] {
            #expect(Self.refusal { ($0.model, $0.tokens) = ("bert-base", wrong) }?.contains("--tokens") == true)
            #expect(Self.refusal { ($0.model, $0.samples) = ("resnet50", wrong) }?.contains("--samples") == true)
        }
        for wrong in [0, 1.5, -0.1, .nan] {
            #expect(
                Self.refusal { ($0.model, $0.tokens, $0.utilisation) = ("bert-base", 1, wrong) }?
                    .contains("--utilisation") == true)
        }
        #expect(Self.refusal { ($0.model, $0.tokens) = ("resnet50", 1e6) }?.contains("--samples") == true)
        #expect(Self.refusal { ($0.model, $0.samples) = ("gpt2", 1e6) }?.contains("--prompt-tokens") == true)
        #expect(Self.refusal { ($0.model, $0.tokens, $0.samples) = ("bert-base", 1, 1) }?.contains("once") == true)
        #expect(Self.refusal { ($0.model, $0.method, $0.promptTokens) = ("gpt2", "full", 1) }?.contains("--tokens") == true)
        #expect(Self.refusal { ($0.model, $0.epochs) = ("gpt2", 3) }?.contains("--tokens 1e9") == true)
        #expect(Self.refusal { ($0.model, $0.tokens, $0.epochs) = ("gpt2", 1, 0) }?.contains("--epochs") == true)
    }

    @Test("a file's experts that a token doesn't visit are not computed; numbers that contradict one another count as all")
    func experts() throws {
        func time(_ change: (inout ModelHeader) -> Void) throws -> Double {
            var header = ModelHeader(
                format: .safetensors, parameters: 46_700_000_000, weightBytes: 93_400_000_000, tensors: 1, precisions: [],
                quantised: false)
            (header.layers, header.hidden, header.heads, header.vocabulary) = (32, 4_096, 32, 32_000)
            change(&header)
            let view = try FitDesk.answer(
                Self.question { ($0.promptTokens, $0.gpu) = (1e9, "b200") }, header: ("m.safetensors", header))
            return try #require(view.devices[0].seconds).expected
        }
        let all = try time { _ in }
        let some = try time { ($0.experts, $0.expertsPerToken, $0.intermediate) = (8, 2, 14_336) }
        #expect((0.25...0.32).contains(some / all))
        #expect(try time { ($0.experts, $0.expertsPerToken, $0.intermediate) = (800, 2, 14_336) } == all)
        #expect(try time { ($0.experts, $0.expertsPerToken, $0.intermediate) = (-3, 9, 14_336) } == all)
    }

    @Test("a network of images that is only described is guessed by ResNet-50, says so, and takes no utilisation")
    func guessed() throws {
        func described(_ change: (inout FitQuestion) -> Void) -> FitQuestion {
            Self.question {
                ($0.parameters, $0.outputs, $0.method, $0.batch) = (25.56e6, 11.11e6, "full", 128)
                ($0.samples, $0.gpu, $0.precision) = (1e7, "a100", "fp16")
                change(&$0)
            }
        }
        let view = try FitDesk.answer(described { _ in })
        let named = try FitDesk.answer(described { ($0.parameters, $0.outputs, $0.model) = (nil, nil, "resnet50") })
        let ratio = try #require(view.devices[0].seconds).expected / (try #require(named.devices[0].seconds).expected)
        #expect(abs(ratio - 1) < 0.01)
        #expect(view.assumptions.contains { $0.contains("370 multiplications") })
        #expect(!named.assumptions.contains { $0.contains("guessed") })
        do throws(AdviceError) {
            _ = try FitDesk.answer(described { $0.utilisation = 0.3 })
            Issue.record("a utilisation of nobody knows how many operations was taken")
        } catch { #expect(error.description.contains("--utilisation needs the number of operations")) }
    }

    @Test("several GPUs: whose network, and where it decides")
    func several() throws {
        let view = try FitDesk.answer(
            Self.question {
                ($0.model, $0.method, $0.tokens, $0.gpu, $0.gpus) = ("llama-3.2-1b", "full", 1e8, "rtx4090", 8)
                $0.sequence = 256
            })
        #expect(view.assumptions.contains { $0.contains("between machines the network") })
        #expect(view.timeNotes.contains { $0.contains("sending between the GPUs takes longer") }, "\(view.assumptions)")
        for line in view.assumptions { #expect(!PlanField.onPage(line).contains("--"), "\(line)") }
    }

    @Test("GPUs are named as for run: by name, by memory, with how many")
    func names() throws {
        func answer(_ gpu: String) throws -> FitView {
            try FitDesk.answer(Self.question { ($0.model, $0.gpu) = ("llama-3.1-70b", gpu) })
        }
        let large = try answer("80GB..")
        #expect(large.devices.count > 2 && large.devices.allSatisfy { $0.memoryBytes >= 80 << 30 })
        #expect(try answer("24GB..48GB").devices.allSatisfy { (24 << 30...48 << 30).contains($0.memoryBytes) })
        #expect(Self.refusal { ($0.model, $0.gpu, $0.gpus) = ("gpt2", "a100:2", 8) }?.contains("say how many once") == true)
        #expect(Self.refusal { ($0.model, $0.gpu, $0.gpus) = ("gpt2", "a100:2", 2) } == nil)
        #expect(try answer("a100:2").gpus == 2 && answer("a100:2").devices[0].gpu.hasPrefix("A100"))
        #expect(Self.refusal { ($0.model, $0.gpu) = ("gpt2", "80GB..24GB") }?.contains("range") == true)
        #expect(Self.refusal { ($0.model, $0.gpu) = ("gpt2", "900GB..") }?.contains("900GB") == true)
        #expect(Self.refusal { ($0.model, $0.gpu) = ("gpt2", "a100:0") }?.contains("--gpu") == true)
    }

    @Test("without a GPU the changes are for the largest that it doesn't fit, and the answer is a line")
    func changes() throws {
        let view = try FitDesk.answer(Self.question { $0.model = "llama-3.1-8b" })
        #expect(!view.remedies.isEmpty && view.remedies.allSatisfy { $0.gpu == "GeForce RTX 4060 Ti 16GB" })
        #expect(view.remedyTitle == "It would fit GeForce RTX 4060 Ti 16GB with")
        #expect(
            view.sentence
                == "Inference, weights as bf16: fits GeForce RTX 4090 and larger; hardly fits GeForce RTX 4060 Ti 16GB; doesn't fit GeForce RTX 3060 12GB."
        )
        let two = try FitDesk.answer(Self.question { ($0.model, $0.gpu, $0.gpus) = ("gpt2", "rtx4090", 2) })
        #expect(two.sentence.hasSuffix(": fits 2 × GeForce RTX 4090.") && two.remedies.isEmpty)
    }

    @Test("each door names fields its way, and what a page doesn't have is left out")
    func doors() throws {
        let error = AdviceError.outOfRange(what: "--kv-heads", given: "0", least: "1", most: "9")
        #expect(error.description.hasPrefix("--kv-heads:") && error.overHTTP.hasPrefix("`kvHeads`:"))
        #expect(AdviceError.noModel.onPage.contains("“Its width” 4096"))
        #expect(!AdviceError.noModel.onPage.contains("file") && AdviceError.noModel.description.contains("file"))
        #expect(!AdviceError.unknownModel("x", nearest: []).overHTTP.contains("carrel plan"))
        #expect(PlanField.onPage("kept (--checkpointing does; --rank) on (30 cores)") == "kept on (30 cores)")
        #expect(PlanField.onPage("a -- b --nosuch --batch.") == "a -- b --nosuch “Batch”.")
        #expect(PlanField.overHTTP("--prompt-tokens 1") == "`promptTokens` 1")
        for name in ["bert-base", "resnet50", "gpt2"] {
            for method in ["full", "inference"] {
                let view = try FitDesk.answer(
                    Self.question {
                        ($0.model, $0.method) = (name, method)
                        if name == "resnet50" { $0.samples = 1e6 } else { $0.tokens = 1e6 }
                    })
                for line in view.assumptions {
                    #expect(!PlanField.onPage(line).contains("--"), "\(line)")
                    #expect(!PlanField.overHTTP(line).contains("--"), "\(line)")
                }
            }
        }
    }
}
