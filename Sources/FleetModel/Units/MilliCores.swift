/// Processor cores in thousandths of a core.
package struct MilliCores: Hashable, Comparable, Sendable {
    package var thousandths: Int64

    package init(_ thousandths: Int64) { self.thousandths = thousandths }

    package static let zero = MilliCores(0)
    /// Whole cores. Saturates.
    package static func cores(_ count: Int64) -> MilliCores {
        let (product, overflow) = count.multipliedReportingOverflow(by: 1_000)
        return MilliCores(overflow ? (count < 0 ? .min : .max) : product)
    }
    package static func < (left: MilliCores, right: MilliCores) -> Bool { left.thousandths < right.thousandths }
    /// Saturates.
    package static func + (left: MilliCores, right: MilliCores) -> MilliCores {
        let (sum, overflow) = left.thousandths.addingReportingOverflow(right.thousandths)
        return MilliCores(overflow ? (left.thousandths < 0 ? .min : .max) : sum)
    }
    package static func - (left: MilliCores, right: MilliCores) -> MilliCores {
        left + MilliCores(right.thousandths == .min ? .max : -right.thousandths)
    }

    /// `4`, `0.5`, `1.25`, for screens.
    package var text: String {
        let sign = thousandths < 0 ? "-" : ""
        let whole = thousandths.magnitude / 1_000
        var fraction = thousandths.magnitude % 1_000
        guard fraction > 0 else { return "\(sign)\(whole)" }
        var digits = 3
        while fraction % 10 == 0 {
            fraction /= 10
            digits -= 1
        }
        let shown = "\(fraction)"
        return "\(sign)\(whole)." + String(repeating: "0", count: digits - shown.count) + shown
    }
}

extension MilliCores: Codable {
    package init(from decoder: any Decoder) throws {
        thousandths = try decoder.singleValueContainer().decode(Int64.self)
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(thousandths)
    }
}

extension MilliCores {
    /// The text is no number of cores, or not a positive one.
    package struct ParseError: Error, Equatable, Sendable {
        package let text: String
    }

    /// Reads `4`, `0.5`, `1.25`: at most three digits after the point.
    package init(parsing text: String) throws(ParseError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        // A sign is for numbers that may be negative; without this, `1.+5` would be read.
        guard text.allSatisfy({ $0 == "." || ("0"..."9").contains($0) }) else { throw ParseError(text: text) }
        guard (1...2).contains(parts.count), let whole = Int64(parts[0]), (0...1_000_000).contains(whole) else {
            throw ParseError(text: text)
        }
        var thousandths = whole * 1_000
        if parts.count == 2 {
            guard (1...3).contains(parts[1].count), let fraction = Int64(parts[1]) else {
                throw ParseError(text: text)
            }
            var scale: Int64 = 1_000
            for _ in parts[1] { scale /= 10 }
            thousandths += fraction * scale
        }
        guard thousandths > 0 else { throw ParseError(text: text) }
        self.init(thousandths)
    }
}
