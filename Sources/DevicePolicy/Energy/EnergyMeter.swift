package import FleetModel

/// The energy of one device over one lease: folds looks as they come, and keeps a few numbers of them.
///
/// The driver's counter is the measure; where there is none, power is added up over time. What neither covers is a gap, and
/// energy that was not measured is never 0.
package struct EnergyMeter: Hashable, Codable, Sendable {
    /// Power that was seen longer ago says nothing of the time since.
    package static let longestStep = TimeSpan.minutes(2)

    private var counter = Track()
    private var power = Track()
    private var lastEnergy: Energy?
    private var lastPower: Power?
    /// Millijoules by the counter, and microjoules by power.
    private var counted: Int64 = 0
    private var integrated: Int64 = 0
    private var lastLook: Timestamp?

    /// The time that a way of measuring covers.
    private struct Track: Hashable, Codable, Sendable {
        var first: Timestamp?
        var last: Timestamp?
        var gaps = 0
        var uncovered = TimeSpan.zero
    }

    package init() {}

    /// Takes one look. One that is older than the newest is left out.
    package mutating func add(energy: Energy?, power milliwatts: Power?, at now: Timestamp) {
        if let lastLook, now < lastLook { return }
        lastLook = now
        if let energy, energy.millijoules >= 0 { addCounter(energy, at: now) }
        if let milliwatts, milliwatts.milliwatts >= 0 { addPower(milliwatts, at: now) }
    }

    private mutating func addCounter(_ energy: Energy, at now: Timestamp) {
        if let last = lastEnergy, let since = counter.last {
            if energy >= last {
                counted = Self.sum(counted, energy.millijoules - last.millijoules)
            } else {
                // It began anew in between: all that it shows is of this lease, and what came before that is lost.
                counted = Self.sum(counted, energy.millijoules)
                counter.gaps += 1
                counter.uncovered = counter.uncovered + (now - since)
            }
        } else {
            counter.first = now
        }
        lastEnergy = energy
        counter.last = now
    }

    private mutating func addPower(_ seen: Power, at now: Timestamp) {
        if let last = lastPower, let since = power.last {
            let step = now - since
            if step <= Self.longestStep {
                // The mean of both ends: milliwatts times milliseconds are microjoules.
                let mean = last.milliwatts / 2 + seen.milliwatts / 2 + (last.milliwatts % 2 + seen.milliwatts % 2) / 2
                let (product, overflow) = mean.multipliedReportingOverflow(by: step.milliseconds)
                integrated = Self.sum(integrated, overflow ? .max : product)
            } else {
                power.gaps += 1
                power.uncovered = power.uncovered + step
            }
        } else {
            power.first = now
        }
        lastPower = seen
        power.last = now
    }

    /// Both are not negative. Saturates.
    private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }

    /// What was measured between these two times.
    package func result(from start: Timestamp, to end: Timestamp) -> EnergyResult {
        guard start < end else { return .notMeasured(reason: "the lease took no time") }
        if let first = counter.first, let last = counter.last, first < last {
            // A counter that stands still does not count: every device that is on uses energy.
            if counted > 0 {
                return .measured(measure(Energy(millijoules: counted), .counter, counter, start, end))
            }
            if power.first == nil { return .notMeasured(reason: "the GPU's energy counter stood still") }
        }
        if let first = power.first, let last = power.last, first < last, integrated >= 1_000 {
            return .measured(measure(Energy(millijoules: integrated / 1_000), .integratedPower, power, start, end))
        }
        if counter.first == nil, power.first == nil {
            return .notMeasured(reason: "the GPU gives neither energy nor power")
        }
        return .notMeasured(reason: "the GPU was not read often enough during the lease")
    }

    private func measure(
        _ energy: Energy, _ method: EnergyMeasure.Method, _ track: Track, _ start: Timestamp, _ end: Timestamp
    ) -> EnergyMeasure {
        let first = max(track.first ?? start, start), last = min(track.last ?? end, end)
        let ends = [first - start, end - last].filter { $0 > .zero }
        let uncovered = ends.reduce(track.uncovered, +)
        let whole = end - start
        return EnergyMeasure(
            energy: energy, method: method,
            covered: TimeSpan(milliseconds: max(0, whole.milliseconds - uncovered.milliseconds)),
            of: whole, gaps: track.gaps)
    }
}
