/// A point on the ledger's clock: milliseconds since 1970-01-01T00:00:00Z.
///
/// The ledger's clock runs with the machine's boot clock (`Docs/decisions/0003-boot-clock.md`), so it never
/// goes backwards while the machine is up, whatever is done to the wall clock.
package struct Timestamp: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// Saturates: the far future is as good as for ever, and bad input must not end the server.
    package static func + (time: Timestamp, span: TimeSpan) -> Timestamp {
        Timestamp(milliseconds: (TimeSpan(milliseconds: time.milliseconds) + span).milliseconds)
    }

    /// The span from `earlier` to `later`; negative when they are the other way round. Saturates.
    package static func - (later: Timestamp, earlier: Timestamp) -> TimeSpan {
        let (difference, overflow) = later.milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        if overflow { return later < earlier ? TimeSpan(milliseconds: .min) : .forever }
        return TimeSpan(milliseconds: difference)
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}
