package import FleetModel

/// Which of both a site was last found to be cheaper with, and since when.
///
/// What is measured goes up and down: it turns only when use lies beyond the break-even by five points, or beyond the range of
/// the break-even or half the way to no use or full use where that is nearer. In between, what was said last holds.
package struct OwnershipStanding: Hashable, Sendable {
    package let ownsCheaper: Bool
    package let since: Timestamp
    /// Whether it was the other way round before.
    package let hasTurned: Bool

    package init(ownsCheaper: Bool, since: Timestamp, hasTurned: Bool) {
        self.ownsCheaper = ownsCheaper
        self.since = since
        self.hasTurned = hasTurned
    }

    /// How far beyond the break-even use must be before it turns, in thousandths.
    package static let margin = 0.05

    /// - Parameters:
    ///   - last: nil: this is the first comparison, which takes the side that it lies on.
    ///   - busy: the part of the time in use, in thousandths.
    package static func after(_ last: Self?, _ both: OwnOrRent, busy: Int, at now: Timestamp) -> Self {
        let use = Double(busy) / 1_000, even = both.breakEven, range = both.breakEvenRange
        guard let last else {
            return Self(ownsCheaper: even.map { use >= $0 } ?? false, since: now, hasTurned: false)
        }
        let isBeyond: Bool
        if last.ownsCheaper {
            isBeyond = even.map { use <= max($0 - margin, range.low ?? 0, $0 / 2) && use < $0 } ?? true
        } else {
            isBeyond = even.map { use >= min($0 + margin, range.high ?? .infinity, ($0 + 1) / 2) && use > $0 } ?? false
        }
        return isBeyond ? Self(ownsCheaper: !last.ownsCheaper, since: now, hasTurned: true) : last
    }
}
