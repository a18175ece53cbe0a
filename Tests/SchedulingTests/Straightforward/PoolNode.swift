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
    /// Who occupies the node and until when; filled only where holds or explanations ask for it.
    var occupancies: [Occupancy] = []
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

    /// A node out of contact is never used: nobody can start anything there.
    var takesLeases: Bool { record.contact == .known && record.cordon == nil }

    mutating func occupy(_ occupancy: Occupancy) {
        version += 1
        for slot in occupancy.slots where isFree[slot] {
            isFree[slot] = false
            freeCount -= 1
        }
        coresFree = coresFree - occupancy.cores
        memoryFree = memoryFree - occupancy.memory
        occupancies.append(occupancy)
    }

    mutating func add(hold number: Int, over slots: [Int]) {
        version += 1
        holds.append(number)
        for slot in slots { holdOfSlot[slot] = number }
    }
}

/// A lease on a node, as far as the future needs it.
struct Occupancy {
    let id: LeaseID
    let slots: [Int]
    let cores: MilliCores
    let memory: MemoryBytes
    /// When it gives everything back: the past or now where it is ending already; nil: nothing says when.
    let freeAt: Timestamp?
}

extension Lease {
    /// When the devices are expected back, seen from `now`. A lease whose devices failed a look comes back at an
    /// unknown time, and so does one that nobody can reach.
    func expectedBack(from now: Timestamp) -> Timestamp? {
        guard contact == .known else { return nil }
        switch phase {
        case .pledged, .starting, .running: return max(endsAt, now)
        case .ending: return now
        case .verifying: return failedChecks.isEmpty ? now : nil
        case .closed: return now
        }
    }
}
