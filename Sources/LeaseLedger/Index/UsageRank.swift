import FleetModel

/// Where a user stands by decayed use among those who hold as many devices: an order that time alone does not change.
///
/// With g devices held the use moves towards the plateau p = g · H / ln 2, and what it differs from it by halves every H:
/// u(t) = p ± 2^(k - t/H), where k = log2 |u₀ - p| + t₀/H. So k and the sign order users of equal g for good.
struct UsageRank: Hashable, Comparable, Sendable {
    let holding: Int
    /// -1: below the plateau; 1: above it.
    private let side: Int
    /// k with 40 bits after the point; negative below the plateau, where more of it is less use.
    private let key: Int128
    let user: UserName

    init(_ entry: UserUsage, halfLife: TimeSpan) {
        let meter = entry.meter
        let plateau = DecayingUsage.plateau(holding: meter.holding, halfLife: halfLife)
        let amount = UInt128(max(0, meter.value)) << 32 | UInt128(meter.fraction)
        holding = meter.holding
        user = entry.user
        side = amount == plateau ? 0 : amount < plateau ? -1 : 1
        guard side != 0 else {
            key = 0
            return
        }
        let elapsed = (Int128(meter.at.milliseconds) << Int128(Self.bits)) / Int128(max(1, halfLife.milliseconds))
        key = Int128(side) * (Self.logarithm(of: max(amount, plateau) - min(amount, plateau)) + elapsed)
    }

    static func < (left: UsageRank, right: UsageRank) -> Bool {
        if left.holding != right.holding { return left.holding < right.holding }
        if left.side != right.side { return left.side < right.side }
        return left.key != right.key ? left.key < right.key : left.user < right.user
    }

    private static let bits = 40

    /// log2 with 40 bits after the point: each square of the mantissa gives a bit. `number` is not 0.
    private static func logarithm(of number: UInt128) -> Int128 {
        let whole = 127 - number.leadingZeroBitCount
        var mantissa = UInt64(truncatingIfNeeded: (number << UInt128(127 - whole)) >> 64)
        var result = Int128(whole)
        for _ in 0..<bits {
            let square = mantissa.multipliedFullWidth(by: mantissa)
            result <<= 1
            if square.high >> 63 == 1 {
                mantissa = square.high
                result |= 1
            } else {
                mantissa = square.high << 1 | square.low >> 63
            }
        }
        return result
    }
}
