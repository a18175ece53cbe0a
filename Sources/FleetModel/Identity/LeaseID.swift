/// The number of a request and of the lease that it becomes: a counter from 1, what people type.
package struct LeaseID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: Int64

    package init(_ number: Int64) { self.number = number }

    package var next: LeaseID { LeaseID(number + 1) }
    package var description: String { "\(number)" }
    package static func < (left: LeaseID, right: LeaseID) -> Bool { left.number < right.number }
}

extension LeaseID: Codable {
    package init(from decoder: any Decoder) throws {
        number = try decoder.singleValueContainer().decode(Int64.self)
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }
}

/// One launch of the work under a lease. Effects on the engine are idempotent by this key.
package struct AttemptKey: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    package let lease: LeaseID
    /// From 1.
    package let number: Int

    package init(lease: LeaseID, number: Int) {
        self.lease = lease
        self.number = number
    }

    package var description: String { "\(lease)/\(number)" }
    package static func < (left: AttemptKey, right: AttemptKey) -> Bool {
        (left.lease, left.number) < (right.lease, right.number)
    }
}
