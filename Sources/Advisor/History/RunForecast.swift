package import FleetModel

/// What the next run of some work takes, from its earlier ones.
///
/// The median is expected. The range goes from the least to the most that was seen, each moved outward by a part that shrinks with
/// the number of runs: one run says little of how the next one differs.
package enum RunForecast {
    /// So many runs are looked at, the newest: work changes.
    package static let most = 8

    /// - Parameters:
    ///   - runs: the newest first; those on another number of devices are left out.
    ///   - kinds: what it may get. Times and energy of a run on another model are converted by what the catalogue says of both;
    ///     where it knows one of them not, the run says nothing about time and energy. The range holds the time as it was, too. Of several kinds the range holds all, and what
    ///     is expected is that of the newest run's model where it is among them.
    ///   - devices: how many it gets.
    package static func forecast(
        from runs: [PastRun], on kinds: [DeviceKind], devices: Int
    ) -> (memory: ForecastRange?, time: ForecastRange?, energy: ForecastRange?) {
        let runs = Array(runs.lazy.filter { $0.devices == devices }.prefix(most))
        // Looks are seconds apart: a short peak may be missed.
        let memory = range(runs.compactMap(\.memory).filter { $0 > 0 }, outward: 100)
        guard devices > 0 else { return (nil, range(runs.map(\.time), outward: 500), nil) }
        // What ran on one kind of several will mostly get that again.
        let usual = runs.first.flatMap { newest in kinds.first { $0.model == newest.model } }
        var times = Converted(), energies = Converted()
        for run in runs {
            let ratios = kinds.compactMap { kind in conversion(of: run, to: kind).map { (kind, $0) } }
            guard !ratios.isEmpty else { continue }
            times.add(ratios.map { (scaled(run.time, by: $1.time), $0 == usual) }, orAsItWas: run.time)
            if let energy = run.energy { energies.add(ratios.map { (scaled(energy, by: $1.energy), $0 == usual) }) }
        }
        return (memory, times.range, energies.range)
    }

    /// Amounts of runs, as they would be on each kind.
    private struct Converted {
        private var bounds: [Int64] = []
        private var all: [Int64] = []
        private var usual: [Int64] = []
        private var runs = 0

        /// - Parameter same: what it was, which holds on every kind for work that waits for something else than the GPU.
        mutating func add(_ amounts: [(amount: Int64, isUsual: Bool)], orAsItWas same: Int64? = nil) {
            runs += 1
            if let same { bounds.append(same) }
            bounds += amounts.map(\.amount)
            all += amounts.map(\.amount)
            usual += amounts.filter(\.isUsual).map(\.amount)
        }

        var range: ForecastRange? {
            RunForecast.range(bounds, expecting: usual.isEmpty ? all : usual, of: runs, outward: 500)
        }
    }

    /// What time and energy of a run are multiplied by; nil: nobody knows.
    private static func conversion(of run: PastRun, to kind: DeviceKind) -> (time: Double, energy: Double)? {
        if run.model == kind.model { return (1, 1) }
        guard let old = run.accelerator, let new = kind.accelerator,
            let usual = Workload.all.first(where: { $0.name == "transformer-train" }),
            let speed = SpeedPrediction(usual, .fp16, on: new, relativeTo: old), speed.ratio > 0
        else { return nil }
        guard let before = old.watts, let after = new.watts, before > 0 else { return (1 / speed.ratio, 1 / speed.ratio) }
        return (1 / speed.ratio, after / before / speed.ratio)
    }

    /// - Parameters:
    ///   - likely: the amounts whose median is expected; nil: all.
    ///   - count: how many runs the amounts come from; nil: one each.
    ///   - outward: thousandths that one run's bounds lie beside it; n runs' lie 2 / (n + 1) of that outside of what was seen.
    private static func range(
        _ amounts: [Int64], expecting likely: [Int64]? = nil, of count: Int? = nil, outward: Int64
    ) -> ForecastRange? {
        let sorted = (likely ?? amounts).sorted(), count = count ?? amounts.count
        guard let least = amounts.min(), let most = amounts.max(), !sorted.isEmpty else { return nil }
        let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
        let margin = Double(outward) * 2 / Double(count + 1) / 1_000
        return ForecastRange(
            lower: scaled(least, by: 1 - margin), expected: low + (high - low) / 2, upper: scaled(most, by: 1 + margin),
            runs: count)
    }

    /// Saturates.
    private static func scaled(_ amount: Int64, by factor: Double) -> Int64 {
        let product = Double(amount) * factor
        return product < 9e18 ? Int64(product.rounded()) : .max
    }
}
