/// Predicted figures for screens: three digits at most, and two of a bound, since no prediction is better than that.
package enum Rough {
    /// `1.5 ms`, `12 s`, `3.2 h`.
    package static func seconds(_ seconds: Double) -> String {
        guard let unit = unit(of: seconds, in: times) else { return endless }
        return "\(number(seconds / unit.size)) \(unit.name)"
    }

    /// `1.6 to 6.4 h`, in the unit of the figure between them.
    package static func seconds(from lower: Double, to upper: Double, beside expected: Double) -> String {
        range(lower, upper, beside: expected, times, endless)
    }

    /// `5.1 to 20 kWh`.
    package static func energy(fromJoules lower: Double, to upper: Double) -> String {
        range(lower, upper, beside: upper, energies, "no end of energy")
    }

    /// `3.43 USD`, `343 USD`, of millionths.
    package static func money(_ micros: Int64, _ currency: String) -> String {
        "\(amount(micros, inCents: micros < 10_000_000)) \(currency)"
    }

    /// `1.60 to 6.40 USD`, `16 to 64 USD`, of millionths.
    package static func money(fromMicros lower: Int64, to upper: Int64, _ currency: String) -> String {
        let inCents = upper < 10_000_000
        if upper > 0, upper < 5_000 { return money(upper, currency) }
        return "\(amount(lower, inCents: inCents)) to \(amount(upper, inCents: inCents)) \(currency)"
    }

    /// What is less than a hundredth is no nothing.
    private static func amount(_ micros: Int64, inCents: Bool) -> String {
        if inCents, (1..<5_000).contains(micros) { return "under 0.01" }
        let cents = (max(0, micros) / 1_000 + 5) / 10
        return inCents ? "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)" : grouped((cents + 50) / 100)
    }

    private typealias Unit = (size: Double, name: String, least: Double)

    /// Each from its `least` on: two minutes are still told in seconds.
    private static let times: [Unit] = [
        (31_557_600, "years", 63_115_200), (86_400, "days", 172_800), (3_600, "h", 7_200), (60, "min", 120), (1, "s", 1),
        (1e-3, "ms", 1e-3), (1e-6, "µs", 0),
    ]
    private static let energies: [Unit] = [
        (3.6e12, "GWh", 3.6e12), (3.6e9, "MWh", 3.6e9), (3.6e6, "kWh", 3.6e6), (3_600, "Wh", 360), (1, "J", 0),
    ]
    private static let endless = "over a million years"

    /// nil: more than a million of the largest.
    private static func unit(of value: Double, in units: [Unit]) -> Unit? {
        guard value < units[0].size * 1e6 else { return nil }
        return units.first { value >= $0.least } ?? units[units.count - 1]
    }

    private static func range(
        _ lower: Double, _ upper: Double, beside expected: Double, _ units: [Unit], _ endless: String
    ) -> String {
        guard let unit = unit(of: expected, in: units) else { return endless }
        let least = number(twoDigits(lower / unit.size)), most = number(twoDigits(upper / unit.size))
        return least == most ? "\(most) \(unit.name)" : "\(least) to \(most) \(unit.name)"
    }

    private static func twoDigits(_ value: Double) -> Double {
        guard value > 0, value < 1e12 else { return value }
        var scale = 1.0
        while value / scale >= 99.5 { scale *= 10 }
        while value / scale < 9.95 { scale /= 10 }
        return (value / scale).rounded() * scale
    }

    /// `0.05`, `1.5`, `12.3`, `123`, `12,345`; without needless zeros.
    package static func number(_ value: Double) -> String {
        guard value > 0 else { return "0" }
        let places = value < 10 ? 2 : value < 100 ? 1 : 0, scale = [1.0, 10, 100][places]
        let scaled = Int64(min(value * scale, 1e15).rounded()), unit = Int64(scale)
        if scaled == 0 { return "under 0.01" }
        var rest = "\(scaled % unit + unit)".dropFirst()
        while rest.hasSuffix("0") { rest = rest.dropLast() }
        return grouped(scaled / unit) + (rest.isEmpty ? "" : ".\(rest)")
    }

    /// `12,345`.
    private static func grouped(_ number: Int64) -> String {
        var text = "", digits = 0
        for digit in "\(number)".reversed() {
            if digits > 0, digits % 3 == 0 { text.append(",") }
            text.append(digit)
            digits += 1
        }
        return String(text.reversed())
    }
}
