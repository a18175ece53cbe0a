import ModelFiles
import Testing
import WireModel

@testable import Advice

@Suite("Answers about memory")
struct FitDeskTests {
    private static func question(_ change: (inout FitQuestion) -> Void) -> FitQuestion {
        var question = FitQuestion()
        change(&question)
        return question
    }

    private static func refusal(_ change: (inout FitQuestion) -> Void) -> AdviceError? {
        do throws(AdviceError) {
            _ = try FitDesk.answer(question(change))
            return nil
        } catch { return error }
    }

    @Test("a description and the same model by name agree")
    func described() throws {
        let named = try FitDesk.answer(
            Self.question {
                $0.model = "llama-2-7b"
                $0.method = "full"
                $0.precision = "bf16"
            })
        let described = try FitDesk.answer(
            Self.question {
                ($0.parameters, $0.layers, $0.hidden, $0.vocabulary) = (6.74e9, 32, 4_096, 32_000)
                ($0.method, $0.precision) = ("full", "bf16")
            })
        #expect(named.expectedBytes == described.expectedBytes && named.safeBytes == described.safeBytes)
        #expect(named.lowerBytes < named.expectedBytes && named.expectedBytes < named.safeBytes)
        #expect(abs(named.parts.reduce(0) { $0 + $1.bytes } - named.expectedBytes) <= Int64(named.parts.count))
    }

