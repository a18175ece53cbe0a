package import FleetModel

/// Device time that fades: what was used one half-life ago counts half. All in integers, so that every machine and
/// every replay gives the same order.
package struct DecayingUsage: Hashable, Codable, Sendable {
    /// Whole device-milliseconds, decayed to `at`.
    package internal(set) var value: Int64 = 0
    /// What the value leaves out, in 2⁻³² of a device-millisecond: without it many short spans would not add up.
    package private(set) var fraction: UInt32 = 0
    package internal(set) var at: Timestamp
    /// Devices held since `at`.
    package internal(set) var holding = 0

    package init(at: Timestamp) { self.at = at }

    /// The value at a later time. Saturates. With g devices held over a span t and half-life H,
    /// u' = u · 2^(-t/H) + g · H / ln 2 · (1 - 2^(-t/H)): the integral of a constant use under exponential decay.
    package func value(at now: Timestamp, halfLife: TimeSpan) -> Int64 {
        Int64(amount(at: now, halfLife: halfLife) >> 32)
    }

    mutating func advance(to now: Timestamp, halfLife: TimeSpan, holding change: Int) {
        let amount = amount(at: now, halfLife: halfLife)
        value = Int64(amount >> 32)
        fraction = UInt32(truncatingIfNeeded: amount)
        at = max(at, now)
        holding = max(0, holding + change)
    }

    /// The value with its fraction: 32 bits after the point, at most `mostAmount`.
    private func amount(at now: Timestamp, halfLife: TimeSpan) -> UInt128 {
        let before = UInt128(max(0, value)) << 32 | UInt128(fraction)
        let elapsed = (now - at).milliseconds
        guard elapsed > 0 else { return before }
        let half = UInt64(max(1, halfLife.milliseconds))
        let kept = HalfLife.fraction(left: elapsed, of: half)
        let plateau = Self.plateau(holding: 1, halfLife: halfLife)
        let (gained, overflow) = HalfLife.scale(plateau, by: HalfLife.one - kept)
            .multipliedReportingOverflow(by: UInt128(max(0, holding)))
        if overflow { return Self.mostAmount }
        let (sum, tooMuch) = HalfLife.scale(before, by: kept).addingReportingOverflow(gained)
        return tooMuch ? Self.mostAmount : min(sum, Self.mostAmount)
    }

    /// What the use comes to if so many devices are held for ever, with 32 bits after the point: g · H / ln 2. Saturates.
    static func plateau(holding: Int, halfLife: TimeSpan) -> UInt128 {
        let (product, overflow) = (UInt128(max(1, halfLife.milliseconds)) * inverseLn2)
            .multipliedReportingOverflow(by: UInt128(max(0, holding)))
        return overflow ? .max : product
    }

    /// 1 / ln 2 with 32 bits after the point.
    private static let inverseLn2: UInt128 = 6_196_328_019
    private static let mostAmount = (UInt128(1) << 95) - 1
}

/// What a user has used lately.
package struct UserUsage: Hashable, Codable, Sendable {
    package let user: UserName
    package internal(set) var meter: DecayingUsage
}
