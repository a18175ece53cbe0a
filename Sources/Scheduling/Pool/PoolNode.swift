import FleetModel
import LeaseLedger

/// What is left of a node while a pass hands it out.
struct PoolNode {
    let record: NodeRecord
    /// A free device of the node, by slot: nobody holds it and it is offered.
    private(set) var isFree: [Bool]
    private(set) var freeCount: Int
    private(set) var coresFree: MilliCores
    private(set) var memoryFree: MemoryBytes
    /// The number of the hold that a device is part of, by slot.
    private(set) var holdOfSlot: [Int?]
    /// The holds on this node, oldest first.
    private(set) var holds: [Int] = []
    /// Who got something of the node in this pass.
    private(set) var newcomers: [Occupancy] = []
    /// When the devices that are in no hold come free, in milliseconds, the first one first.
    var backTimes: [Int64] = []
    /// Counts the changes, so that what was computed from the node can be kept until it changes.
    private(set) var version = 0

    init(_ record: NodeRecord) {
        self.record = record
        isFree = record.slots.map(\.isFree)
        freeCount = isFree.count { $0 }
        coresFree = record.coresFree
        memoryFree = record.memoryFree
        holdOfSlot = Array(repeating: nil, count: record.slots.count)
    }

    /// A node out of contact is never used, since nobody can start anything there, nor is a cordoned one.
    var takesLeases: Bool { record.takesLeases }

    mutating func occupy(_ occupancy: Occupancy) {
        version += 1
        for slot in occupancy.slots where isFree[slot] {
            isFree[slot] = false
            freeCount -= 1
        }
        coresFree = coresFree - occupancy.cores
        memoryFree = memoryFree - occupancy.memory
        newcomers.append(occupancy)
    }

    mutating func add(hold number: Int, over slots: [Int]) {
        version += 1
        holds.append(number)
        for slot in slots { holdOfSlot[slot] = number }
    }
}
