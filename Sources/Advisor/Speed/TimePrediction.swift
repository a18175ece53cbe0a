/// How long work takes from its parts: what must be computed, read and fed.
package struct TimePrediction: Hashable, Sendable {
    package let seconds: Double
    package let lowerSeconds: Double
    package let upperSeconds: Double
    /// What takes the longest.
    package let bound: Bound

    /// What a run waits for.
    package enum Bound: String, Sendable {
        case compute, memory, input
    }

    /// A training run of a transformer: 6 operations for each parameter and token (8 with checkpointing, which computes the
    /// forward pass twice).
    ///
    /// - Parameter utilisation: the part of the data sheet's tensor rate that is reached; nil: what such runs reach in MosaicML's
    ///   tables, 0.54 of an A100 and 0.40 of an H100, follows from the bandwidth, and half of that for a script of one's own.
    package init?(
        parameters: Double, tokens: Double, checkpointing: Bool, precision: Precision, on accelerator: Accelerator,
        count: Int, utilisation: Double? = nil
    ) {
        guard let rate = accelerator.matrixRate(precision), rate > 0, parameters > 0, tokens > 0 else { return nil }
        let operations = (checkpointing ? 8 : 6) * parameters * tokens
        let reached = utilisation ?? Self.utilisation(accelerator, rate)
        seconds = operations / (rate * reached * SpeedPrediction.scaling(count))
        lowerSeconds = seconds * (utilisation == nil ? 0.6 : 0.9)
        upperSeconds = seconds * (utilisation == nil ? 1.5 : 1.1)
        bound = .compute
    }

    /// Calibrated where it is known best: 0.32 of an A100 with 80 GB for a user's own script (published runs reach 0.39 to 0.64
    /// with much care, 0.2 to 0.3 without), falling as the tensor rate outgrows the bandwidth.
    static func utilisation(_ accelerator: Accelerator, _ rate: Double) -> Double {
        let balance = rate / accelerator.bandwidth, known = 312e12 / 2_039e9
        return min(0.6, max(0.05, 0.32 * Sixteenths.power(known / balance, 7)))
    }
}
