/// A length of time in milliseconds.
package struct TimeSpan: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static let zero = TimeSpan(milliseconds: 0)
    package static let forever = TimeSpan(milliseconds: .max)
    /// Saturates, as the other units do.
    package static func seconds(_ count: Int64) -> TimeSpan { scaled(count, by: 1_000) }
    /// Saturates.
    package static func minutes(_ count: Int64) -> TimeSpan { scaled(count, by: 60_000) }
    /// Saturates.
    package static func hours(_ count: Int64) -> TimeSpan { scaled(count, by: 3_600_000) }
    /// Of 24 hours. Saturates.
    package static func days(_ count: Int64) -> TimeSpan { scaled(count, by: 86_400_000) }

    package static func < (left: TimeSpan, right: TimeSpan) -> Bool { left.milliseconds < right.milliseconds }

    /// Saturates.
    package static func + (left: TimeSpan, right: TimeSpan) -> TimeSpan {
        let (sum, overflow) = left.milliseconds.addingReportingOverflow(right.milliseconds)
        if overflow { return left.milliseconds < 0 ? TimeSpan(milliseconds: .min) : .forever }
        return TimeSpan(milliseconds: sum)
    }

    /// Saturates.
    package static func - (left: TimeSpan, right: TimeSpan) -> TimeSpan {
        left + TimeSpan(milliseconds: right.milliseconds == .min ? .max : -right.milliseconds)
    }

    /// Saturates.
    private static func scaled(_ count: Int64, by unit: Int64) -> TimeSpan {
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        if overflow { return count < 0 ? TimeSpan(milliseconds: .min) : .forever }
        return TimeSpan(milliseconds: product)
    }
}

extension TimeSpan: Codable {
    package init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}
