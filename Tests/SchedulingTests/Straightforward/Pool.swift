import FleetModel
import LeaseLedger

/// Everything that a pass hands out, and what it holds back.
struct Pool {
    let now: Timestamp
    /// What nobody's lease may reach into: none of the requests here is under one.
    let reservations: [Reservation]
    private(set) var nodes: [PoolNode]
    private(set) var holds: [Hold] = []
    let shapes: [Shape]
    private var matches: DeviceMatches
    /// For each shape that holds were sought for, and each node: the earliest start, and of which version of the node.
    var starts: [[StartMemo]]

    init(_ state: LedgerState, shapes: [Shape], at now: Timestamp) {
        self.now = now
        reservations = state.reservations
        self.shapes = shapes
        nodes = state.nodes.map(PoolNode.init)
        matches = DeviceMatches(nodes: Array(state.nodes))
        starts = Array(repeating: [], count: shapes.count)
    }

    /// The slots of a node whose devices match, whoever holds them.
    mutating func matching(_ shape: Int, on node: Int) -> [Int] {
        matches.slots(for: shapes[shape].resources.devices, on: node)
    }

    /// Fills in who occupies the nodes, for holds and explanations.
    mutating func load(_ state: LedgerState) {
        for (id, _, lease) in state.liveLeases {
            let allocation = lease.allocation
            guard let node = state.nodeIndex(of: allocation.node) else { continue }
            nodes[node].occupancies.append(
                Occupancy(
                    id: id, slots: allocation.devices.compactMap { nodes[node].record.slotIndex(of: $0) },
                    cores: allocation.cores, memory: allocation.memory, freeAt: lease.expectedBack(from: now)))
        }
    }

    mutating func take(_ placement: Placement, for id: LeaseID, until endsAt: Timestamp) {
        nodes[placement.node].occupy(
            Occupancy(
                id: id, slots: placement.slots, cores: placement.cores, memory: placement.memory, freeAt: endsAt))
        lessenSpare(on: placement.node, cores: placement.cores, memory: placement.memory, until: endsAt)
    }

    mutating func add(_ hold: Hold) {
        lessenSpare(on: hold.node, cores: hold.cores, memory: hold.memory, until: nil)
        nodes[hold.node].add(hold: holds.count, over: hold.slots)
        holds.append(hold)
    }

    /// Whether cores and memory are left beside the holds of a node until a time; nil: for good.
    func leavesHoldsWhole(on node: Int, cores: MilliCores, memory: MemoryBytes, until endsAt: Timestamp?) -> Bool {
        nodes[node].holds.allSatisfy { number in
            let hold = holds[number]
            if let endsAt, endsAt <= hold.shadow { return true }
            return cores <= hold.coresSpare && memory <= hold.memorySpare
        }
    }

    private mutating func lessenSpare(on node: Int, cores: MilliCores, memory: MemoryBytes, until endsAt: Timestamp?) {
        for number in nodes[node].holds {
            if let endsAt, endsAt <= holds[number].shadow { continue }
            holds[number].coresSpare = holds[number].coresSpare - cores
            holds[number].memorySpare = holds[number].memorySpare - memory
        }
    }
}
