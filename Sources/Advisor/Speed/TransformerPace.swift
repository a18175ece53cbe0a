/// How long a transformer takes for so many tokens on some accelerators.
///
/// Operations of one token: 2 for each parameter forward, 2 for the gradients of what comes before, 2 for those of the weights
/// (Kaplan et al., arXiv 2001.08361), and 4 · layers · width · tokens of attention forward, twice that backward.
struct TransformerPace {
    private let question: MemoryQuestion
    private let bandwidth: Double
    private let link: GPULink
    /// Operations a second of all accelerators together; the lower bound of time has the highest.
    private let rate: (fast: Double, usual: Double, slow: Double)
    /// Whether a given utilisation says it all.
    private let isGiven: Bool

    init?(_ question: MemoryQuestion, _ accelerator: Accelerator, _ utilisation: Double?) {
        guard let peak = accelerator.matrixRate(question.weights.computed), peak > 0, accelerator.bandwidth > 0 else {
            return nil
        }
        self.question = question
        bandwidth = accelerator.bandwidth
        link = GPULink(question, accelerator)
        isGiven = utilisation != nil
        let count = Double(max(1, question.devices)), together = SpeedPrediction.scaling(question.devices)
        if let utilisation {
            rate = (peak * utilisation * 1.1 * count, peak * utilisation * together, peak * utilisation * 0.9 * together)
        } else {
            let reached = Self.utilisation(accelerator, peak)
            // Well-tuned runs reach about twice of what a first script does, small batches and slow loading half.
            rate = (peak * min(0.85, reached * 2) * count, peak * reached * together, peak * reached / 2 * together)
        }
    }

    /// 0.32 of an A100 with 80 GB for a user's own script (published runs reach 0.39 to 0.64 with much care, 0.2 to 0.3 without),
    /// falling as the tensor rate outgrows the bandwidth: MosaicML's best are 0.55 of an A100 and 0.41 of an H100.
    static func utilisation(_ accelerator: Accelerator, _ rate: Double) -> Double {
        let balance = rate * accelerator.reach / accelerator.bandwidth, known = 312e12 / 2_039e9
        return min(0.6, max(0.05, 0.32 * accelerator.reach * Sixteenths.power(known / balance, 7)))
    }

    private var layers: Double { Double(question.shape.layers) }
    /// Of one step of one device, or of all that share its matrices.
    private var tokensOfStep: Double { Double(question.batch) * Double(question.sequence) }
    private var cutsMatrices: Bool { question.sharding == .tensor }
    private func steps(_ units: Double, each: Double) -> Double {
        units / (each * (cutsMatrices ? 1 : Double(max(1, question.devices))))
    }

    private var forward: Double {
        2 * question.shape.active + 4 * layers * Double(question.shape.hidden) * Double(question.sequence)
    }

    func training(_ tokens: Double) -> RunPart {
        let attention = 8 * layers * Double(question.shape.hidden) * Double(question.sequence)
        // Frozen weights have no gradients of their own, but what comes before them has.
        let backward = (question.method == .full ? 4 : 2) * question.shape.active + attention
        let useful = (forward + backward) * tokens
        // A given utilisation counts useful work alone. Well-tuned runs make the second forward pass good by larger batches.
        let all = question.checkpointing && !isGiven ? useful + forward * tokens : useful
        var compute = Bracket(useful / rate.fast, all / rate.usual, all / rate.slow)
        if question.method == .qlora, !isGiven {
            // Weights of 4 bits are widened for every product; a third longer was measured.
            compute = Bracket(compute.lower * 1.1, compute.expected * 1.35, compute.upper * 1.6)
        }
        guard !isGiven else { return RunPart(compute: compute, memory: .none, launches: .none) }
        let steps = steps(tokens, each: tokensOfStep)
        // All that stays is read and written once in a step, or frozen weights read twice.
        let bytes = 2 * met * steps
        return RunPart(
            compute: compute, memory: reads(bytes),
            launches: Bracket(0.3e-3, 1.5e-3, 4e-3) * (layers * steps),
            link: link.training(tokens: tokensOfStep) * steps)
    }

    /// Prompts and all that encoders do: many tokens at once.
    func reading(_ tokens: Double) -> RunPart {
        let work = forward * tokens
        let compute = Bracket(work / rate.fast, work / rate.usual, work / rate.slow)
        guard !isGiven else { return RunPart(compute: compute, memory: .none, launches: .none) }
        let steps = steps(tokens, each: tokensOfStep)
        return RunPart(
            compute: compute, memory: reads(lost * met * steps), launches: launches(steps),
            link: link.reading(tokens: tokensOfStep) * steps)
    }

    /// A token after the other: each step reads all weights, and keys and values of the tokens before: all of the prompt's, and on
    /// average half of the answer's.
    func writing(_ tokens: Double, after read: Double) -> RunPart {
        let steps = steps(tokens, each: Double(question.batch)), work = 2 * question.shape.active * tokens
        let before = read + tokens > 0 ? (read + tokens / 2) / (read + tokens) : 0.5
        let kept = question.shape.keysAndValues * tokensOfStep * Double(question.weights.computed.bytes) * before
        // Of many experts the few that the batch visits are read.
        let shape = question.shape, visited = min(1, shape.active / shape.parameters * Double(question.batch))
        let weights = met * visited
        let part = cutsMatrices ? kept / Double(max(1, question.devices)) : kept
        return RunPart(
            compute: Bracket(work / rate.fast, work / rate.usual, work / rate.slow),
            memory: reads(lost * (weights + part) * steps), launches: launches(steps),
            link: isGiven ? .none : link.reading(tokens: Double(question.batch)) * steps)
    }

    /// What stays of which one device meets all in a step: where each holds a part of the weights, they all pass through each.
    private var met: Double {
        let states = States(question)
        guard question.sharding == .zero3 else { return states.sum }
        return states.sum + states.weights * Double(max(1, question.devices) - 1)
    }

    /// Devices that cut matrices read a part each, and wait for one another.
    private var lost: Double {
        cutsMatrices ? Double(max(1, question.devices)) / SpeedPrediction.scaling(question.devices) : 1
    }

    private func launches(_ steps: Double) -> Bracket { Bracket(0.02e-3, 0.1e-3, 0.6e-3) * (layers * steps) }

    /// Sums over large arrays reach 0.85 of the bandwidth, libraries that write text 0.4 to 0.8.
    private func reads(_ bytes: Double) -> Bracket {
        Bracket(bytes / (bandwidth * 0.85), bytes / (bandwidth * 0.6), bytes / (bandwidth * 0.4))
    }
}

extension Bracket {
    static let none = Bracket(0, 0, 0)
}

extension MemoryQuestion.WeightFormat {
    /// What products are computed in: weights of few bits are widened.
    package var computed: Precision {
        switch self {
        case .fp32: .fp32
        case .fp16: .fp16
        case .bf16, .pureBF16, .int8, .int4: .bf16
        }
    }
}
