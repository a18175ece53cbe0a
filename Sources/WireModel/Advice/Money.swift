/// An amount of money, whole millionths in memory and a number on the wire: `2.5`. Its currency stands beside it.
package struct Money: Hashable, Comparable, Sendable {
    package let micros: Int64

    package init(micros: Int64) { self.micros = micros }

    /// In whole units, rounded half up.
    package var whole: Int64 { micros / 1_000_000 + (micros % 1_000_000 >= 500_000 ? 1 : 0) }

    package static func < (left: Self, right: Self) -> Bool { left.micros < right.micros }
}

extension Money: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer(), number = try container.decode(Double.self)
        guard number.isFinite, number.magnitude < 9e12 else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no amount of money")
        }
        micros = Int64((number * 1_000_000).rounded())
    }

    /// The nearest number: it reads back as the same millionths up to 9 · 10⁹.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Double(micros) / 1_000_000)
    }
}
