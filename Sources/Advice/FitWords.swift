import Advisor
import FleetModel
import WireModel

/// What is said about memory.
enum FitWords {
    static func words(_ kind: MemoryEstimate.Part.Kind) -> String {
        switch kind {
        case .weights: "weights"
        case .gradients: "gradients"
        case .optimizer: "optimiser's state"
        case .masterWeights: "weights in FP32 beside those of 16 bits"
        case .adapters: "LoRA's matrices with gradients and state"
        case .activations: "activations"
        case .attention: "tables of attention"
        case .logits: "last layer and loss"
        case .keyValueCache: "keys and values of the tokens before"
        case .workspace: "workspace and fragments"
        case .framework: "CUDA and the framework"
        }
    }

    static func words(_ verdict: MemoryEstimate.Verdict) -> String {
        switch verdict {
        case .fits: "fits"
        case .mayFit: "may fit: try it before you count on it"
        case .hardlyFits: "hardly: what is expected is more than the 94 % that a program gets"
        case .doesNotFit: "does not fit"
        }
    }

    static func words(_ change: Remedy.Change) -> String {
        switch change {
        case .mixedPrecision: "train in mixed precision"
        case .fusedAttention: "use fused attention"
        case .batch(let batch): "a batch of \(batch)"
        case .thrift: "all at once"
        case .checkpointing: "checkpoint activations: about a third more time"
        case .chunkedLoss: "compute the loss in parts"
        case .optimizer8bit: "keep the optimiser's state in 8 bits"
        case .lora(let checkpointing): "train LoRA's matrices only\(checkpointing ? ", and checkpoint activations" : "")"
        case .qlora(let checkpointing): "LoRA over weights of 4 bits\(checkpointing ? ", and checkpoint activations" : "")"
        case .weights(let format): "weights as \(format.rawValue)"
        case .devices(let count, .tensor): "\(count) GPUs, each with a part of every matrix"
        case .devices(let count, _): "\(count) GPUs with FSDP or ZeRO-3"
        }
    }

    /// What is done to save memory, in words.
    static func savings(from old: MemoryQuestion, to new: MemoryQuestion) -> String {
        var words: [String] = []
        if new.weights != old.weights { words.append("weights in BF16 alone") }
        if new.optimizer != old.optimizer { words.append("the optimiser's state in 8 bits") }
        if new.checkpointing, !old.checkpointing { words.append("checkpointed activations") }
        if new.fusedAttention, !old.fusedAttention { words.append("fused attention") }
        if new.chunkedLoss, !old.chunkedLoss { words.append("the loss in parts") }
        if new.batch != old.batch { words.append("a batch of \(new.batch)") }
        return words.joined(separator: ", ")
    }

    /// What of the command line differs between two questions.
    static func options(from old: MemoryQuestion, to new: MemoryQuestion) -> String {
        var options: [String] = []
        if new.method != old.method { options.append("--method \(new.method.rawValue)") }
        if new.weights != old.weights { options.append("--precision \(new.weights.rawValue)") }
        if new.batch != old.batch { options.append("--batch \(new.batch)") }
        if new.checkpointing, !old.checkpointing { options.append("--checkpointing") }
        if new.chunkedLoss, !old.chunkedLoss { options.append("--chunked-loss") }
        if new.optimizer != old.optimizer { options.append("--optimizer \(new.optimizer.rawValue)") }
        if new.devices != old.devices { options.append("--gpus \(new.devices) --sharding \(new.sharding.rawValue)") }
        if new.fusedAttention, !old.fusedAttention { options.append("without --plain-attention") }
        return options.joined(separator: " ")
    }

    /// Everything that the figures rest on.
    static func assumptions(_ work: MemoryQuestion, _ question: FitQuestion) -> [String] {
        var words = [method(work)]
        if case .convolution(let shape) = work.shape.kind {
            words.append("images of \(work.side ?? shape.side) × \(work.side ?? shape.side), batch of \(work.batch)")
        } else if work.shape.layers == 0 {
            words.append(
                "weights alone: how the network is built isn't known (--layers, --hidden), so that tokens and batch count nothing"
            )
        } else if work.method == .inference {
            words.append("\(work.sequence) tokens kept (prompt and answer), \(work.batch) at once")
        } else {
            words.append("batch of \(work.batch), \(work.sequence) tokens each")
        }
        if work.method == .lora || work.method == .qlora {
            words.append("LoRA of rank \(work.rank) on all matrices (--rank)")
        }
        if work.method != .inference {
            words.append(
                work.checkpointing ? "activations checkpointed" : "activations kept (--checkpointing computes them again)")
            if case .convolution = work.shape.kind {
            } else {
                words.append(
                    work.fusedAttention ? "fused attention (--plain-attention: not)" : "attention writes its tables")
            }
        }
        if question.vocabulary == nil, question.model == nil, question.layers != nil, work.shape.kind == .decoder {
            words.append("\(work.shape.vocabulary) words (--vocabulary)")
        }
        if work.devices > 1 { words.append("\(work.devices) GPUs, \(sharding(work.sharding))") }
        words.append("GiB as drivers count: a GPU that is sold with 24 GB has 24 GiB, of which a program gets 94 %")
        return words
    }

