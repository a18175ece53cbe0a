/// Powers of one half in integers with 63 bits after the point.
enum HalfLife {
    static let one: UInt64 = 1 << 63

    /// 2^(-elapsed / half). The exponent is cut to 2⁻⁴⁸: below a millisecond for every half-life that a policy may
    /// have. `half` is positive, `elapsed` not negative.
    static func fraction(left elapsed: Int64, of half: UInt64) -> UInt64 {
        let (whole, rest) = UInt64(max(0, elapsed)).quotientAndRemainder(dividingBy: half)
        guard whole < 63 else { return 0 }
        let steps = half.dividingFullWidth(rest.multipliedFullWidth(by: 1 << UInt64(roots.count))).quotient
        var product = one
        for (index, root) in roots.enumerated() where steps & (1 << UInt64(roots.count - 1 - index)) != 0 {
            let (high, low) = product.multipliedFullWidth(by: root)
            product = high << 1 | low >> 63
        }
        return product >> whole
    }

    /// `amount` · `factor`, where `factor` is at most `one`; `amount` has at most 96 bits.
    static func scale(_ amount: UInt128, by factor: UInt64) -> UInt128 {
        let high = ((amount >> 32) * UInt128(factor)) >> 31
        let low = (UInt128(UInt32(truncatingIfNeeded: amount)) * UInt128(factor)) >> 63
        return high + low
    }

    /// 2^(-1/2), 2^(-1/4), … 2^(-1/2⁴⁸): each is the square root of the one before.
    private static let roots: [UInt64] = {
        var roots: [UInt64] = []
        var last = one >> 1
        for _ in 0..<48 {
            last = squareRoot(of: UInt128(last) << 63)
            roots.append(last)
        }
        return roots
    }()

    /// The whole part of the root of a number below 2¹²⁶.
    private static func squareRoot(of number: UInt128) -> UInt64 {
        var root: UInt64 = 0
        for bit in (0..<63).reversed() {
            let candidate = root | 1 << UInt64(bit)
            if UInt128(candidate) * UInt128(candidate) <= number { root = candidate }
        }
        return root
    }
}