    @Test("what can't be answered is refused with what to do, and the nearest")
    func refused() {
        #expect(Self.refusal { _ in } == Self.refusal { $0.method = "full" })
        guard case .unknownModel("lama-2-7b", let nearest)? = Self.refusal({ $0.model = "lama-2-7b" }) else {
            Issue.record("not refused")
            return
        }
        #expect(nearest.contains("llama-2-7b"))
        #expect(
            Self.refusal { ($0.model, $0.batch) = ("bert-base", 0) }
                == .outOfRange(what: "--batch", given: "0", least: "1", most: "10000000"))
        #expect(Self.refusal { ($0.model, $0.gpu) = ("bert-base", "rtx 4095") } != nil)
        #expect(Self.refusal { ($0.model, $0.method) = ("resnet50", "lora") } != nil)
        #expect(Self.refusal { ($0.parameters, $0.layers, $0.hidden) = (.nan, 1, 1) } != nil)
        #expect(Self.refusal { $0.parameters = 7e9 } != nil)
        guard case .unknownWord(_, "trainn", _, _)? = Self.refusal({ ($0.model, $0.method) = ("bert-base", "trainn") })
        else {
            Issue.record("a word that is none was taken")
            return
        }
    }

    @Test("what is advised holds when it is added to what was asked, also where the name said how many")
    func counted() throws {
        var question = FitQuestion()
        (question.model, question.method, question.gpu) = ("llama-3.1-8b", "full", "a100:2")
        let view = try FitDesk.answer(question)
        let devices = try #require(view.remedies.first { $0.options.contains("--sharding") })
        #expect(devices.options == "--gpu 'A100 SXM4 80GB:4' --sharding zero3")
        #expect(view.remedies.allSatisfy { !$0.options.contains("--gpus") })
        let larger = try #require(view.remedies.last { $0.options.hasPrefix("--gpu ") })
        question.gpu = String(larger.options.dropFirst(7).dropLast())
        #expect(try FitDesk.answer(question).devices.first?.verdict == "fits")
        question.gpu = "a100"
        #expect(try !FitDesk.answer(question).sentence.contains("and larger"))
        question.precision = "int4"
        #expect(throws: AdviceError.self) { try FitDesk.answer(question) }
    }

    @Test("all at once says what it does, and no more")
    func thrift() throws {
        func once(_ change: (inout FitQuestion) -> Void) throws -> FitRemedy {
            var question = FitQuestion()
            (question.model, question.method, question.gpu) = ("llama-3.2-1b", "full", "rtx3060")
            change(&question)
            return try #require(try FitDesk.answer(question).remedies.first { $0.words.hasPrefix("all at once: ") })
        }
        let adam = try once { ($0.model, $0.gpu, $0.batch) = ("llama-3.1-8b", "a100", 8) }
        #expect(adam.words.contains("the optimiser's state in 8 bits") && adam.words.contains("accumulate gradients"))
        #expect(adam.options.contains("--optimizer adamw-8bit") && adam.options.contains("--chunked-loss"))
        let lion = try once { ($0.batch, $0.optimizer) = (8, "lion") }
        #expect(!lion.words.contains("8 bits") && !lion.options.contains("--optimizer"))
        var plain = FitQuestion()
        (plain.model, plain.method, plain.gpu, plain.batch) = ("llama-3.2-1b", "full", "rtx3060", 8)
        (plain.plainAttention, plain.sequence) = (true, 4_096)
        let remedies = try FitDesk.answer(plain).remedies
        #expect(
            remedies.contains { $0.options.contains("--method qlora") && $0.options.contains("without --plain-attention") })
    }

    @Test("what doesn't fit the GPU that was named comes with changes that do, as options")
    func remedies() throws {
        let view = try FitDesk.answer(
            Self.question { ($0.model, $0.method, $0.gpu) = ("llama-3.1-8b", "full", "rtx4090") })
        #expect(view.devices.map(\.verdict) == ["doesNotFit"])
        #expect(view.remedies.contains { $0.options.hasPrefix("--method qlora") })
        #expect(view.remedies.allSatisfy { $0.safeBytes <= 24 << 30 || $0.options.hasPrefix("--gpu ") })
    }

    @Test(
        "words that people use stand for the same",
        arguments: [
            ("pure_bf16", "pure-bf16"), ("float32", "fp32"), ("4-bit", "int4"), ("BF16", "bf16"),
        ])
    func synonyms(given: String, meant: String) throws {
        func expected(_ word: String) throws -> Int64 {
            try FitDesk.answer(Self.question { ($0.model, $0.precision) = ("llama-2-7b", word) }).expectedBytes
        }
        #expect(try expected(given) == expected(meant))
    }

    @Test("a file's header tells weights, shape and how many bits: an INT4 file needs a quarter of a BF16 one")
    func headers() throws {
        func expected(_ bytes: Int) throws -> FitView {
            var header = ModelHeader(
                format: .gguf, parameters: 7_000_000_000, weightBytes: bytes, tensors: 291, precisions: [],
                quantised: bytes < 8_000_000_000)
            (header.layers, header.hidden, header.heads, header.keyValueHeads, header.vocabulary) = (
                32, 4_096, 32, 8, 32_000
            )
            return try FitDesk.answer(FitQuestion(), header: ("/models/x.gguf", header))
        }
        let wide = try expected(14_000_000_000), narrow = try expected(4_000_000_000)
        #expect(wide.model == "x.gguf" && wide.assumptions[0].contains("bf16") && narrow.assumptions[0].contains("int4"))
        #expect(Double(narrow.expectedBytes) < Double(wide.expectedBytes) * 0.5)
    }

    /// As the options that stand beside a remedy say.
    private static func follow(_ question: FitQuestion, _ options: String) -> FitQuestion {
        var question = question
        var words = options.split(separator: " ").map(String.init)
        while !words.isEmpty {
            switch words.removeFirst() {
            case "--method": question.method = words.removeFirst()
            case "--precision": question.precision = words.removeFirst()
            case "--batch": question.batch = Int(words.removeFirst())
            case "--optimizer": question.optimizer = words.removeFirst()
            case "--gpus": question.gpus = Int(words.removeFirst())
            case "--sharding": question.sharding = words.removeFirst()
            case "--checkpointing": question.checkpointing = true
            case "--chunked-loss": question.chunkedLoss = true
            default: question.plainAttention = false
            }
        }
        return question
    }

    @Test(
        "every remedy holds what it promises when its options are given",
        arguments: [
            ("llama-3.1-8b", "full", 8, "rtx4090"), ("llama-2-13b", "lora", 4, "rtx4090"),
            ("bert-large", "full", 64, "rtx 3060 12gb"),
            ("resnet50", "full", 512, "rtx 3060 12gb"), ("llama-3.1-70b", "inference", 1, "l40s"),
            ("llama-3.1-405b", "full", 1, "h100"),
        ])
    func remediesHold(model: String, method: String, batch: Int, gpu: String) throws {
        let question = Self.question { ($0.model, $0.method, $0.batch, $0.gpu) = (model, method, batch, gpu) }
        let view = try FitDesk.answer(question)
        for remedy in view.remedies where !remedy.options.hasPrefix("--gpu ") {
            let again = try FitDesk.answer(Self.follow(question, remedy.options))
            #expect(again.safeBytes == remedy.safeBytes && again.devices[0].verdict == "fits", "\(remedy)")
        }
    }

    @Test("a file's own bytes are its weights; one that tells no layers is weights alone, and not trained")
    func ownBytes() throws {
        let header = ModelHeader(
            format: .gguf, parameters: 68_700_000_000, weightBytes: 56_400_000_000, tensors: 1, precisions: [],
            quantised: true)
        let view = try FitDesk.answer(Self.question { $0.gpu = "l40s" }, header: ("x.gguf", header))
        #expect(view.devices[0].verdict != "fits" && view.parts[0].bytes == 56_400_000_000)
        #expect(throws: AdviceError.self) {
            try FitDesk.answer(Self.question { $0.method = "lora" }, header: ("x.gguf", header))
        }
    }

    @Test("what is said beside a file is checked like what describes a model")
    func besideFile() {
        var header = ModelHeader(
            format: .safetensors, parameters: 7_000_000_000, weightBytes: 14_000_000_000, tensors: 1, precisions: [],
            quantised: false)
        func refused(_ change: (inout FitQuestion) -> Void) -> Bool {
            do throws(AdviceError) {
                _ = try FitDesk.answer(Self.question(change), header: ("m.safetensors", header))
                return false
            } catch { return true }
        }
        for outputs in [-5, 0, .infinity, .nan, 1e300] { #expect(refused { $0.outputs = outputs }, "\(outputs)") }
        #expect(!refused { $0.outputs = 11e6 })
        (header.layers, header.hidden) = (32, 4_096)
        for wrong in [-5, 0, Int.max] {
            #expect(
                refused { $0.heads = wrong } && refused { $0.keyValueHeads = wrong } && refused { $0.vocabulary = wrong })
            #expect(refused { $0.layers = wrong } && refused { $0.hidden = wrong } && refused { $0.side = wrong })
        }
        #expect(!refused { ($0.heads, $0.keyValueHeads, $0.vocabulary) = (32, 8, 32_000) })
    }
}
