import Advisor
import CatalogueFiles
import FleetModel
import Foundation
import Testing
import WireModel

@testable import Advice

@Suite("Answers about speed, choice, place and cost")
struct DeskTests {
    @Test("speed relative to another GPU, with its range; eight are nearly eight times as fast")
    func speed() throws {
        let one = try SpeedDesk.answer(workload: "resnet50-train", precision: "fp16", gpu: "h100", relativeTo: "a100")
        #expect(one.gpu == "H100 SXM5 80GB" && one.relativeTo == "A100 SXM4 80GB")
        #expect((1.4...2.2).contains(one.relativeSpeed))
        #expect(one.lowerRelativeSpeed < one.relativeSpeed && one.upperRelativeSpeed > one.relativeSpeed)
        let eight = try SpeedDesk.answer(
            workload: "resnet50-train", precision: "fp16", gpu: "h100", count: 8, relativeTo: "a100")
        #expect((7.2...8).contains(eight.relativeSpeed / one.relativeSpeed))
        #expect(throws: AdviceError.self) { try SpeedDesk.answer(workload: "dreaming", precision: nil, gpu: "h100") }
        #expect(throws: AdviceError.self) { try SpeedDesk.answer(workload: "llm-train", precision: nil, gpu: "") }
    }

    @Test("all that are sold new, the fastest first; a name means the one that it names")
    func speeds() throws {
        let all = try SpeedDesk.all(workload: "resnet50-train", precision: "fp16", relativeTo: "a100", year: 2_026)
        #expect(all.map(\.relativeSpeed) == all.map(\.relativeSpeed).sorted(by: >) && all.count > 20)
        #expect(Set(all.map(\.gpu)).count == all.count && !all.contains { $0.gpu.contains("V100") })
        #expect(throws: AdviceError.self) { try SpeedDesk.all(workload: "dreaming", precision: nil, year: 2_026) }
        #expect(throws: AdviceError.noRate(gpu: "TPU v2", precision: "fp16")) {
            try SpeedDesk.all(workload: "llm-train", precision: nil, relativeTo: "tpu v2", year: 2_026)
        }
    }

    @Test("GPUs side by side say which of several was taken")
    func compare() throws {
        let view = try CompareDesk.answer(["a100", "mi100", "rtx4090"])
        #expect(view.accelerators.map(\.name) == ["A100 SXM4 80GB", "Instinct MI100", "GeForce RTX 4090"])
        #expect(view.notes.count == 1 && view.notes[0].contains("A100 PCIe 40GB"))
        #expect(try CompareDesk.answer([]).accelerators.count >= 80)
        #expect(throws: AdviceError.self) { try CompareDesk.answer(Array(repeating: "t4", count: 13)) }
    }

    @Test("small products stay on the processor, large ones don't; arrays never leave")
    func device() throws {
        func answer(_ task: String, _ size: Double, calls: Double = 1, stays: Bool = false) throws -> OffloadView {
            var question = OffloadDesk.Question(task: task, cores: 8)
            (question.size, question.calls, question.stays) = (size, calls, stays)
            return try OffloadDesk.answer(question)
        }
        let small = try answer("matmul", 64)
        #expect(small.verdict == "processorIsFaster" && small.words.contains("You don't need a GPU"))
        let large = try answer("matmul", 8_192, calls: 1_000, stays: true)
        #expect(large.verdict == "acceleratorPays" && large.acceleratorSeconds < large.processorSeconds / 5)
        let crossover = try #require(large.crossover)
        #expect(crossover > 8 && crossover < 2_000)
        #expect(try answer("elementwise", 1e9).crossover == nil, "PCIe is slower than memory")
        #expect(throws: AdviceError.self) { try answer("matmul", -1) }
        #expect(throws: AdviceError.self) { try answer("matmul", .infinity) }
        #expect(throws: AdviceError.self) { try answer("sleep", 1) }
    }

    @Test("the rate that is reckoned with is the one that is said")
    func reached() throws {
        func gpu(_ name: String, _ task: String) throws -> String {
            var question = OffloadDesk.Question(task: task, cores: 8)
            question.gpu = name
            return try #require(try OffloadDesk.answer(question).assumptions.first { $0.hasPrefix("GPU: ") })
        }
        #expect(try gpu("a100", "matmul").contains("13650 GFLOPS in full FP32, 0.7"))
        #expect(try gpu("a100", "convolution").contains("78000 GFLOPS by 0.5 of its data sheet's tensor rate"))
        #expect(try gpu("mi300x", "convolution").contains("by 0.35 of"))
        #expect(try gpu("gtx 1080", "convolution").contains("in full FP32, 0.7"))
        #expect(
            throws: AdviceError.notThere("'a100:2': name the model alone, a100.")
        ) {
            try gpu("a100:2", "matmul")
        }
    }

    private static func cost(_ change: (inout OwnershipDesk.Question) -> Void) throws -> OwnershipView {
        var question = OwnershipDesk.Question(today: CivilDate("2026-11-22") ?? .first)
        change(&question)
        return try OwnershipDesk.answer(question)
    }

    @Test("own or rent: more use makes owning cheaper, each assumption has its source, old prices are marked")
    func cost() throws {
        let low = try Self.cost { $0.busy = 50 }, high = try Self.cost { $0.busy = 950 }
        #expect(low.ownPerUsefulHour > high.ownPerUsefulHour && low.rentPerUsefulHour == high.rentPerUsefulHour)
        #expect(
            low.assumptions.count >= 10 && low.assumptions.allSatisfy { !$0.source.isEmpty && $0.option.hasPrefix("--") })
        #expect(!low.rents.isEmpty && low.rents.allSatisfy { $0.gpu == "H100 SXM5 80GB" })
        let even = try #require(high.breakEven)
        #expect(try #require(high.breakEvenLow) < even && even < (high.breakEvenHigh ?? .infinity))
        // What has a price keeps it, whoever it is sold to; a guess is named so.
        #expect(
            try Self.cost { ($0.gpu, $0.perGPUHour) = ("gaudi 3", Given.dollars("3")) }.capital
                < Money(micros: 300_000_000_000))
        let guessed = try Self.cost { ($0.gpu, $0.perGPUHour) = ("mi355x", Given.dollars("4")) }
        #expect(
            guessed.assumptions.contains {
                $0.parameter == "price" && $0.source.contains("guessed by that of Instinct MI300X")
            })
        // The same generation's price tells more than that of one as fast.
        for (name, like) in [
            ("h200 sxm", "H100 SXM5 80GB"), ("a100 sxm4 80gb", "A100 SXM4 40GB"), ("b300", "B200 SXM 180GB"),
        ] {
            let view = try Self.cost { $0.gpu = name }
            #expect(view.assumptions.contains { $0.source.contains("guessed by that of \(like)") }, "\(name)")
        }
        let near = try Self.cost { ($0.gpu, $0.perGPUHour, $0.busy) = ("rtx4090", Given.dollars("0.3"), 900) }
        #expect(!near.words.contains("at any use") || !near.words.contains("either may be"), "\(near.words)")
        let measured = try Self.cost { $0.measuredBusy = 300 }
        #expect(measured.utilisationSource == "measured")
        // What stands still is in what is measured, and not counted once more.
        func works(_ view: OwnershipView) -> String? { view.assumptions.first { $0.parameter == "availability" }?.value }
        #expect(works(measured) == "100 % of the time")
        #expect(try works(Self.cost { $0.busy = 300 }) == "97 % of the time")
        #expect(try works(Self.cost { ($0.measuredBusy, $0.availability) = (300, 900) }) == "90 % of the time")
        #expect(throws: AdviceError.self) { try Self.cost { $0.busy = 0 } }
    }

    @Test("money goes over the wire to the millionth")
    func money() throws {
        let view = try Self.cost { $0.perGPUHour = Given.dollars("2.345678") }
        #expect(view.rentPerUsefulHour == Money(micros: 2_345_678))
    }

    @Test(
        "amounts and parts are read as people write them",
        arguments: [
            ("$5,000", 5_000_000_000), ("5k", 5_000_000_000), ("2.50 USD", 2_500_000), ("0.13", 130_000),
            ("1m", 1_000_000_000_000), ("0.125", 125_000), ("1,234,567", 1_234_567_000_000), ("12,345.67", 12_345_670_000),
            ("1.1250", 1_125_000), ("12345.678", 12_345_678_000),
        ])
    func dollars(text: String, micros: Int64) { #expect(Given.dollars(text)?.micros == micros) }

    @Test("what is no amount, part or number is refused")
    func refused() {
        for text in [
            "", "k", "-5", "five", "1e9", "9999999999999", "$", "2,50", ",", "1,0000", "5.000", "5,000", "12.500",
            "5,000 USD", "1.250k",
        ] {
            #expect(Given.dollars(text) == nil, "\(text)")
        }
        #expect(
            Given.part("15%") == 150 && Given.part("0.15") == 150 && Given.part("7.5 %") == 75 && Given.part("1.56") == 1_560
        )
        for text in ["60", "1", "1.5", "2%%", "x", ""] { #expect(Given.share(text) == nil, "\(text)") }
        #expect(Given.share("60 %") == 600 && Given.share("0.6") == 600 && Given.share("100%") == 1_000)
        #expect(Given.hint(forShare: "60").contains("60%") && Given.hint(forDollars: "5.000").contains("5000 or 5k"))
        for text in ["", "%", "-1%", "2000%", "x"] { #expect(Given.part(text) == nil, "\(text)") }
        #expect(Given.count("7B") == 7e9 && Given.count("350M") == 350e6 && Given.count("7e9") == 7e9)
        #expect(Given.count("") == nil && Given.count("B") == nil && Given.count("seven") == nil)
    }

    /// Each of these once ended the program or was taken for what it isn't.
    @Test("figures of any size are answered or refused, and end nothing")
    func hostile() throws {
        func refused(_ change: (inout OwnershipDesk.Question) -> Void) -> Bool {
            do {
                _ = try Self.cost(change)
                return false
            } catch { return true }
        }
        #expect(refused { $0.busyWatts = .min } && refused { $0.idleWatts = -5 } && refused { $0.rentUsed = 0 })
        _ = try Self.cost {
            ($0.gpus, $0.staffPerYear, $0.perGPUHour) = (1, Given.dollars("1000000m"), Given.dollars("0.000001"))
            ($0.availability, $0.electricity) = (1, ElectricityPrice(microsPerKilowattHour: 0, currency: "USD"))
        }
        var model = FitQuestion()
        (model.model, model.method, model.batch, model.sequence) = ("llama-3.1-405b", "full", 10_000_000, 100_000_000)
        var choice = ChoiceDesk.Question(year: 2_026)
        choice.model = model
        #expect(try ChoiceDesk.answer(choice).candidates.isEmpty)
        var largest = OffloadDesk.Question(task: "matmul", cores: 100_000)
        (largest.size, largest.calls) = (1e12, 1e15)
        #expect(try OffloadDesk.answer(largest).processorSeconds.isFinite)
    }
}

@Suite("Own or rent by what was paid")
struct PaidRentTests {
    private static func answer(
        _ extras: Int64, busy: Int? = nil, isBeforeDiscounts: Bool = false
    ) throws -> OwnershipView {
        let from = CivilDate("2026-10-01") ?? .first, dollars = { Cost(micros: $0 * 1_000_000, currency: "USD") }
        let bill = CloudBill(
            uses: [
                CloudBill.Use(
                    provider: "AWS", instance: "p5.48xlarge", accelerator: "H100 SXM5 80GB", from: from,
                    until: from.lastOfMonth, microHours: 400_000_000, amount: dollars(1_000),
                    isBeforeDiscounts: isBeforeDiscounts)
            ],
            extras: [
                CloudBill.Extra(
                    provider: "AWS", what: "storage", from: from, until: from.lastOfMonth, amount: dollars(extras))
            ])
        var question = OwnershipDesk.Question(today: CivilDate("2026-11-22") ?? .first)
        (question.paid, question.rentFrom, question.busy) = (PaidRent.all(bill), .bills, busy)
        return try OwnershipDesk.answer(question)
    }

    @Test("storage of a whole account decides nothing: a quarter of what the GPUs cost counts, and the rest is said")
    func extras() throws {
        let little = try Self.answer(200), much = try Self.answer(9_000)
        #expect(little.rentPerUsefulHour.micros == 3_000_000 && much.rentPerUsefulHour.micros == 3_125_000)
        let line = try #require(much.assumptions.first { $0.parameter == "extras" })
        #expect(
            line.value == "25 %" && line.source.contains("900 %") && line.source.contains("875 % is left off"), "\(line)")
    }

    @Test("amounts from before discounts are named so")
    func discounts() throws {
        let line = try #require(
            try Self.answer(0, isBeforeDiscounts: true).assumptions.first { $0.parameter == "rent" })
        #expect(line.source.contains("as billed, before discounts"))
        #expect(try Self.answer(0).assumptions.allSatisfy { !$0.source.contains("before discounts") })
    }

    @Test("use that nobody measured is an if; what looks alike has a digit more")
    func words() throws {
        #expect(try Self.answer(0).words.contains("if in use 50 %"))
        let even = try #require(try Self.answer(0).breakEven)
        let near = try Self.answer(0, busy: Int((even * 100).rounded()) * 10)
        // Both in tenths: what stands before each sign of per cent.
        let said = near.words.split(separator: ". ")
        #expect(said.count == 2 && said[1].contains("either may be cheaper"), "\(near.words)")
        #expect(try !Self.answer(0, busy: 10).words.contains("either"))
        let numbers = said[0].split(separator: " %").dropLast().compactMap { $0.split(separator: " ").last }
        #expect(numbers.count == 2 && numbers.allSatisfy { $0.contains(".") }, "\(near.words)")
        let standing = OwnershipWords.standing(
            ownsCheaper: true, since: "2026-11-01", hasTurned: false, busy: 301, breakEven: 0.298)
        #expect(standing.contains("in use 30.1 %") && standing.contains("pays from 29.8 %"))
    }
}
