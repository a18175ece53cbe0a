/// A decimal number as it is written, in 10⁻¹²: sums of a bill's many small lines are off by nothing.
package struct ExactNumber: Hashable, Sendable {
    package let pico: Int128

    package init(pico: Int128) { self.pico = pico }

    /// Reads `12`, `-0.5`, `1.25E-05`; digits after the twelfth are cut off. nil: no such number, or a million billions and more.
    package init?(parsing text: String) {
        var digits = text.utf8[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        let parts = digits.split(maxSplits: 1, omittingEmptySubsequences: false) {
            $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E")
        }
        guard let mantissa = parts.first, let exponent = parts.count == 2 ? Self.exponent(parts[1]) : 0 else { return nil }
        let halves = mantissa.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.allSatisfy({ $0.allSatisfy { (48...57).contains($0) } }), halves.contains(where: { !$0.isEmpty }),
            mantissa.count <= 60
        else { return nil }
        // The place of the first digit, as a power of ten of 10⁻¹².
        var place = halves[0].count + exponent + 11, sum: Int128 = 0
        for digit in halves.joined() {
            if digit != 48 {
                guard place <= 26 else { return nil }
                if place >= 0 { sum += Int128(digit - 48) * Self.power(place) }
            }
            place -= 1
        }
        pico = isNegative ? -sum : sum
    }

    private static func exponent(_ text: Substring.UTF8View) -> Int? {
        guard let number = Int(String(Substring(text))), (-40...40).contains(number) else { return nil }
        return number
    }

    private static func power(_ exponent: Int) -> Int128 { (0..<exponent).reduce(1) { power, _ in power * 10 } }

    package static func + (left: Self, right: Self) -> Self {
        let (sum, overflow) = left.pico.addingReportingOverflow(right.pico)
        return Self(pico: overflow ? (right.pico < 0 ? .min : .max) : sum)
    }

    /// A fraction of it, saturating.
    package func times(_ factor: Int, by divisor: Int = 1) -> Self {
        let (product, overflow) = pico.multipliedReportingOverflow(by: Int128(factor))
        return Self(pico: overflow ? .max : product / Int128(max(1, divisor)))
    }

    /// Millionths, rounded half up; saturates.
    package var micros: Int64 {
        let whole = pico / 1_000_000, rest = pico % 1_000_000
        let rounded = whole + (rest >= 500_000 ? 1 : rest <= -500_000 ? -1 : 0)
        return rounded > Int128(Int64.max) ? .max : rounded < Int128(Int64.min) ? .min : Int64(rounded)
    }
}
