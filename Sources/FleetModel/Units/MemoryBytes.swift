/// An amount of memory in bytes.
package struct MemoryBytes: Hashable, Comparable, Sendable {
    package var bytes: Int64

    package init(_ bytes: Int64) { self.bytes = bytes }

    package static let zero = MemoryBytes(0)
    /// Saturates.
    package static func gibibytes(_ count: Int64) -> MemoryBytes {
        let (product, overflow) = count.multipliedReportingOverflow(by: 1 << 30)
        return MemoryBytes(overflow ? (count < 0 ? .min : .max) : product)
    }
    package static func < (left: MemoryBytes, right: MemoryBytes) -> Bool { left.bytes < right.bytes }
    /// Saturates.
    package static func + (left: MemoryBytes, right: MemoryBytes) -> MemoryBytes {
        let (sum, overflow) = left.bytes.addingReportingOverflow(right.bytes)
        return MemoryBytes(overflow ? (left.bytes < 0 ? .min : .max) : sum)
    }
    package static func - (left: MemoryBytes, right: MemoryBytes) -> MemoryBytes {
        left + MemoryBytes(right.bytes == .min ? .max : -right.bytes)
    }
}

extension MemoryBytes: Codable {
    package init(from decoder: any Decoder) throws {
        bytes = try decoder.singleValueContainer().decode(Int64.self)
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }
}

extension MemoryBytes {
    /// The text is no amount of memory, or not a positive one.
    package struct ParseError: Error, Equatable, Sendable {
        package let text: String
    }

    /// Reads `32GB` (10⁹), `32GiB` (2³⁰), `512MB`, `1.5TB`, `1024` (bytes); letter case is free; `32G` is GB.
    package init(parsing text: String) throws(ParseError) {
        let lower = text.lowercased()
        let number = lower.prefix { ($0.isASCII && $0.isNumber) || $0 == "." }
        let factors: [String: Int64] = [
            "": 1, "b": 1, "k": 1_000, "kb": 1_000, "kib": 1 << 10, "m": 1_000_000, "mb": 1_000_000, "mib": 1 << 20,
            "g": 1_000_000_000, "gb": 1_000_000_000, "gib": 1 << 30, "t": 1_000_000_000_000,
            "tb": 1_000_000_000_000, "tib": 1 << 40,
        ]
        let unit = lower.dropFirst(number.count).filter { $0 != " " }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard let factor = factors[unit], parts.count <= 2, let whole = Int64(parts.first ?? ""), whole >= 0 else {
            throw ParseError(text: text)
        }
        let (product, overflow) = whole.multipliedReportingOverflow(by: factor)
        guard !overflow else { throw ParseError(text: text) }
        var total = product
        if parts.count == 2 {
            guard let fraction = Int64(parts[1]), parts[1].count <= 6 else { throw ParseError(text: text) }
            var scale: Int64 = 1
            for _ in parts[1] { scale *= 10 }
            let (sum, overflow) = total.addingReportingOverflow(
                factor / scale * fraction + factor % scale * fraction / scale)
            guard !overflow else { throw ParseError(text: text) }
            total = sum
        }
        guard total > 0 else { throw ParseError(text: text) }
        self.init(total)
    }

    /// `80 GB`, `1.5 TB`, `512 MB`, for screens; decimal units.
    package var text: String {
        let units: [(UInt64, String)] = [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")]
        let sign = bytes < 0 ? "-" : "", bytes = bytes.magnitude
        for (size, name) in units where bytes >= size {
            let tenths = Self.rounded(bytes, to: size / 10)
            if tenths >= 1_000 { return "\(sign)\(Self.rounded(bytes, to: size)) \(name)" }
            return "\(sign)\(tenths / 10)\(tenths % 10 == 0 ? "" : ".\(tenths % 10)") \(name)"
        }
        return "\(sign)\(bytes) B"
    }

    /// `18.9 GiB`, `24 GiB`, for advice: as drivers count, and as makers of GPUs do, whose 24 GB are 24 · 2³⁰ bytes.
    package var gibibytesText: String {
        let tenth: UInt64 = 107_374_182, sign = bytes < 0 ? "-" : ""
        let tenths = Self.rounded(bytes.magnitude, to: tenth)
        if tenths >= 1_000 { return "\(sign)\(Self.rounded(bytes.magnitude, to: 1 << 30)) GiB" }
        return "\(sign)\(tenths / 10)\(tenths % 10 == 0 ? "" : ".\(tenths % 10)") GiB"
    }

    private static func rounded(_ bytes: UInt64, to unit: UInt64) -> UInt64 {
        bytes / unit + (bytes % unit >= unit / 2 ? 1 : 0)
    }
}
