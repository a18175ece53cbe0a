import FleetModel
import LeaseLedger

/// Devices, cores and memory kept for a request that has waited long enough.
struct Hold {
    let id: LeaseID
    let node: Int
    /// The devices that come free first, by slot; some are free already.
    let slots: [Int]
    let cores: MilliCores
    let memory: MemoryBytes
    /// When the last of it is expected to be free: the shadow time. Others may use what is held up to here.
    let shadow: Timestamp
    let since: Timestamp
    /// What will be left of the node's cores and memory at the shadow time, once this request and everybody who was
    /// let in beside it have theirs.
    var coresSpare: MilliCores
    var memorySpare: MemoryBytes
}
