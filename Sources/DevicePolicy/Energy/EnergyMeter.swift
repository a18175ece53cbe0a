package import FleetModel

/// The energy of one device over one lease: folds looks as they come, and keeps a few numbers of them.
///
/// The driver's counter is the measure; where there is none, power is added up over time. What neither covers is a gap, and
/// energy that was not measured is never 0. What was used between two looks is the lease's as far as the time between them is.
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
    /// The lease's own time; nil: it is open on that side.
    private var start: Timestamp?
    private var end: Timestamp?

    /// The time that a way of measuring covers.
    fileprivate struct Track: Hashable, Codable, Sendable {
        var first: Timestamp?
        var last: Timestamp?
        var gaps = 0
        var uncovered = TimeSpan.zero
        /// The lease's part of steps of which more than half was before or after it: what it used in them is not known.
        var blurred = TimeSpan.zero
    }

    /// - Parameter start: what was used before is not counted.
    package init(from start: Timestamp? = nil) { self.start = start }

    /// What is used from then on is not counted.
    package mutating func end(at moment: Timestamp) { end = end ?? moment }

    /// How much of the time between two looks is the lease's.
    private func own(from last: Timestamp, to now: Timestamp) -> TimeSpan {
        max(.zero, min(now, end ?? now) - max(last, start ?? last))
    }

    /// The lease's share of what was used between two looks, by time. Not more than all of it.
    private func share(of amount: Int64, _ own: TimeSpan, of step: TimeSpan) -> Int64 {
        guard own < step else { return amount }
        let product = amount.multipliedFullWidth(by: own.milliseconds)
        return step.milliseconds.dividingFullWidth(product).quotient
    }

    /// Takes one look. One that is older than the newest is left out.
    package mutating func add(energy: Energy?, power milliwatts: Power?, at now: Timestamp) {
        if let lastLook, now < lastLook { return }
        lastLook = now
        if let energy, energy.millijoules >= 0 { addCounter(energy, at: now) }
        if let milliwatts, milliwatts.milliwatts >= 0 { addPower(milliwatts, at: now) }
    }

    private mutating func addCounter(_ energy: Energy, at now: Timestamp) {
        if let last = lastEnergy, let since = counter.last {
            let step = now - since, own = own(from: since, to: now)
            if energy >= last {
                counted = Self.sum(counted, share(of: energy.millijoules - last.millijoules, own, of: step))
                counter.blur(own, of: step)
            } else {
                // It began anew in between: all that it shows is of this step, and what came before that is lost.
                counted = Self.sum(counted, share(of: energy.millijoules, own, of: step))
                counter.gaps += 1
                counter.uncovered = counter.uncovered + own
            }
        } else {
            counter.first = now
        }
        lastEnergy = energy
        counter.last = now
    }

    private mutating func addPower(_ seen: Power, at now: Timestamp) {
        if let last = lastPower, let since = power.last {
            let step = now - since, own = own(from: since, to: now)
            if step <= Self.longestStep {
                // The mean of both ends: milliwatts times milliseconds are microjoules.
                let mean = last.milliwatts / 2 + seen.milliwatts / 2 + (last.milliwatts % 2 + seen.milliwatts % 2) / 2
                let (product, overflow) = mean.multipliedReportingOverflow(by: own.milliseconds)
                integrated = Self.sum(integrated, overflow ? .max : product)
                power.blur(own, of: step)
            } else {
                power.gaps += 1
                power.uncovered = power.uncovered + own
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
            if counter.isBlurred(start, end) { return .notMeasured(reason: Self.tooShort) }
            if counted > 0 {
                return .measured(measure(Energy(millijoules: counted), .counter, counter, start, end))
            }
            if power.first == nil { return .notMeasured(reason: "the GPU's energy counter stood still") }
        }
        if let first = power.first, let last = power.last, first < last, integrated >= 1_000 {
            if power.isBlurred(start, end) { return .notMeasured(reason: Self.tooShort) }
            return .measured(measure(Energy(millijoules: integrated / 1_000), .integratedPower, power, start, end))
        }
        if counter.first == nil, power.first == nil {
            return .notMeasured(reason: "the GPU gives neither energy nor power")
        }
        return .notMeasured(reason: "the GPU was not read often enough during the lease")
    }

    private static let tooShort = "the lease was shorter than the time between two looks at the GPU"

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

extension EnergyMeter.Track {
    fileprivate mutating func blur(_ own: TimeSpan, of step: TimeSpan) {
        if step.milliseconds - own.milliseconds > own.milliseconds { blurred = blurred + own }
    }

    /// Most of the lease's time lies in steps that tell of other time.
    fileprivate func isBlurred(_ start: Timestamp, _ end: Timestamp) -> Bool {
        blurred.milliseconds > (end - start).milliseconds / 2
    }
}
