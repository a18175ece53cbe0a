import Advisor
import CatalogueFiles
import FleetModel
import Foundation
import Testing
import WireModel

@testable import Advice

@Suite("Which accelerator suits")
struct ChoiceTests {
    private static func one(_ name: String) throws -> Accelerator {
        try #require(BuiltInTables.catalogue.accelerators.first { $0.name == name }, "\(name)")
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
            #expect(of(used, old)?.why.contains("sold used only: its price") == true || of(used, old)?.price == nil)
            #expect(used.candidates.count > new.candidates.count)
        }
        #expect(of(try Self.choice { $0.purpose = "education" }, "GeForce RTX 5070")?.why.contains("used") == false)
        #expect(of(try Self.choice { ($0.purpose, $0.year) = ("education", 2_021) }, "GeForce RTX 5070") == nil)
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
        #expect(huge.contains("None of these has the memory, nor eight of them together") && huge.contains("less --growth"))
        for word in ["--budget", "--used", "--method"] { #expect(!huge.contains(word), "\(huge)") }
        model.model = "llama-3.1-8b"
        let large = try remedy {
            ($0.purpose, $0.model) = ("research", model)
            $0.budget = Cost(micros: 5_000_000_000, currency: "USD")
        }
        #expect(large.contains("raise --budget") && large.contains("With --method lora something suits"), "\(large)")
        model.model = "llama-3.1-70b"
        let module = try remedy { ($0.purpose, $0.model) = ("research", model) }
        #expect(module.hasPrefix("None of these") && module.contains("With --for datacentre something suits"), "\(module)")
        #expect(!module.contains("--batch") && !module.contains("--sequence"))
        model.model = "llama-3.1-8b"
        let school = try remedy { ($0.purpose, $0.model) = ("education", model) }
        #expect(!school.contains("eight") && !school.contains("--growth") && school.contains("--for research"), "\(school)")
        #expect(try Self.choice { $0.purpose = "serving" }.remedy == nil)
        let second = try remedy {
            $0.purpose = "education"
            $0.budget = Cost(micros: 410_000_000, currency: "USD")
        }
        #expect(second.contains("--used"))
    }

    @Test("where no price is known, that of its kind counts against a budget, and is said to be that")
    func likelyPrices() throws {
        let view = try Self.choice {
            $0.purpose = "research"
            $0.growth = 5_000
            $0.budget = Cost(micros: 15_000_000_000, currency: "USD")
        }
        let pro = try #require(view.candidates.first { $0.gpu == "RTX PRO 6000 Blackwell" })
        #expect(pro.price == nil && pro.likelyPrice == Money(micros: 12_700_000_000))
        #expect(pro.why.contains("guessed by that of RTX 6000 Ada"))
        #expect(view.candidates.allSatisfy { ($0.price ?? $0.likelyPrice ?? Money(micros: .max)).micros <= 15_000_000_000 })
        #expect(view.assumptions.contains { $0.contains("no price is known") && $0.contains("nearest") })
        let poor = try Self.choice {
            ($0.purpose, $0.growth) = ("research", 5_000)
            $0.budget = Cost(micros: 3_000_000_000, currency: "USD")
        }
        #expect(poor.remedy?.contains("whose price is not known") == true, "\(poor.remedy ?? "")")
    }

    @Test("a choice's precision is its model's, too; its work is what is done with the model")
    func precision() throws {
        func view(_ purpose: String, _ name: String, _ precision: String?, method: String? = nil) throws -> ChoiceView {
            var model = FitQuestion()
            (model.model, model.method) = (name, method)
            return try Self.choice { ($0.purpose, $0.model, $0.precision) = (purpose, model, precision) }
        }
        let bytes = try ["fp8", "fp16", "fp32"].map { try view("serving", "llama-3.1-8b", $0).memoryBytes }
        #expect(bytes[0] < bytes[1] && bytes[1] < bytes[2])
        #expect(try view("research", "llama-3.1-8b", "fp32").assumptions.contains { $0.contains("in fp32") })
        for (purpose, name, method, workload) in [
            ("research", "resnet50", nil, "cnn-train"), ("education", "llama-3.2-1b", nil, "llm-train"),
            ("serving", "llama-3.1-8b", "lora", "llm-train"), ("serving", "llama-3.1-8b", nil, "llm-decode"),
            ("serving", "resnet50", nil, "cnn-inference"), ("research", "gpt2", nil, "transformer-train"),
        ] as [(String, String, String?, String)] {
            #expect(try view(purpose, name, nil, method: method).workload == workload, "\(purpose) \(name)")
        }
    }

    @Test("what a pool has is judged, whatever it costs and whether it is still sold")
    func owned() throws {
        var question = ChoiceDesk.Question(year: 2_026), model = FitQuestion()
        (model.model, model.method) = ("llama-3.1-70b", "inference")
        (question.purpose, question.model) = ("education", model)
        question.budget = Cost(micros: 1_000_000, currency: "USD")
        func stock(_ name: String, _ count: Int, in one: Int? = nil) throws -> ChoiceAnswer.Stock {
            ChoiceAnswer.Stock(try Self.one(name), count: count, inOneMachine: one ?? count)
        }
        let pool = try [stock("A100 SXM4 80GB", 2), stock("GeForce RTX 4090", 1), stock("Tesla K80", 3)]
        #expect(try ChoiceDesk.answer(question, pool: pool).pool.map(\.words).allSatisfy { $0 != "one will do" })
        (question.purpose, question.budget) = ("serving", nil)
        let serving = try ChoiceDesk.answer(question, pool: pool).pool
        #expect(serving.map(\.needed) == [nil, nil, nil] && serving[0].words == "4 would be needed for the memory")
        // Four that stand in machines of two hold nothing together.
        let apart = try ChoiceDesk.answer(question, pool: [stock("A100 SXM4 80GB", 4, in: 2)]).pool
        #expect(apart[0].needed == nil && apart[0].words == "4 in one machine would be needed for the memory")
        #expect(try ChoiceDesk.answer(question, pool: [stock("A100 SXM4 80GB", 4)]).pool[0].words == "4 will do together")
        question.model?.model = "llama-3.1-8b"
        let small = try ChoiceDesk.answer(question, pool: pool).pool
        #expect(
            small.map(\.needed) == [1, 1, nil] && small[1].words == "one will do" && small[2].words.contains("no longer run")
        )
        #expect((small[0].speed ?? 0) > (small[1].speed ?? 1))
        #expect(try Self.choice { $0.purpose = "serving" }.pool.isEmpty)
        // Of nothing that suits no speed is a part; what is lent was sold, whatever the clock says.
        (question.budget, question.year) = (Cost(micros: 1_000_000, currency: "USD"), 2_015)
        let poor = try ChoiceDesk.answer(question, pool: pool)
        #expect(poor.candidates.isEmpty && poor.pool[0].needed == 1 && poor.pool.allSatisfy { $0.speed == nil })
    }

    @Test("growth is read as people write it", arguments: [("2x", 2_000), ("2", 2_000), ("1.5x", 1_500)])
    func growth(text: String, thousandths: Int) { #expect(ChoiceDesk.growth(text) == thousandths) }

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
