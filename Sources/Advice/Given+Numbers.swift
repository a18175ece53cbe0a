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

    /// Seconds as `90`, or a span as `10m`; nil: neither.
    package static func seconds(_ text: String) -> Double? {
        if let seconds = Double(text) { return seconds.isFinite ? seconds : nil }
        return (try? TimeSpan(parsing: text)).map { Double($0.milliseconds) / 1_000 }
    }

    /// US dollars as people write them: `5000`, `$5,000`, `5k`, `2.50`; nil: no amount, one that is two to different readers
    /// (`5.000`, `5,000`), or more than a trillion.
    package static func dollars(_ given: String) -> Cost? {
        guard !isTwofold(given) else { return nil }
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

    /// How an amount is to be written that was not taken.
    package static func hint(forDollars given: String) -> String {
        isTwofold(given)
            ? "it may be thousands or a fraction: write thousands as 5000 or 5k, and fractions as 5.00"
            : "write US dollars as 5000, 5k or 2.50"
    }

    /// `5.000` and `5,000` are five to some and five thousand to others; `$5,000` and `0.125` are not.
    private static func isTwofold(_ given: String) -> Bool {
        let text = given.filter { $0 != " " }
        guard let mark = text.firstIndex(where: { $0 == "." || $0 == "," }) else { return false }
        let before = text[..<mark].drop { $0 == "$" }, after = text[text.index(after: mark)...]
        let digits = after.prefix { ("0"..."9").contains($0) }, rest = after.dropFirst(digits.count)
        guard digits.count == 3, !rest.hasPrefix("."), !rest.hasPrefix(","), (1...3).contains(before.count) else {
            return false
        }
        return text[mark] == "." ? before != "0" : !text.hasPrefix("$")
    }

    /// Of an amount, so that it is read back as the same: `2.50`, `428571.4286`, `1.1250`.
    package static func text(_ cost: Cost) -> String {
        let rest = "\(1_000_000 + max(0, cost.micros) % 1_000_000)".dropFirst()
        var digits = String(rest)
        while digits.hasSuffix("0") { digits.removeLast() }
        if digits.isEmpty { return "\(max(0, cost.micros) / 1_000_000)" }
        if digits.utf8.count == 1 || digits.utf8.count == 3 { digits += "0" }
        return "\(max(0, cost.micros) / 1_000_000).\(digits)"
    }

    /// A part of a whole in thousandths: `15%`, `0.15`, `7.5%`; nil: none, or more than ten.
    package static func part(_ given: String) -> Int? {
        let text = given.filter { $0 != " " }, isPercent = text.hasSuffix("%")
        guard let number = Cost(parsing: isPercent ? String(text.dropLast()) : text, currency: "USD") else { return nil }
        let thousandths = isPercent ? number.micros / 100_000 : number.micros / 1_000
        return thousandths <= 10_000 ? Int(thousandths) : nil
    }

    /// The same of a part that is hardly more than the whole: `60` may be meant as `60%`, and is not taken for sixty times all.
    package static func share(_ given: String) -> Int? {
        let text = given.filter { $0 != " " }
        guard let part = part(text),
            text.hasSuffix("%") || text.hasPrefix(".") || text.hasPrefix("0") || text.hasPrefix("1.0")
        else { return nil }
        return part
    }

    /// How a part is to be written that was not taken.
    package static func hint(forShare given: String) -> String {
        let text = given.filter { $0 != " " }
        return text.isEmpty || !text.allSatisfy { ("0"..."9").contains($0) || $0 == "." }
            ? "write a part as 60% or 0.60" : "write \(text)%, or a part of one such as 0.60"
    }

    /// Of thousandths, so that they are read back as the same: `15%`, `7.5%`.
    package static func text(share thousandths: Int) -> String {
        thousandths % 10 == 0 ? "\(thousandths / 10)%" : "\(thousandths / 10).\(thousandths % 10)%"
    }
}
