import FleetModel
import Testing

@testable import Advisor

@Suite("Memory of a model")
struct MemoryTests {
    private static func shape(_ name: String) throws -> ModelShape { try #require(KnownModel.named(name)).shape }

    @Test("16 bytes a parameter for Adam in FP32, 18 in mixed precision with FP32 gradients, 8 for pure BF16")
    func states() throws {
        for (format, bytes) in [(MemoryQuestion.WeightFormat.fp32, 16.0), (.bf16, 18), (.pureBF16, 8)] {
            let question = MemoryQuestion(shape: try Self.shape("llama-2-7b"), method: .full, weights: format)
            #expect(abs(States(question).sum / (6.74e9 * bytes) - 1) < 1e-9, "\(format)")
        }
    }

    @Test("ZeRO cuts the optimiser's state, then gradients, then weights")
    func sharding() throws {
        var question = MemoryQuestion(shape: try Self.shape("llama-2-7b"), method: .full, weights: .bf16, devices: 8)
        var last = Double.infinity
        for sharding in [MemoryQuestion.Sharding.none, .zero1, .zero2, .zero3] {
            question.sharding = sharding
            let now = States(question).sum
            #expect(now < last)
            last = now
        }
        #expect(abs(last / (6.74e9 * 18 / 8) - 1) < 1e-9)
    }

    /// Published: 50 measured figures are in Benchmarks/Advice; these are the plainest.
    @Test(
        "published figures are met",
        arguments: [
            ("qwen-7b", MemoryQuestion.Method.lora, 1_024, 21.5), ("qwen-14b", .lora, 2_048, 37.4),
            ("qwen-72b", .qlora, 2_048, 64.1),
        ])
    func published(name: String, method: MemoryQuestion.Method, sequence: Int, measured: Double) throws {
        let estimate = MemoryEstimator.estimate(
            MemoryQuestion(shape: try Self.shape(name), method: method, sequence: sequence, checkpointing: true))
        #expect(abs(Double(estimate.expected.bytes) / 1e9 / measured - 1) < 0.15, "\(estimate.expected.text)")
        #expect(Double(estimate.lower.bytes) / 1e9 < measured && Double(estimate.safe.bytes) / 1e9 > measured)
    }

    @Test("what ran out of memory is never said to fit")
    func neverFits() throws {
        for (name, batch, sequence) in [("bert-large", 1, 512), ("bert-large", 2, 320), ("bert-base", 7, 512)] {
            let estimate = MemoryEstimator.estimate(
                MemoryQuestion(
                    shape: try Self.shape(name), method: .full, weights: .fp32, batch: batch, sequence: sequence,
                    fusedAttention: false))
            #expect(estimate.verdict(on: .gibibytes(12)) != .fits, "\(name)")
        }
        let large = MemoryQuestion(shape: try Self.shape("mt0-xxl"), method: .full, weights: .fp32)
        #expect(MemoryEstimator.estimate(large).verdict(on: .gibibytes(80)) == .doesNotFit)
    }

    /// Lambda's benchmark fills 16 GB of a V100 with a batch of 128 of ResNet-50 in FP32, 24 GB of an RTX 3090 with 224.
    @Test("a network of images needs what benchmarks fill memory with")
    func images() throws {
        for (batch, gibibytes) in [(128, 16), (224, 24), (640, 80)] {
            let estimate = MemoryEstimator.estimate(
                MemoryQuestion(
                    shape: try Self.shape("resnet50"), method: .full, weights: .fp32, optimizer: .sgdMomentum, batch: batch))
            let share = Double(estimate.expected.bytes) / Double(MemoryBytes.gibibytes(Int64(gibibytes)).bytes)
            #expect((0.6...1).contains(share), "batch \(batch): \(estimate.expected.text)")
        }
    }

    @Test("more batch, longer sequences and more parameters never need less; the range is in order")
    func monotone() throws {
        for method in MemoryQuestion.Method.allCases {
            var last = Int64(0)
            for factor in [1, 2, 4, 8, 16, 1_000, 1_000_000] {
                let estimate = MemoryEstimator.estimate(
                    MemoryQuestion(
                        shape: try Self.shape("llama-3.1-8b"), method: method, batch: factor, sequence: 128 * factor))
                #expect(estimate.lower <= estimate.expected && estimate.expected <= estimate.safe)
                #expect(estimate.expected.bytes >= last)
                last = estimate.expected.bytes
            }
        }
    }

    @Test("numbers of any size saturate")
    func huge() {
        let shape = ModelShape(parameters: 1e15, kind: .decoder, layers: 100_000, hidden: 10_000_000)
        let estimate = MemoryEstimator.estimate(
            MemoryQuestion(shape: shape, method: .full, batch: 10_000_000, sequence: 100_000_000))
        #expect(estimate.expected.bytes == .max && estimate.verdict(on: .gibibytes(80)) == .doesNotFit)
        #expect(Remedy.find(for: MemoryQuestion(shape: shape, method: .full), on: .gibibytes(8)).isEmpty)
    }

    @Test("what helps is named, and does help")
    func remedies() throws {
        let question = MemoryQuestion(shape: try Self.shape("llama-3.1-8b"), method: .full, batch: 8, sequence: 2_048)
        let memory = MemoryBytes.gibibytes(80), found = Remedy.find(for: question, on: memory)
        #expect(!found.isEmpty)
        for remedy in found {
            #expect(remedy.estimate.verdict(on: memory) == .fits, "\(remedy.change)")
        }
    }

    @Test(
        "models are found as people write them",
        arguments: [
            ("Llama 3.1 8B", "llama-3.1-8b"), ("meta-llama/Llama-3.1-8B", "llama-3.1-8b"), ("ResNet-50", "resnet50"),
            ("EfficientNet_B0", "efficientnet-b0"), ("Meta-Llama-3-8B", "llama-3-8b"), ("bert_base", "bert-base"),
        ])
    func names(text: String, name: String) { #expect(KnownModel.named(text)?.name == name) }

    @Test("every built-in model has a name of its own and an answer for all that may be asked")
    func allModels() {
        #expect(Set(KnownModel.all.map { KnownModel.folded($0.name) }).count == KnownModel.all.count)
        for model in KnownModel.all {
            for method in [MemoryQuestion.Method.full, .inference] {
                let estimate = MemoryEstimator.estimate(
                    MemoryQuestion(shape: model.shape, method: method, weights: model.usualWeights))
                #expect(estimate.expected.bytes > 500_000_000 && estimate.safe.bytes < .max, "\(model.name)")
            }
        }
    }
}
