import Foundation
import Advisor
import FleetModel
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
    }

    @Test("GPUs side by side say which of several was taken")
    func compare() throws {
        let view = try CompareDesk.answer(["a100", "mi100", "rtx4090"])
        #expect(view.accelerators.map(\.name) == ["A100 SXM4 80GB", "Instinct MI100", "GeForce RTX 4090"])
        #expect(view.notes.count == 1 && view.notes[0].contains("A100 PCIe 40GB"))
        #expect(try CompareDesk.answer([]).accelerators.count >= 80)
        #expect(throws: AdviceError.self) { try CompareDesk.answer(Array(repeating: "t4", count: 13)) }
    }

    private static func choice(_ change: (inout ChoiceDesk.Question) -> Void) throws -> ChoiceView {
        var question = ChoiceDesk.Question(year: 2026)
        change(&question)
        return try ChoiceDesk.answer(question)
    }

    @Test("education gets a card from a shop within its budget, a data centre none of those")
    func purposes() throws {
        let school = try Self.choice {
            $0.purpose = "education"
            $0.budget = Cost(micros: 600_000_000, currency: "USD")
        }
        let first = try #require(school.candidates.first)
        #expect(first.gpu.contains("GeForce") || first.gpu.contains("Radeon"))
        #expect(school.candidates.allSatisfy { ($0.price?.micros ?? .max) <= 600_000_000 })
        let racks = try Self.choice { $0.purpose = "datacentre" }
        #expect(!racks.candidates.isEmpty && !racks.candidates.contains { $0.gpu.contains("GeForce") })
        #expect(racks.candidates.allSatisfy { $0.memoryBytes >= 37 << 30 })
        #expect(racks.leftOut.contains { $0.gpus.contains("GeForce RTX 4090") })
        for view in [school, racks] {
            #expect(view.candidates.allSatisfy { $0.speed > 0 && $0.speed <= 1 && $0.hostCores >= 2 * $0.count })
        }
    }

    @Test("every accelerator is either chosen or left out with a reason; growth leaves more out")
    func complete() throws {
        let all = try CompareDesk.answer([]).accelerators.count
        for purpose in Purpose.allCases.map(\.rawValue) {
            let plain = try Self.choice { $0.purpose = purpose }
            #expect(plain.candidates.count + plain.leftOut.reduce(0) { $0 + $1.gpus.count } == all)
            let grown = try Self.choice {
                $0.purpose = purpose
                $0.growth = 4_000
            }
            #expect(grown.candidates.count < plain.candidates.count)
        }
    }

    @Test("a model that one GPU doesn't hold is given several of them")
    func several() throws {
        var model = FitQuestion()
        (model.model, model.method) = ("llama-3.1-70b", "inference")
        let view = try Self.choice {
            $0.purpose = "serving"
            $0.model = model
        }
        let h100 = try #require(view.candidates.first { $0.gpu == "H100 SXM5 80GB" })
        #expect(h100.count >= 2)
    }

    @Test("what its maker has followed up is left out, and taken in with its mark where used ones will do")
    func sale() throws {
        func of(_ view: ChoiceView, _ name: String) -> ChoiceView.Candidate? { view.candidates.first { $0.gpu == name } }
        for (purpose, old) in [("education", "GeForce RTX 3060 12GB"), ("datacentre", "A100 PCIe 80GB")] {
            let new = try Self.choice { $0.purpose = purpose }
            #expect(of(new, old) == nil)
            #expect(new.leftOut.contains { $0.reason.hasPrefix("no longer sold new") && $0.gpus.contains(old) })
            let used = try Self.choice { ($0.purpose, $0.used) = (purpose, true) }
            #expect(of(used, old)?.why.contains("sold used only") == true)
            #expect(used.candidates.count > new.candidates.count)
        }
        #expect(of(try Self.choice { $0.purpose = "education" }, "GeForce RTX 5070")?.why.contains("used") == false)
        // In its own time it was new.
        #expect(of(try Self.choice { ($0.purpose, $0.year) = ("education", 2_021) }, "GeForce RTX 3060 12GB") != nil)
    }

    @Test("the order is what the figures beside it make")
    func order() throws {
        let view = try Self.choice {
            $0.purpose = "education"
            $0.budget = Cost(micros: 3_000_000_000, currency: "USD")
        }
        #expect(view.candidates.map(\.suits) == view.candidates.map(\.suits).sorted(by: >))
        let first = try #require(view.candidates.first)
        #expect(first.suits == 1)
        func score(_ one: ChoiceView.Candidate) -> Double {
            let price = Double(one.price?.micros ?? 0) / 1e6
            let less = one.why.contains("ROCm") ? 0.75 : 1
            return one.speed * less / pow(price, 14 / 16) / pow(one.watts ?? 0, 2 / 16)
        }
        for one in view.candidates { #expect(abs(score(one) / score(first) - one.suits) < 0.01, "\(one)") }
        #expect(view.assumptions.contains { $0.hasPrefix("the order: ") && $0.contains("14/16") && $0.contains("2/16") })
    }

    @Test("a model that is to be trained is trained, one that is to answer is asked, unless it is said otherwise")
    func method() throws {
        func memory(_ purpose: String, _ method: String?) throws -> Int64 {
            var model = FitQuestion()
            (model.model, model.method) = ("llama-3.1-8b", method)
            return try Self.choice { ($0.purpose, $0.model) = (purpose, model) }.memoryBytes
        }
        #expect(try memory("research", nil) == memory("research", "full"))
        #expect(try memory("serving", nil) == memory("serving", "inference"))
        #expect(try memory("research", nil) > 3 * memory("serving", nil))
    }

    @Test("where nothing suits it says what would")
    func remedies() throws {
        func remedy(_ change: (inout ChoiceDesk.Question) -> Void) throws -> String {
            let view = try Self.choice(change)
            #expect(view.candidates.isEmpty)
            return try #require(view.remedy)
        }
        let poor = try remedy {
            $0.purpose = "education"
            $0.budget = Cost(micros: 100_000_000, currency: "USD")
        }
        #expect(poor.contains("429.00 USD (GeForce RTX 5060 Ti 16GB)") && poor.contains("--budget"))
        var model = FitQuestion()
        model.model = "llama-3.1-405b"
        let huge = try remedy { ($0.purpose, $0.model, $0.growth) = ("research", model, 1_000_000) }
        #expect(huge.contains("None has the memory") && huge.contains("lora") && !huge.contains("--budget"))
        #expect(!huge.contains("--used"))
        #expect(try Self.choice { $0.purpose = "serving" }.remedy == nil)
        let second = try remedy {
            $0.purpose = "education"
            $0.budget = Cost(micros: 410_000_000, currency: "USD")
        }
        #expect(second.contains("--used"))
    }

    @Test("growth is read as people write it", arguments: [("2x", 2_000), ("2", 2_000), ("1.5x", 1_500)])
    func growth(text: String, thousandths: Int) { #expect(ChoiceDesk.growth(text) == thousandths) }

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
        #expect(try Self.choice { $0.model = model }.candidates.isEmpty)
        var largest = OffloadDesk.Question(task: "matmul", cores: 100_000)
        (largest.size, largest.calls) = (1e12, 1e15)
        #expect(try OffloadDesk.answer(largest).processorSeconds.isFinite)
    }

    @Test("several GPUs without a link are no bargain, and modules are no cards")
    func rankings() throws {
        var model = FitQuestion()
        model.model = "llama-3.1-8b"
        let serving = try Self.choice {
            $0.purpose = "serving"
            $0.model = model
        }
        let first = try #require(serving.candidates.first)
        #expect(first.count == 1, "\(first)")
        let research = try Self.choice { $0.purpose = "research" }
        #expect(!research.candidates.contains { $0.gpu.contains("SXM") || $0.gpu.contains("MI300X") })
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
        let numbers = near.words.split(separator: " %").dropLast().compactMap { $0.split(separator: " ").last }
        #expect(numbers.count == 2 && numbers.allSatisfy { $0.contains(".") }, "\(near.words)")
        let standing = OwnershipWords.standing(
            ownsCheaper: true, since: "2026-11-01", hasTurned: false, busy: 301, breakEven: 0.298)
        #expect(standing.contains("in use 30.1 %") && standing.contains("pays from 29.8 %"))
    }
}
