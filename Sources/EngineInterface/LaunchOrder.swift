package import FleetModel

/// All that an engine needs to start one attempt.
package struct LaunchOrder: Hashable, Codable, Sendable {
    package let attempt: AttemptKey
    package let user: UserName
    /// Whose folder the work shares; nil: its user is in no team. Orders of earlier versions have none.
    package let team: TeamName?
    package let work: WorkOrder
    package let node: NodeName
    /// The leased devices, in order of their keys.
    package let devices: [Device]
    package let cores: MilliCores
    package let memory: MemoryBytes
    /// When the lease ends, for `CARREL_LEASE_END`.
    package let endsAt: Timestamp
    /// The data sets that it asked for; nil: none.
    package let data: [DataGrant]?

    package init(
        attempt: AttemptKey, user: UserName, work: WorkOrder, node: NodeName, devices: [Device], cores: MilliCores,
        memory: MemoryBytes, endsAt: Timestamp, data: [DataGrant] = [], team: TeamName? = nil
    ) {
        self.attempt = attempt
        self.user = user
        self.work = work
        self.team = team
        self.node = node
        self.devices = devices
        self.cores = cores
        self.memory = memory
        self.endsAt = endsAt
        self.data = data.isEmpty ? nil : data
    }
}
