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

    package static func answer(
        _ question: Question, catalogue: Catalogue = BuiltInTables.catalogue
    ) throws(AdviceError) -> ChoiceView {
        let purpose = try Given.word(question.purpose, "--for", Purpose.self) ?? .research
        let workload = try question.workload.map { name throws(AdviceError) in try Given.workload(name) }
        let work = try question.model.map { model throws(AdviceError) in
            try Self.work(model, workload ?? purpose.usualWorkload)
        }
        let choice = ChoiceQuestion(
            purpose: purpose, workload: workload,
            precision: try Given.word(question.precision, "--precision", Precision.self) ?? .fp16,
            budget: question.budget, growth: question.growth, memory: work, year: question.year,
            used: question.used)
        let answer = ChoiceAnswer(choice, catalogue: catalogue)
        return ChoiceView(
            purpose: purpose.rawValue, workload: choice.workload.name,
            currency: question.budget?.currency ?? "USD", budget: question.budget?.money,
            memoryBytes: answer.memory.bytes, candidates: answer.chosen.map { candidate($0, answer) },
            leftOut: leftOut(answer), assumptions: assumptions(choice, answer), remedy: remedy(choice, answer, catalogue))
    }

    /// What memory is needed for is what speed is told of: a model that is to be trained is trained whole unless it is said otherwise.
    private static func work(_ model: FitQuestion, _ workload: Workload) throws(AdviceError) -> MemoryQuestion {
        var model = model
        if model.method == nil { model.method = workload.isTraining ? "full" : "inference" }
        return try FitDesk.work(model).1
    }

    private static func candidate(_ candidate: ChoiceAnswer.Candidate, _ answer: ChoiceAnswer) -> ChoiceView.Candidate {
        let accelerator = candidate.accelerator
        return ChoiceView.Candidate(
            gpu: accelerator.name, count: candidate.count, suits: candidate.score,
            memoryBytes: accelerator.memory.bytes, price: candidate.price?.money, priceYear: accelerator.priceYear,
            speed: candidate.speed, watts: candidate.watts, why: why(candidate),
            hostCores: candidate.host.usualCores, hostMemoryBytes: candidate.host.usualMemory.bytes)
    }

    private static func why(_ candidate: ChoiceAnswer.Candidate) -> String {
        let accelerator = candidate.accelerator
        var words = ["\(Int((accelerator.bandwidth / 1e9).rounded())) GB/s"]
        if let rate = accelerator.rates.tensorFP16 { words.append("\(Int((rate / 1e12).rounded())) TFLOPS in FP16") }
        if candidate.count > 1 {
            words.append(
                "\(candidate.count) are needed for the memory, "
                    + (accelerator.areLinked(candidate.count)
                        ? "with links of their own" : "over the machine's bus at about half their speed"))
        }
        for remark in candidate.remarks {
            switch remark {
            case .needsROCm: words.append("needs builds for ROCm")
            case .notForDataCentres: words.append("not for data centres by its driver's licence")
            case .onlyInServers: words.append("comes soldered into a server")
            case .noTensorCores: words.append("no tensor cores")
            case .onlyUsed: words.append("sold used only")
            case .oldPrice: words.append("its price is from \(accelerator.priceYear.map(String.init) ?? "long ago")")
            }
        }
        return words.joined(separator: "; ")
    }

    /// By reason, each with the models it holds for.
    private static func leftOut(_ answer: ChoiceAnswer) -> [ChoiceView.LeftOut] {
        var groups: [ChoiceView.LeftOut] = []
        for out in answer.leftOut {
            let reason = reason(out.reason)
            if let index = groups.firstIndex(where: { $0.reason == reason }) {
                groups[index].gpus.append(out.accelerator.name)
            } else {
                groups.append(ChoiceView.LeftOut(reason: reason, gpus: [out.accelerator.name]))
            }
        }
        return groups
    }

    private static func reason(_ reason: ChoiceAnswer.Reason) -> String {
        switch reason {
        case .segment(.entry): "entry level"
        case .segment(.consumer): "made for players: no error correction, not for data centres"
        case .segment(.workstation): "made for workstations"
        case .segment(.datacentre): "made for data centres: needs a server's cooling"
        case .segment(.reference): "not sold as a card"
        case .noLongerSold: "no longer sold new (--used takes them in)"
        case .unsupported: "today's frameworks no longer run on it"
        case .tooLittleMemory: "too little memory"
        case .overBudget: "over the budget"
        case .priceUnknown: "no price is known (--budget asks for one)"
        case .module: "comes soldered into a server, not as a card"
        case .rateUnknown: "its data sheet gives no rate"
        }
    }

    private static func assumptions(_ choice: ChoiceQuestion, _ answer: ChoiceAnswer) -> [String] {
        let shape = choice.workload.shape, size = answer.memory.gibibytesText
        let memory =
            choice.memory == nil ? "\(size) for each device" : "\(size) on one device; of several each holds its part"
        var words = [
            "speed for \(choice.workload.words): bandwidth to the power of \(shape.bandwidth)/16, tensor rate \(shape.tensor)/16, "
                + "FP32 rate \(shape.ordinary)/16 (CUDA cores and FLOPS alone mislead by 45 to 89 %)",
            order(choice, answer),
            memory + (choice.growth > 1_000 ? "; growth included" : ""),
            "prices are the makers' at launch, or from the street; the year stands beside them",
            "sold new: of a maker's newest generation, or for 1 year after that was followed by the next (workstations 3, data "
                + "centres 4)",
        ]
        guard let work = choice.memory else {
            return words + ["no model was named (--model): with one the memory is what it needs"]
        }
        words.insert("the model: \(FitWords.method(work))", at: 2)
        return words
    }

    /// What the order goes by, as it can be reckoned again.
    private static func order(_ choice: ChoiceQuestion, _ answer: ChoiceAnswer) -> String {
        var words =
            "the order: speed, for each dollar to the power of \(choice.purpose.thrift)/16 and each watt to the power of "
            + "\(ChoiceAnswer.powerSixteenths)/16"
        if answer.chosen.contains(where: { $0.remarks.contains(.needsROCm) }) {
            words += ", a quarter less where builds for ROCm are needed"
        }
        if answer.chosen.contains(where: { $0.price == nil }) {
            words += "; where no price is known, what others of its kind cost for their bandwidth"
        }
        return words
    }

    /// nil: something suits.
    private static func remedy(_ choice: ChoiceQuestion, _ answer: ChoiceAnswer, _ catalogue: Catalogue) -> String? {
        guard answer.chosen.isEmpty else { return nil }
        let used = choice.used ? [] : ChoiceAnswer(choice.withUsed, catalogue: catalogue).chosen
        return ([missing(choice, answer)] + (used.isEmpty ? [] : ["Of used ones some suit: --used takes them in."]))
            .joined(separator: " ")
    }

    /// What to change for something that is sold new.
    private static func missing(_ choice: ChoiceQuestion, _ answer: ChoiceAnswer) -> String {
        var cheapest: (name: String, price: Cost)?
        for out in answer.leftOut {
            guard case .overBudget(let price) = out.reason, price.micros < cheapest?.price.micros ?? .max else { continue }
            cheapest = (out.accelerator.name, price)
        }
        let isWhole = choice.memory?.method == .full
        if let cheapest {
            let less = isWhole ? " Less memory is needed with --method lora or qlora." : ""
            return "The cheapest that suits costs \(cheapest.price.text) (\(cheapest.name)): raise --budget.\(less)"
        }
        if answer.leftOut.contains(where: { $0.reason == .priceUnknown }) {
            return "Of those that suit no price is known: leave --budget out."
        }
        guard choice.memory != nil else { return "None has the memory: lower --growth, or choose another --for." }
        return
            "None has the memory, nor eight of them together: try \(isWhole ? "--method lora or qlora, " : "")a smaller --batch "
            + "or --sequence, or less --growth."
    }
}
