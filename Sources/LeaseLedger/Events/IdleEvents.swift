package import FleetModel

/// The user of a lease, or an administrator, said that it is in use: until then it is not taken for idle.
package struct LeaseKept: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let until: Timestamp
    package let by: UserName
}

/// Something is to be said about a lease that nobody uses. Who tells people follows the log.
package struct IdleNoticed: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let notice: IdleNotice
    package let evidence: IdleEvidenceSummary
}

/// Leases are looked at from here on: the first days of that are a dry run.
package struct IdleWatchBegan: Hashable, Codable, Sendable {
    package init() {}
}
