import Advisor
import FleetModel
import WireModel

/// What is said of a choice of accelerators.
enum ChoiceWords {
    static func why(_ candidate: ChoiceAnswer.Candidate) -> String {
        let accelerator = candidate.accelerator
        var words = ["\(Int((accelerator.bandwidth / 1e9).rounded())) GB/s"]
        if let rate = accelerator.rates.tensorFP16 { words.append("\(Int((rate / 1e12).rounded())) TFLOPS in FP16") }
        if candidate.count > 1 {
            words.append(
                "\(candidate.count) are needed for the memory, "
                    + (accelerator.areLinked(candidate.count)
                        ? "with links of their own" : "over the machine's bus at about half their speed"))
        }
        if let like = candidate.likelyPrice?.like { words.append("its price is guessed by that of \(like)") }
        let isUsed = candidate.remarks.contains(.onlyUsed)
        for remark in candidate.remarks {
            switch remark {
            case .needsROCm: words.append("needs builds for ROCm")
            case .notForDataCentres: words.append("not for data centres by its driver's licence")
            case .onlyInServers: words.append("comes soldered into a server")
            case .noTensorCores: words.append("no tensor cores")
            case .onlyUsed:
                let year = accelerator.priceYear.map { " in \($0)" } ?? ""
                words.append(
                    candidate.price == nil ? "sold used only" : "sold used only: its price is that of a new one\(year)")
            case .oldPrice:
                if !isUsed { words.append("its price is from \(accelerator.priceYear.map(String.init) ?? "long ago")") }
            }
        }
        return words.joined(separator: "; ")
    }

    /// What a pool's own do for the question.
    static func owned(_ owned: ChoiceAnswer.Owned) -> ChoiceView.Owned {
        let stock = owned.stock
        var view = ChoiceView.Owned(
            gpu: stock.accelerator.name, count: stock.count, memoryBytes: stock.accelerator.memory.bytes, words: "")
        switch owned.judged {
        case .failure(let refusal): view.words = reason(refusal.reason)
        case .success(let candidate) where candidate.count > stock.inOneMachine:
            let place = candidate.count > stock.count ? "" : " in one machine"
            view.words = "\(candidate.count)\(place) would be needed for the memory"
        case .success(let candidate):
            (view.needed, view.speed) = (candidate.count, owned.speed)
            view.words = candidate.count == 1 ? "one will do" : "\(candidate.count) will do together"
        }
        return view
    }

    /// By reason, each with the models it holds for.
    static func leftOut(_ answer: ChoiceAnswer) -> [ChoiceView.LeftOut] {
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
        case .notYetSold: "not sold yet"
        case .unsupported: "today's frameworks no longer run on it"
        case .tooLittleMemory: "too little memory"
        case .overBudget(_, isKnown: true): "over the budget"
        case .overBudget(_, isKnown: false): "no price is known, and others of their kind are over the budget"
        case .module: "comes soldered into a server, not as a card"
        case .rateUnknown: "its data sheet gives no rate"
        }
    }

    static func assumptions(_ choice: ChoiceQuestion, _ answer: ChoiceAnswer) -> [String] {
        let shape = choice.workload.shape, size = answer.memory.gibibytesText
        let memory =
            choice.memory == nil ? "\(size) for each device" : "\(size) on one device; of several each holds its part"
        var words = [
            "speed for \(choice.workload.words): bandwidth to the power of \(shape.bandwidth)/16, tensor rate \(shape.tensor)/16, "
                + "FP32 rate \(shape.ordinary)/16 (CUDA cores and FLOPS alone mislead by 45 to 89 %)",
            order(choice, answer),
            memory + (choice.growth > 1_000 ? "; growth included" : ""),
            "prices are the makers' at launch, or from the street, of the GPUs alone: the machine around them comes on top",
        ]
        if answer.chosen.contains(where: { $0.likelyPrice != nil }) {
            words.append(
                "where no price is known, that of the nearest of the same maker and kind, by the bandwidth of both: a guess; ask for "
                    + "an offer")
        }
        if answer.chosen.contains(where: { $0.remarks.contains(.onlyUsed) }) {
            words.append(
                "used ones are ordered, and held against a budget, by what they cost when they were new: they cost less")
        }
        words.append(
            "sold new: of a maker's newest generation, or for 1 year after that was followed by the next (workstations 3, data "
                + "centres 4)")
        guard let work = choice.memory else {
            return words + ["no model was named (--model): with one the memory is what it needs"]
        }
        words.insert("the model: \(FitWords.method(work)) (--method)", at: 2)
        return words
    }

    /// What the order goes by, as it can be reckoned again.
    private static func order(_ choice: ChoiceQuestion, _ answer: ChoiceAnswer) -> String {
        "the order: speed, for each dollar to the power of \(choice.purpose.thrift)/16 and each watt to the power of "
            + "\(ChoiceAnswer.powerSixteenths)/16"
            + (answer.chosen.contains { $0.accelerator.needsROCm }
                ? ", a quarter less where builds for ROCm are needed" : "")
    }

    /// What to change for something that is sold new.
    static func missing(_ choice: ChoiceQuestion, _ answer: ChoiceAnswer) -> String {
        var cheapest: (name: String, price: Cost, isKnown: Bool)?
        for out in answer.leftOut {
            guard case .overBudget(let price, let isKnown) = out.reason, price.micros < cheapest?.price.micros ?? .max else {
                continue
            }
            cheapest = (out.accelerator.name, price, isKnown)
        }
        if let (name, price, isKnown) = cheapest {
            let words = isKnown ? "\(price.text) (\(name))" : "about \(price.text) (\(name), whose price is not known)"
            return "The cheapest that suits costs \(words): raise --budget."
        }
        var changes: [String] = []
        if choice.growth > 1_000 { changes.append("less --growth") }
        let several = choice.memory != nil && choice.purpose.takesSeveral ? ", nor eight of them together" : ""
        let words = "None of these has the memory\(several)"
        return changes.isEmpty ? words + "." : words + ": try \(changes.joined(separator: ", or "))."
    }
}
