package import FleetModel

/// The node of a lease is drained: the lease ends then at the latest, unless that is called off before.
package struct LeaseDraining: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let endsAt: Timestamp
    package let by: UserName

    package init(id: LeaseID, endsAt: Timestamp, by: UserName) {
        self.id = id
        self.endsAt = endsAt
        self.by = by
    }
}
