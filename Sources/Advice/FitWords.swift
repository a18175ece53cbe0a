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
        case .hardlyFits: "hardly: the least bound is there, what is expected is not"
        case .doesNotFit: "does not fit"
        }
    }

    static func words(_ change: Remedy.Change) -> String {
        switch change {
        case .mixedPrecision: "train in mixed precision"
        case .fusedAttention: "use fused attention"
        case .batch(let batch): "a batch of \(batch); accumulate gradients to keep the same step"
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

    static func options(_ change: Remedy.Change) -> String {
        switch change {
        case .mixedPrecision: "--precision bf16"
        case .fusedAttention: "(without --plain-attention)"
        case .batch(let batch): "--batch \(batch)"
        case .checkpointing: "--checkpointing"
        case .chunkedLoss: "--chunked-loss"
        case .optimizer8bit: "--optimizer adamw-8bit"
        case .lora(let checkpointing): "--method lora\(checkpointing ? " --checkpointing" : "")"
        case .qlora(let checkpointing): "--method qlora\(checkpointing ? " --checkpointing" : "")"
        case .weights(let format): "--precision \(format.rawValue)"
        case .devices(let count, let sharding): "--gpus \(count) --sharding \(sharding.rawValue)"
        }
    }

    /// Everything that the figures rest on.
    static func assumptions(_ work: MemoryQuestion, _ question: FitQuestion) -> [String] {
        var words = [method(work)]
        if case .convolution(let shape) = work.shape.kind {
            words.append("images of \(work.side ?? shape.side) × \(work.side ?? shape.side), batch of \(work.batch)")
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
        return words
    }

    private static func method(_ work: MemoryQuestion) -> String {
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
