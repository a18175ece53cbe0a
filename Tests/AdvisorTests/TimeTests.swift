import CatalogueFiles
import FleetModel
import Testing

@testable import Advisor

@Suite("Times")
struct TimeTests {
    private static func one(_ name: String) throws -> Accelerator {
        try #require(BuiltInTables.catalogue.accelerators.first { $0.name == name }, "\(name)")
    }

    private static func work(_ model: String, _ method: MemoryQuestion.Method, batch: Int = 8) throws -> MemoryQuestion {
        MemoryQuestion(shape: try #require(KnownModel.named(model)).shape, method: method, batch: batch)
    }

    private static func predicted(
        _ amount: WorkAmount, _ question: MemoryQuestion, on name: String = "A100 SXM4 80GB", utilisation: Double? = nil
    ) throws -> TimePrediction {
        try #require(
            TimePrediction(
                amount, of: question, on: try one(name), reference: try one(Workload.reference), utilisation: utilisation))
    }

    /// 184,320 GPU-hours for 2 · 10¹² tokens of 6.74 · 10⁹ parameters: 39 % of an A100, without attention; 41 % with.
    @Test("the time of Llama 2 at the utilisation that its card's hours make is the card's")
    func llama() throws {
        let work = try Self.work("llama-2-7b", .full)
        let attention = 12.0 * 32 * 4_096 * 2_048 / (6 * 6.74e9)
        let found = try Self.predicted(.tokens(2e12), work, utilisation: 0.391 * (1 + attention))
        #expect(abs(found.seconds.expected / 3_600 / 184_320 - 1) < 0.01)
        #expect(found.seconds.upper / found.seconds.lower < 1.25)
        let guess = try Self.predicted(.tokens(2e12), work)
        #expect(guess.seconds.lower < guess.seconds.expected && guess.seconds.expected < guess.seconds.upper)
        #expect(guess.seconds.lower < found.seconds.expected && found.seconds.expected < guess.seconds.expected)
    }

    @Test("checkpointing takes a third more, LoRA less than all weights, QLoRA more than LoRA; none at a given utilisation")
    func methods() throws {
        func time(_ method: MemoryQuestion.Method, checkpointing: Bool = false, given: Double? = nil) throws -> Double {
            var work = try Self.work("llama-2-7b", method)
            work.checkpointing = checkpointing
            return try Self.predicted(.tokens(1e9), work, utilisation: given).seconds.expected
        }
        let full = try time(.full), lora = try time(.lora)
        #expect(abs(try time(.full, checkpointing: true) / full - 4.0 / 3) < 0.001)
        #expect((0.6...0.75).contains(lora / full))
        #expect(abs(try time(.qlora) / lora - 1.35) < 0.01)
        #expect(abs(try time(.full, checkpointing: true, given: 0.4) / time(.full, given: 0.4) - 1) < 1e-9)
    }

    @Test("eight do nearly eight times as much in the expectation, and eight times at the lower bound")
    func several() throws {
        var work = try Self.work("llama-2-7b", .full)
        let one = try Self.predicted(.tokens(1e10), work).seconds
        (work.devices, work.sharding) = (8, .zero3)
        let eight = try Self.predicted(.tokens(1e10), work)
        #expect((7.3...7.7).contains((one.expected - 5) / (eight.seconds.expected - 5)))
        #expect(abs((one.lower - 2) / (eight.seconds.lower - 2) - 8) < 0.01)
    }

    @Test("writing text waits for memory, tiny steps for the program, large ones for neither")
    func bounds() throws {
        let writing = try Self.predicted(.answers(written: 1e6, read: 0), try Self.work("llama-2-7b", .inference, batch: 1))
        // 13.5 · 10⁹ bytes for each token at 2.04 · 10¹² a second.
        #expect(writing.bound == .memory && writing.seconds.lower > 1e6 * 13.48e9 / 2.039e12)
        #expect(writing.seconds.upper < 1e6 * 0.05)
        var tiny = try Self.work("bert-base", .full, batch: 1)
        tiny.sequence = 64
        #expect(try Self.predicted(.tokens(1e6), tiny).bound == .launches)
        #expect(try Self.predicted(.tokens(1e9), try Self.work("llama-2-7b", .full)).bound == .compute)
        let many = try Self.predicted(.answers(written: 1e6, read: 0), try Self.work("llama-2-7b", .inference, batch: 64))
        #expect(many.seconds.expected < writing.seconds.expected / 10)
    }

    @Test("of many experts only those that a token visits are computed and read")
    func experts() throws {
        let mixture = try Self.work("mixtral-8x7b", .inference, batch: 1),
            dense = try Self.work("qwen2.5-72b", .inference, batch: 1)
        let answers = WorkAmount.answers(written: 1e6, read: 1e6)
        let ratio =
            try Self.predicted(answers, mixture).seconds.expected / Self.predicted(answers, dense).seconds.expected
        #expect((0.1...0.3).contains(ratio))
    }

    /// Lambda's rates with mixed precision: 1,582 and 2,616 images a second.
    @Test("ResNet-50 as published lies within the range, and batches of one take far longer")
    func images() throws {
        for (name, rate) in [("A100 SXM4 80GB", 1_582.0), ("H100 SXM5 80GB", 2_616)] {
            let found = try Self.predicted(.images(1e8), try Self.work("resnet50", .full, batch: 256), on: name).seconds
            #expect(found.lower < 1e8 / rate && 1e8 / rate < found.upper, "\(name)")
        }
        let single = try Self.predicted(.images(1e8), try Self.work("resnet50", .full, batch: 1))
        #expect(single.bound == .launches && single.seconds.expected > 1e8 * 0.02)
        // 24.7 · 10⁹ operations an image.
        let given = try Self.predicted(.images(1e8), try Self.work("resnet50", .full, batch: 256), utilisation: 0.1)
        #expect(abs(given.seconds.expected / (1e8 * 24.66e9 / 31.2e12) - 1) < 0.01)
    }

