package import Advisor
import CatalogueFiles
package import FleetModel
package import WireModel

/// Answers which accelerator suits.
package enum ChoiceDesk {
    /// What was asked, as people write it.
    package struct Question: Sendable {
        /// `education`, `research`, `datacentre`, `serving`.
        package var purpose: String?
        package var workload: String?
        package var precision: String?
        package var budget: Cost?
        /// Thousandths: 2000 is twice.
        package var growth = 1_000
        /// The model to hold; nil: the purpose's least memory.
        package var model: FitQuestion?
        /// Whether what is only sold used is asked for, too.
        package var used = false
        package var year: Int

        package init(year: Int) { self.year = year }
    }

    /// `2x`, `2`, `1.5x`, as thousandths; nil: no such number from 1 to 1000.
    package static func growth(_ text: String) -> Int? {
        let digits = text.lowercased().hasSuffix("x") ? String(text.dropLast()) : text
        guard let cost = Cost(parsing: digits, currency: "USD"), (1_000_000...1_000_000_000).contains(cost.micros) else {
            return nil
        }
        return Int(cost.micros / 1_000)
    }

    /// - Parameter pool: what there is already: it is judged beside what could be bought.
    package static func answer(
        _ question: Question, pool: [ChoiceAnswer.Stock] = [], catalogue: Catalogue = BuiltInTables.catalogue
    ) throws(AdviceError) -> ChoiceView {
        let purpose = try Given.word(question.purpose, "--for", Purpose.self) ?? .research
        let precision = try Given.word(question.precision, "--precision", Precision.self)
        let asked = try question.workload.map { name throws(AdviceError) in try Given.workload(name) }
        let work = try question.model.map { model throws(AdviceError) in
            try Self.work(model, precision, trains: (asked ?? purpose.usualWorkload).isTraining)
        }
        let choice = ChoiceQuestion(
            purpose: purpose, workload: asked ?? work.map(Self.usual), precision: precision ?? .fp16,
            budget: question.budget, growth: question.growth, memory: work, year: question.year, used: question.used)
        let answer = ChoiceAnswer(choice, catalogue: catalogue, pool: pool)
        return ChoiceView(
            purpose: purpose.rawValue, workload: choice.workload.name,
            currency: question.budget?.currency ?? "USD", budget: question.budget?.money,
            memoryBytes: answer.memory.bytes, candidates: answer.chosen.map(ChoiceView.Candidate.init),
            leftOut: ChoiceWords.leftOut(answer), assumptions: ChoiceWords.assumptions(choice, answer),
            remedy: remedy(choice, answer, catalogue), pool: answer.owned.map(ChoiceWords.owned))
    }

    /// What memory is needed for is what speed is told of: a model that is to be trained is trained whole unless it is said otherwise.
    private static func work(
        _ model: FitQuestion, _ precision: Precision?, trains: Bool
    ) throws(AdviceError) -> MemoryQuestion {
        var model = model
        if model.method == nil { model.method = trains ? "full" : "inference" }
        if let precision, model.precision == nil {
            // Weights of 8 bits answer; what is trained in FP8 is kept in BF16.
            let isShort = precision == .fp8 || precision == .int8
            model.precision = isShort ? (model.method == "inference" ? "int8" : "bf16") : precision.rawValue
        }
        return try FitDesk.work(model).1
    }

    /// What is done with a model if nothing else is said.
    private static func usual(_ work: MemoryQuestion) -> Workload {
        let trains = work.method != .inference
        let name =
            switch work.shape.kind {
            case .convolution: trains ? "cnn-train" : "cnn-inference"
            case .encoder where !trains: "llm-prefill"
            // Half a billion parameters and more have matrices that keep tensor cores busy.
            case .encoder, .decoder, .encoderDecoder:
                trains ? (work.shape.parameters < 5e8 ? "transformer-train" : "llm-train") : "llm-decode"
            }
        return Workload.named(name) ?? Workload.all[0]
    }

    /// What to ask instead; nil: something suits.
    private static func remedy(_ choice: ChoiceQuestion, _ answer: ChoiceAnswer, _ catalogue: Catalogue) -> String? {
        guard answer.chosen.isEmpty else { return nil }
        func suits(_ change: (inout ChoiceQuestion) -> Void) -> Bool {
            var other = choice
            change(&other)
            return !ChoiceAnswer(other, catalogue: catalogue).chosen.isEmpty
        }
        var words = [ChoiceWords.missing(choice, answer)]
        if var small = choice.memory {
            (small.batch, small.sequence) = (1, min(small.sequence, 256))
            if suits({ $0.memory = small }) { words.append("With a smaller --batch or --sequence something suits.") }
        }
        if let work = choice.memory, work.method == .full, !work.shape.isConvolution {
            // The first that helps.
            let method = [MemoryQuestion.Method.lora, .qlora].first { method in
                var less = work
                less.method = method
                return suits { $0.memory = less }
            }
            if let method { words.append("With --method \(method.rawValue) something suits: it needs less memory.") }
        }
        if let purpose = Purpose.allCases.first(where: { one in one != choice.purpose && suits { $0.purpose = one } }) {
            words.append("With --for \(purpose.rawValue) something suits.")
        }
        if !choice.used, suits({ $0.used = true }) { words.append("Of used ones some suit: --used takes them in.") }
        return words.joined(separator: " ")
    }
}

extension ChoiceView.Candidate {
    init(_ candidate: ChoiceAnswer.Candidate) {
        let accelerator = candidate.accelerator
        self.init(
            gpu: accelerator.name, count: candidate.count, suits: candidate.score,
            memoryBytes: accelerator.memory.bytes, price: candidate.price?.money,
            likelyPrice: candidate.likelyPrice?.price.money, priceYear: accelerator.priceYear, speed: candidate.speed,
            watts: candidate.watts, why: ChoiceWords.why(candidate), hostCores: candidate.host.usualCores,
            hostMemoryBytes: candidate.host.usualMemory.bytes)
    }
}