    /// `3e9 tokens (3 epochs of 1e9)`.
    static func amount(_ amount: WorkAmount, _ epochs: Int) -> String {
        func said(_ count: Double, _ what: String) -> String {
            let all = "\(short(count)) \(what)"
            return epochs > 1 ? "\(all) (\(short(count / Double(epochs))) in each of \(epochs) epochs)" : all
        }
        switch amount {
        case .tokens(let count): return said(count, "tokens")
        case .images(let count): return said(count, "images")
        case .answers(let written, 0): return said(written, "tokens of answers")
        case .answers(0, let read): return said(read, "tokens of prompts")
        case .answers(let written, let read):
            return "\(said(written, "tokens of answers")) and \(said(read, "of prompts"))"
        }
    }

    /// `1500000`, `1e9`, `1.5e9`.
    private static func short(_ count: Double) -> String {
        guard count >= 1e7 else { return "\(Int(count.rounded()))" }
        var exponent = 0, rest = count
        while rest >= 9.995 {
            rest /= 10
            exponent += 1
        }
        return "\(Rough.number(rest))e\(exponent)"
    }

    static func percent(_ part: Double) -> String { "\(Rough.number(part * 100)) %" }

    /// What decides where it isn't computing.
    static func bounds(_ predictions: [(name: String, TimePrediction)]) -> [String] {
        var words: [String] = []
        let launches = predictions.filter { $0.1.bound == .launches }.map(\.name)
        if !launches.isEmpty {
            words.append(
                "steps are so small that starting them takes longer than computing (\(list(launches, predictions.count))): a larger "
                    + "--batch is faster")
        }
        let link = predictions.filter { $0.1.bound == .link }.map(\.name)
        if !link.isEmpty {
            words.append(
                "sending between the GPUs takes longer than computing (\(list(link, predictions.count))): a larger --batch, or gradients "
                    + "gathered over several steps, send less often")
        }
        let memory = predictions.filter { $0.1.bound == .memory }.map(\.name)
        if !memory.isEmpty {
            words.append("reading memory takes longer than computing (\(list(memory, predictions.count)))")
        }
        return words
    }

    private static func list(_ names: [String], _ all: Int) -> String {
        if names.count == all { return "on all of them" }
        return names.count > 3 ? "on \(names.count) of them" : names.joined(separator: ", ")
    }

    static func energy(_ predictions: [(name: String, TimePrediction)]) -> String {
        let kinds: [(TimePrediction.Bound, String)] = [
            (.compute, "where they compute"), (.memory, "where memory decides"), (.link, "where they wait for one another"),
            (.launches, "where steps are so small"),
        ]
        let there = kinds.filter { kind, _ in predictions.contains { $0.1.bound == kind } }
        let shares = there.map { kind, place in
            let share = TimePrediction.share(kind)
            return "\(percent(share.expected)) (\(percent(share.lower)) to \(percent(share.upper)))"
                + (there.count > 1 ? " \(place)" : "")
        }
        return "energy of the GPUs alone: they draw \(shares.joined(separator: ", ")) of their boards' power, "
            + "less where it takes longer"
    }

    static func method(_ work: MemoryQuestion) -> String {
        switch work.method {
        case .inference: "inference, weights as \(work.weights.rawValue)"
        case .full: "training all weights in \(work.weights.rawValue) with \(work.optimizer.rawValue)"
        case .lora: "training with LoRA over weights in \(work.weights.rawValue), \(work.optimizer.rawValue)"
        case .qlora: "training with LoRA over weights of 4 bits (QLoRA), \(work.optimizer.rawValue)"
        }
    }

    private static func sharding(_ sharding: MemoryQuestion.Sharding) -> String {
        switch sharding {
        case .none: "each holding everything"
        case .zero1: "each with a part of the optimiser's state (ZeRO-1)"
        case .zero2: "each with a part of states and gradients (ZeRO-2)"
        case .zero3: "each with a part of states, gradients and weights (ZeRO-3, FSDP)"
        case .tensor: "each with a part of every matrix"
        }
    }
}

extension FitRemedy {
    /// - Parameters:
    ///   - asked: what was asked, which the options change.
    ///   - accelerator: what it fits then.
    init(_ remedy: Remedy, _ asked: MemoryQuestion, _ accelerator: Accelerator) {
        var words = FitWords.words(remedy.change)
        if case .thrift = remedy.change { words += ": " + FitWords.savings(from: asked, to: remedy.question) }
        let batch = remedy.question.batch
        if batch < asked.batch, !words.contains("a batch of") { words += ", with a batch of \(batch)" }
        if remedy.question.checkpointing, !asked.checkpointing, !words.contains("checkpoint") {
            words += ", and checkpoint activations"
        }
        if batch < asked.batch, asked.method != .inference { words += "; accumulate gradients to keep the same step" }
        self.init(
            gpu: accelerator.name, words: words, options: FitWords.options(from: asked, to: remedy.question),
            expectedBytes: remedy.estimate.expected.bytes, safeBytes: remedy.estimate.safe.bytes)
    }
}
