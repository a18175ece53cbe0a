/// From what somebody wants to do with a model to the memory it needs.
///
/// Sources of the constants: states by ZeRO (Rajbhandari et al., arXiv 1910.02054) and the Transformer Math notes of
/// EleutherAI; activations of a layer by Korthikanti et al., arXiv 2205.05198; the rest fitted over measurements published by
/// Qwen, torchtune, PEFT, Transformers and BERT. `make advice-check` prints how near it comes.
package enum MemoryEstimator {
    /// Never fails: what is too large to count saturates.
    package static func estimate(_ question: MemoryQuestion) -> MemoryEstimate {
        let states = States(question), activations = Activations(question)
        var parts = states.parts + activations.parts
        let kept = states.sum, live = activations.sum
        let slack = question.method == .inference ? 0.02 : 0.03
        parts.append((.workspace, slack * (kept + live) + (question.devices > 1 ? collectives : 0)))
        parts.append((.framework, framework))
        let expected = parts.reduce(0) { $0 + $1.1 }
        let (keptFactor, liveFactor) = caution(question)
        let safe =
            question.method == .inference
            ? expected * 1.1 + 0.5e9
            : kept * keptFactor + live * liveFactor + (expected - kept - live) + 0.7e9
        let lower = kept * 0.95 + live * 0.35 + 0.2e9
        return MemoryEstimate(parts: parts, lower: lower, safe: safe)
    }

    /// By how much published measurements of training lie above what is expected: of what stays, and of what comes and goes. BERT in
    /// TensorFlow 1 lies furthest, DeepSpeed's buffers and libraries that widen what is not quantised come next.
    private static func caution(_ question: MemoryQuestion) -> (kept: Double, live: Double) {
        switch (question.method, question.weights, question.shape.kind) {
        case (_, _, .convolution): (1.25, 1.5)
        case (.full, .fp32, .encoder): (1.35, 2.75)
        case (.full, .fp32, _): (1.35, 2)
        case (.full, _, _): (1.25, 1.4)
        case (.lora, _, _): (1.1, 1.4)
        case (.qlora, _, _), (.inference, _, _): (1.35, 1.4)
        }
    }

    /// CUDA's context, its libraries' kernels and what a framework keeps: 0.5 to 1.3 · 10⁹ bytes measured.
    static let framework = 0.8e9
    /// Buffers of NCCL, measured with eight devices.
    static let collectives = 1.0e9
}

/// What stays for as long as the work runs: weights and all that is kept for each of them.
struct States {
    let parts: [(MemoryEstimate.Part.Kind, Double)]
    var sum: Double { parts.reduce(0) { $0 + $1.1 } }
    /// Of one device.
    var weights: Double { parts.filter { $0.0 == .weights }.reduce(0) { $0 + $1.1 } }

    /// Parameters that have gradients.
    static func trained(_ question: MemoryQuestion) -> Double {
        switch question.method {
        case .inference: 0
        case .full: question.shape.parameters
        case .lora, .qlora: adapters(question)
        }
    }

    init(_ question: MemoryQuestion) {
        switch question.method {
        case .inference: parts = [(.weights, Self.weights(question) / Self.cut(question, from: .zero3))]
        case .full: parts = Self.full(question)
        case .lora, .qlora: parts = Self.adapted(question)
        }
    }

    private static func full(_ question: MemoryQuestion) -> [(MemoryEstimate.Part.Kind, Double)] {
        let parameters = question.shape.parameters
        var weights = 2.0, gradients = 2.0, master = 0.0
        switch question.weights {
        case .fp32: (weights, gradients) = (4, 4)
        case .pureBF16: break
        // A copy of the weights and a sum of the gradients in FP32 beside those of 16 bits.
        case .fp16, .bf16, .int8, .int4: (gradients, master) = (4, 4)
        }
        // States are as narrow as the weights that they belong to.
        let narrow = question.weights == .pureBF16 && question.optimizer != .adamw8bit ? 0.5 : 1
        return [
            (.weights, weights * parameters / cut(question, from: .zero3)),
            (.gradients, gradients * parameters / cut(question, from: .zero2)),
            (.masterWeights, master * parameters / cut(question, from: .zero1)),
            (.optimizer, question.optimizer.bytes * narrow * parameters / cut(question, from: .zero1)),
        ]
    }

    /// Frozen weights, and of the adapters' parameters weights, gradients and states.
    private static func adapted(_ question: MemoryQuestion) -> [(MemoryEstimate.Part.Kind, Double)] {
        let each = 8 + question.optimizer.bytes
        return [
            (.weights, weights(question) / cut(question, from: .zero3)),
            (.adapters, adapters(question) * each / cut(question, from: .zero2)),
        ]
    }

    /// Rank times in and out of the seven matrices of a layer, about sixteen times as wide as it is.
    private static func adapters(_ question: MemoryQuestion) -> Double {
        let shape = question.shape
        guard shape.layers > 0 else { return shape.parameters * 0.01 }
        return Double(question.rank) * Double(shape.layers) * 16 * Double(shape.hidden)
    }

    private static func weights(_ question: MemoryQuestion) -> Double {
        let shape = question.shape
        if question.method == .inference, let exact = question.weightBytes { return exact }
        switch (question.method, question.weights) {
        // Words' tables and norms stay, in FP32 for the most part; blocks of 64 have a scale each.
        case (.qlora, _): return (shape.parameters - shape.embedding) * 0.53 + shape.embedding * 3
        case (_, .int4): return (shape.parameters - shape.embedding) * 0.53 + shape.embedding * 2
        case (_, .int8): return (shape.parameters - shape.embedding) * 1.03 + shape.embedding * 2
        case (_, let format): return shape.parameters * Double(format.bits) / 8
        }
    }

    /// Into how many parts what is cut from this step on is cut.
    private static func cut(_ question: MemoryQuestion, from step: MemoryQuestion.Sharding) -> Double {
        let order = MemoryQuestion.Sharding.allCases
        guard question.devices > 1, let mine = order.firstIndex(of: question.sharding),
            let least = order.firstIndex(of: step), mine >= least
        else { return 1 }
        return Double(question.devices)
    }
}
