/// What comes and goes with every step.
struct Activations {
    let parts: [(MemoryEstimate.Part.Kind, Double)]
    var sum: Double { parts.reduce(0) { $0 + $1.1 } }

    init(_ question: MemoryQuestion) {
        if case .convolution(let convolution) = question.shape.kind {
            parts = Self.images(question, convolution)
        } else if question.method == .inference {
            parts = Self.inference(question)
        } else {
            parts = Self.training(question)
        }
    }

    private static func tokens(_ question: MemoryQuestion) -> Double { Double(question.batch) * Double(question.sequence) }

    /// Devices that cut matrices share a layer's activations.
    private static func share(_ question: MemoryQuestion) -> Double {
        question.sharding == .tensor ? Double(max(1, question.devices)) : 1
    }

    /// Autograd keeps what convolutions read and what their norms read: twice their output, in FP32 or with mixed precision
    /// half of it. Inference keeps two layers' worth, about an eighth.
    private static func images(
        _ question: MemoryQuestion, _ convolution: ModelShape.ConvolutionShape
    ) -> [(MemoryEstimate.Part.Kind, Double)] {
        let side = Double(question.side ?? convolution.side) / Double(convolution.side)
        let bytes = question.weights == .fp32 ? 4.0 : 2
        let all = convolution.outputs * side * side * Double(question.batch) * bytes
        if question.method == .inference { return [(.activations, all / 8 + 0.2e9)] }
        return [(.activations, all * (question.checkpointing ? 0.7 : 2) + 0.3e9)]
    }

    /// Frameworks that put each token's keys and values behind the former ones hold both for a moment: 1.7 times the sum was
    /// measured.
    private static func inference(_ question: MemoryQuestion) -> [(MemoryEstimate.Part.Kind, Double)] {
        let tokens = tokens(question), shape = question.shape
        let bytes = question.weights == .fp32 ? 4.0 : 2
        var cache = 1.7 * bytes * shape.keysAndValues * tokens
        if case .encoder = shape.kind { cache = 0 }
        // One layer's work on a prompt, and what it puts out for the last token.
        let live = 6 * bytes * Double(shape.hidden) * tokens + 4 * Double(shape.vocabulary) * Double(question.batch)
        return [(.keyValueCache, cache / share(question)), (.activations, live + 0.1e9)]
    }

    /// A layer keeps 34 bytes of 16-bit activations for each token and unit of its width, about 60 in FP32, and the table of
    /// attention five bytes (nine) for each head and pair of tokens. With checkpointing each layer keeps its input, and one is
    /// there whole.
    private static func training(_ question: MemoryQuestion) -> [(MemoryEstimate.Part.Kind, Double)] {
        let tokens = tokens(question), shape = question.shape, wide = question.weights == .fp32
        let width = Double(shape.hidden), layers = Double(shape.layers), share = share(question)
        var layer = (wide ? 60 : 34) * width * tokens / share
        // Frozen weights need no activations of their own, but those before the adapters stay.
        if question.method != .full { layer *= 0.8 }
        let scores = Double(shape.heads) * Double(question.sequence) * tokens * (wide ? 9 : 5) / share
        let table = question.fusedAttention ? 0 : scores
        let kept = question.checkpointing ? (wide ? 4 : 2) * width * tokens * layers + layer : layer * layers
        return [
            (.activations, kept), (.attention, question.checkpointing ? table : table * layers),
            (.logits, logits(question, tokens)),
        ]
    }

    /// A number for each word and token, again in FP32, moved by one, its softmax and its gradient: 15 bytes measured, 8 where
    /// what comes before is quantised and runs in 16 bits. A loss in parts needs an eighth; encoders have a few classes.
    private static func logits(_ question: MemoryQuestion, _ tokens: Double) -> Double {
        if case .encoder = question.shape.kind { return 0 }
        let all = tokens * Double(question.shape.vocabulary) * (question.method == .qlora ? 8 : 15)
        return question.chunkedLoss ? all / 8 : all
    }
}
