package import FleetModel

/// A lease is being taken back for a request of a team that is within its guarantee: from `endsAt` on its work is asked to
/// end, unless that is withdrawn before.
package struct LeaseReclaiming: Hashable, Codable, Sendable {
    package let id: LeaseID
    /// The request that gets the devices.
    package let `for`: LeaseID
    package let endsAt: Timestamp

    package init(id: LeaseID, for request: LeaseID, endsAt: Timestamp) {
        self.id = id
        self.for = request
        self.endsAt = endsAt
    }
}

/// A lease that was being taken back goes on as before.
package struct ReclaimWithdrawn: Hashable, Codable, Sendable {
    package let id: LeaseID

    package init(id: LeaseID) { self.id = id }
}
