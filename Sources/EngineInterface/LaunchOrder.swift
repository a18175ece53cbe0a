package import FleetModel

/// All that an engine needs to start one attempt.
package struct LaunchOrder: Hashable, Codable, Sendable {
    package let attempt: AttemptKey
    package let user: UserName
    package let work: WorkOrder
    package let node: NodeName
    /// The leased devices, in order of their keys.
    package let devices: [Device]
    package let cores: MilliCores
    package let memory: MemoryBytes
    /// When the lease ends, for `CARREL_LEASE_END`.
    package let endsAt: Timestamp

    package init(
        attempt: AttemptKey, user: UserName, work: WorkOrder, node: NodeName, devices: [Device], cores: MilliCores,
        memory: MemoryBytes, endsAt: Timestamp
    ) {
        self.attempt = attempt
        self.user = user
        self.work = work
        self.node = node
        self.devices = devices
        self.cores = cores
        self.memory = memory
        self.endsAt = endsAt
    }
}
