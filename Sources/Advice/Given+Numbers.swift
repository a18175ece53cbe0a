import Advisor
package import FleetModel

extension Given {
    /// `7e9`, `7B`, `350M`; nil: no number.
    package static func count(_ text: String) -> Double? {
        let units: [Character: Double] = ["k": 1e3, "m": 1e6, "b": 1e9, "g": 1e9, "t": 1e12]
        let lower = text.lowercased()
        guard let last = lower.last else { return nil }
        if let unit = units[last] { return Double(lower.dropLast()).map { $0 * unit } }
        return Double(lower)
    }

    /// US dollars as people write them: `5000`, `$5,000`, `5k`, `2.50`; nil: no amount, or more than a trillion.
    package static func dollars(_ given: String) -> Cost? {
        // `2,50` is two and a half to half of the world: commas stand before three digits only.
        let groups = given.split(separator: ",", omittingEmptySubsequences: false)
        guard groups.dropFirst().allSatisfy({ $0.prefix(while: { ("0"..."9").contains($0) }).count == 3 }) else {
            return nil
        }
        var text = given.lowercased().filter { $0 != "," && $0 != " " && $0 != "_" }
        if text.hasPrefix("$") { text.removeFirst() }
        if text.hasSuffix("usd") { text.removeLast(3) }
        var factor: Int64 = 1
        if text.hasSuffix("k") { factor = 1_000 } else if text.hasSuffix("m") { factor = 1_000_000 }
        if factor > 1 { text.removeLast() }
        guard let cost = Cost(parsing: text, currency: "USD") else { return nil }
        let (micros, overflow) = cost.micros.multipliedReportingOverflow(by: factor)
        guard !overflow, micros <= 1_000_000_000_000_000_000 else { return nil }
        return Cost(micros: micros, currency: "USD")
    }

    /// A part of a whole in thousandths: `15%`, `0.15`, `7.5%`; nil: none, or more than ten.
    package static func part(_ given: String) -> Int? {
        let text = given.filter { $0 != " " }, isPercent = text.hasSuffix("%")
        guard let number = Cost(parsing: isPercent ? String(text.dropLast()) : text, currency: "USD") else { return nil }
        let thousandths = isPercent ? number.micros / 100_000 : number.micros / 1_000
        return thousandths <= 10_000 ? Int(thousandths) : nil
    }
}
