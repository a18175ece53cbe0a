/// What a step of an LSTM is measured with; the same numbers wherever it is done.
struct LSTMSample {
    let step: LSTMStep
    let input: [Float]
    let weights: [Float]
    let state: LSTMStep.State
    let tolerance: Double

    init(_ size: Int, seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        step = LSTMStep(size: size)
        // Small weights, as networks begin with: the sums stay near 1.
        let scale = 1 / Float(size).squareRoot()
        input = numbers.floats(size)
        weights = numbers.floats(step.weightCount).map { $0 * scale }
        state = LSTMStep.State(hidden: numbers.floats(size), cell: numbers.floats(size))
        tolerance = Agreement.tolerance(summands: 2 * size) * Double(scale)
    }

    /// - Parameter result: the next hidden state, then the next cell.
    func difference(_ result: [Float]) -> Double {
        Agreement.worstDifference(result, step.reference(input, state, weights))
    }
}

/// What a training step is measured with.
struct TrainingSample {
    let step: TrainingStep
    let samples: [Float]
    let targets: [Float]
    let weights: TrainingStep.Weights
    let tolerance: Double

    init(_ size: Int, seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        step = TrainingStep(batch: 64, inputs: size, hidden: size, outputs: 16)
        // Small weights, as networks begin with: the sums stay near 1.
        let scale = 1 / Float(size).squareRoot()
        weights = TrainingStep.Weights(
            first: numbers.floats(size * size).map { $0 * scale }, second: numbers.floats(size * 16).map { $0 * scale })
        samples = numbers.floats(64 * size)
        targets = numbers.floats(64 * 16)
        tolerance = Agreement.tolerance(summands: size + 64)
    }

    func difference(_ result: TrainingStep.Result?) -> Double {
        guard let result else { return .infinity }
        return TrainingReference(step, samples, targets).worstShare(of: result, from: weights)
    }
}
