import FleetModel

/// Who used how much lately, in floating point and by the formula of the design: what was used one half-life ago counts
/// half. The ledger counts the same in integers.
struct NaiveUsage {
    private struct Meter {
        let user: UserName
        var value = 0.0
        var at: Timestamp
        var holding = 0
    }

    private var meters: [Meter] = []

    func value(of user: UserName, at now: Timestamp, halfLife: TimeSpan) -> Double {
        meters.first { $0.user == user }.map { Self.value($0, now, halfLife) } ?? 0
    }

    mutating func settle(at now: Timestamp, halfLife: TimeSpan) {
        for place in meters.indices {
            meters[place].value = Self.value(meters[place], now, halfLife)
            meters[place].at = max(now, meters[place].at)
        }
    }

    mutating func change(_ user: UserName, by devices: Int, at now: Timestamp, halfLife: TimeSpan) {
        if !meters.contains(where: { $0.user == user }) { meters.append(Meter(user: user, at: now)) }
        settle(at: now, halfLife: halfLife)
        for place in meters.indices where meters[place].user == user { meters[place].holding += devices }
    }

    private static func value(_ meter: Meter, _ now: Timestamp, _ halfLife: TimeSpan) -> Double {
        let halves = Double(max(0, (now - meter.at).milliseconds)) / Double(halfLife.milliseconds)
        let kept = power(ofOneHalf: halves)
        return meter.value * kept + Double(meter.holding) * Double(halfLife.milliseconds) / ln2 * (1 - kept)
    }

    private static let ln2 = 0.693_147_180_559_945_3

    /// 2⁻ˣ: whole halves one by one, the rest by the series of the exponential.
    private static func power(ofOneHalf exponent: Double) -> Double {
        guard exponent < 1_000 else { return 0 }
        var result = 1.0
        for _ in 0..<Int(exponent) { result /= 2 }
        let rest = -(exponent - Double(Int(exponent))) * ln2
        var term = 1.0, sum = 1.0
        for number in 1..<24 {
            term *= rest / Double(number)
            sum += term
        }
        return result * sum
    }
}