    @Test("amounts of the other kind are no question, and nothing overflows")
    func otherKinds() throws {
        let images = try Self.work("resnet50", .full), text = try Self.work("bert-base", .full)
        let a100 = try Self.one("A100 SXM4 80GB")
        #expect(TimePrediction(.tokens(1), of: images, on: a100, reference: a100) == nil)
        #expect(TimePrediction(.images(1), of: text, on: a100, reference: a100) == nil)
        #expect(TimePrediction(.answers(written: 1, read: 0), of: text, on: a100, reference: a100) == nil)
        for accelerator in BuiltInTables.catalogue.accelerators {
            let reference = try Self.one(Workload.reference)
            for (amount, work) in [(WorkAmount.tokens(1e18), text), (.images(1e18), images)] {
                guard let found = TimePrediction(amount, of: work, on: accelerator, reference: reference) else { continue }
                #expect(found.seconds.lower < found.seconds.expected && found.seconds.expected < found.seconds.upper)
                #expect(found.seconds.upper.isFinite && found.joules.map(\.upper.isFinite) != false)
            }
        }
    }

    @Test("energy: of all accelerators, a part of the board's power, between bounds that hold both extremes")
    func energy() throws {
        var work = try Self.work("llama-2-7b", .full)
        (work.devices, work.sharding) = (8, .zero3)
        let found = try Self.predicted(.tokens(1e12), work), joules = try #require(found.joules)
        let most = found.seconds.expected * 8 * 400
        #expect(abs(joules.expected / most - 0.75) < 0.001)
        #expect(joules.lower < joules.expected * 0.7 && joules.upper > joules.expected * 1.25)
        #expect(joules.upper <= found.seconds.upper * 8 * 400)
    }

    @Test("weights that lie in parts on several pass through each, and are sent: never faster than cut matrices")
    func parts() throws {
        func times(_ sharding: MemoryQuestion.Sharding, on name: String) throws -> Bracket {
            var work = try Self.work("llama-3.1-70b", .inference, batch: 1)
            (work.devices, work.sharding) = (8, sharding)
            return try Self.predicted(.answers(written: 1e6, read: 0), work, on: name).seconds
        }
        let tensor = try times(.tensor, on: "H100 SXM5 80GB"), parts = try times(.zero3, on: "H100 SXM5 80GB")
        #expect(parts.lower >= tensor.lower && parts.expected > tensor.expected && parts.upper > tensor.upper)
        // 123 · 10⁹ bytes of 141 come from elsewhere for each step, at 450 · 10⁹ a second at most.
        #expect(parts.expected > 1e6 / 8 * 123e9 / 450e9)
    }

    @Test("gradients go between GPUs: little beside computing over NVLink, and the most over PCIe with small batches")
    func between() throws {
        func found(_ name: String, _ sharding: MemoryQuestion.Sharding, _ devices: Int) throws -> TimePrediction {
            var work = try Self.work("llama-2-7b", .full, batch: 1)
            (work.devices, work.sharding, work.sequence) = (devices, sharding, 512)
            return try Self.predicted(.tokens(1e8), work, on: name)
        }
        #expect(try found("GeForce RTX 4090", .zero3, 8).bound == .link)
        #expect(try found("GeForce RTX 4090", .zero3, 1).bound != .link)
        let some = try found("H100 SXM5 80GB", .zero2, 8), parts = try found("H100 SXM5 80GB", .zero3, 8)
        #expect(some.seconds.upper < parts.seconds.upper)
        // Bridges join two cards and no more.
        let pair = try found("GeForce RTX 3090", .none, 2), four = try found("GeForce RTX 3090", .none, 4)
        #expect(pair.bound != .link && four.bound == .link)
        var adapters = try Self.work("llama-2-7b", .lora, batch: 1)
        (adapters.devices, adapters.sharding, adapters.sequence) = (8, .none, 512)
        #expect(try Self.predicted(.tokens(1e8), adapters, on: "GeForce RTX 4090").bound != .link)
    }

    @Test("answers after long prompts read what the prompts left behind")
    func prompts() throws {
        var work = try Self.work("llama-3.1-8b", .inference, batch: 8)
        work.sequence = 32_768
        func writing(_ read: Double) throws -> Double {
            let both = try Self.predicted(.answers(written: 1e6, read: read), work).seconds.expected
            let before = try Self.predicted(.answers(written: 0, read: read), work).seconds.expected
            return both - before
        }
        // 131,072 bytes a token, 32,768 tokens and 8 at once: 34 · 10⁹ bytes beside 16 of weights.
        #expect(abs(try writing(1e12) / writing(0) - (34.4 + 16.06) / (17.2 + 16.06)) < 0.02)
    }

    @Test("rent: each GPU's share of the machine for the time, in whole millionths, saturating")
    func rent() throws {
        let price = RentalPrice(
            provider: "x", region: "any", instance: "eight", accelerator: "A100", count: 8,
            onDemand: Cost(micros: 24_000_000, currency: "USD"), date: .first, source: "x")
        #expect(price.cost(of: .hours(10), count: 2).micros == 60_000_000)
        #expect(price.cost(of: TimeSpan(milliseconds: .max), count: 1_000_000).micros == .max)
    }
}
