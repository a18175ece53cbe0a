package import FleetModel

/// How much of a span of time devices were leased: leases that began before it or still run count with their part within it.
package struct MeasuredUse: Sendable {
    private let window: (from: Timestamp, until: Timestamp)
    private var held: Double = 0
    /// When the first lease of all began; nil: there was none.
    private var first: Timestamp?

    /// What a shorter span says of a month is chance.
    package static let shortest = TimeSpan.days(1)

    package init(from: Timestamp, until: Timestamp) { window = (from, until) }

    /// Counts a lease.
    ///
    /// - Parameter end: when its devices were back; nil: it still has them.
    package mutating func add(devices: Int, from begin: Timestamp, until end: Timestamp?) {
        guard devices > 0 else { return }
        first = first.map { min($0, begin) } ?? begin
        let (from, until) = (max(begin, window.from), min(end ?? window.until, window.until))
        if until > from { held += Double((until - from).milliseconds) * Double(devices) }
    }

    /// Thousandths of the devices' time, of the window or, of a pool that is younger, since its first lease; nil: that is too short to
    /// tell, or there are no devices.
    package func thousandths(devices: Int) -> Int? {
        guard let first, devices > 0 else { return nil }
        let span = window.until - max(first, window.from)
        guard span >= Self.shortest else { return nil }
        let share = held / (Double(span.milliseconds) * Double(devices))
        return max(0, min(1_000, Int((share * 1_000).rounded())))
    }
}
