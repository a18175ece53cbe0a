package import FleetModel

/// Which request waits again in this one, whose lease ended and not by its user's wish or its work's.
package struct Requeue: Hashable, Codable, Sendable {
    /// The one before it. Its work is this one's.
    package let of: LeaseID
    /// The one that the user made, and when: its place in the line stays.
    package let first: LeaseID
    package let firstSubmittedAt: Timestamp
    /// How often it has come to wait again, this time included.
    package let count: Int

    package init(of id: LeaseID, first: LeaseID, firstSubmittedAt: Timestamp, count: Int) {
        self.of = id
        self.first = first
        self.firstSubmittedAt = firstSubmittedAt
        self.count = count
    }
}

/// The work of an attempt was sent the signal that its user wished for, since its end was announced.
package struct WorkTold: Hashable, Codable, Sendable {
    package let attempt: AttemptKey
    package let end: AnnouncedEnd

    package init(attempt: AttemptKey, end: AnnouncedEnd) {
        self.attempt = attempt
        self.end = end
    }
}
