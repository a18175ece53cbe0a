/// How fast a kind of work goes on an accelerator, as a multiple of another one.
package struct SpeedPrediction: Hashable, Sendable {
    /// 2 is twice as fast.
    package let ratio: Double
    /// What nine of ten measurements lie between.
    package let lower: Double
    package let upper: Double

    /// nil: a data sheet of the two doesn't say what the prediction needs. `count` accelerators of the kind against one of the
    /// other.
    package init?(
        _ workload: Workload, _ precision: Precision, on accelerator: Accelerator, count: Int = 1,
        relativeTo other: Accelerator
    ) {
        guard let mine = workload.shape.score(accelerator, precision), let its = workload.shape.score(other, precision),
            its > 0
        else { return nil }
        ratio = mine / its * Self.scaling(count)
        let spread =
            accelerator == other ? 0.03 : accelerator.vendor == other.vendor ? Self.spread : Self.spreadBetweenVendors
        lower = ratio * (1 - spread)
        upper = ratio * (1 + spread) * (count > 1 ? 1.05 : 1)
    }

    /// Nine of ten published rates are this near, as a part of the prediction.
    private static let spread = 0.25
    /// Rates of whole trainings are known of NVIDIA's alone: what others' software makes of their bandwidth is not.
    private static let spreadBetweenVendors = 0.4

    /// So many do `count` to the power of 31/32 as much as one: 94 % of eight times as much for eight. Measured within one node
    /// by data-parallel training; between nodes the network decides.
    static func scaling(_ count: Int) -> Double {
        let count = Double(max(1, count))
        return count / Sixteenths.power(count, 1).squareRoot()
    }
}

extension SpeedShape {
    /// Higher is faster; only ratios mean something. nil: the data sheet says too little.
    func score(_ accelerator: Accelerator, _ precision: Precision) -> Double? {
        var score = Sixteenths.power(accelerator.bandwidth, bandwidth)
        if tensor > 0 {
            guard let rate = accelerator.matrixRate(precision) else { return nil }
            score *= Sixteenths.power(rate * accelerator.reach, tensor)
        }
        if ordinary > 0 {
            // A TPU's sheet has no rate of ordinary cores; its own balance stands for it.
            guard let rate = accelerator.rates.fp32 ?? accelerator.matrixRate(precision).map({ $0 / 8 }) else { return nil }
            score *= Sixteenths.power(rate, ordinary)
        }
        return score
    }
}

/// Powers by square roots alone, which every machine rounds alike.
enum Sixteenths {
    /// `base` to the power of `sixteenths` / 16.
    static func power(_ base: Double, _ sixteenths: Int) -> Double {
        let root = base.squareRoot().squareRoot().squareRoot().squareRoot()
        var result = 1.0
        for _ in 0..<max(0, sixteenths) { result *= root }
        return result
    }
}
