import FleetModel
import LeaseLedger

/// When and with what a request could start on a node.
struct EarliestStart {
    let node: Int
    let slots: [Int]
    let cores: MilliCores
    let memory: MemoryBytes
    let at: Timestamp
    let coresSpare: MilliCores
    let memorySpare: MemoryBytes
}

/// What was found for a node, as long as it has not changed.
struct StartMemo {
    var version = -1
    var start: EarliestStart?
}

extension Pool {
    /// Holds devices for a request on the node where it can start earliest, then by the nodes' names; nil: nothing says
    /// when it could start anywhere, and holding devices would only waste them.
    mutating func hold(_ shape: Int, for id: LeaseID, since: Timestamp) -> Hold? {
        guard let start = earliestStartBesideHolds(of: shape) else { return nil }
        let hold = Hold(
            id: id, node: start.node, slots: start.slots, cores: start.cores, memory: start.memory, shadow: start.at,
            since: since, coresSpare: start.coresSpare, memorySpare: start.memorySpare)
        add(hold)
        return hold
    }

    /// Of all nodes the one with the earliest start; only nodes that have changed since the last time are computed anew.
    private mutating func earliestStartBesideHolds(of shape: Int) -> EarliestStart? {
        var memos = starts.removeValue(forKey: shape) ?? []
        while memos.count < touched.count { memos.append(StartMemo()) }
        var best: EarliestStart?
        for (place, number) in touchedNumbers.enumerated() {
            if memos[place].version != touched[place].version {
                let start = earliestStart(of: shape, on: number, besideHolds: true)
                memos[place] = StartMemo(version: touched[place].version, start: start)
            }
            guard let start = memos[place].start else { continue }
            if let best, (best.at, best.node) < (start.at, number) { continue }
            best = start
        }
        starts[shape] = memos
        return earliest(shape, sparingTouched: true, than: best)
    }

    /// The earliest start by what is free and by the ends of leases, whoever else waits.
    func earliestStart(of shape: Int) -> EarliestStart? { earliest(shape, sparingTouched: false, than: nil) }

    private func earliest(_ shape: Int, sparingTouched: Bool, than given: EarliestStart?) -> EarliestStart? {
        var goal = StartEarly(pool: self, shape: shape, entry: state.index.queue.shapes[shape], sparesTouched: sparingTouched)
        // What the pass has done makes nothing come free earlier, so that the ledger's bounds hold for touched nodes too.
        let best = state.index.pool.nodes.best(&goal, than: given.map { ($0.node, NodeRank($0.at.milliseconds)) })
        guard let best, best.node != given?.node else { return given }
        return goal.found
    }

    /// Takes the matching devices that come free first, then waits until cores and memory suffice beside what the holds
    /// of the node keep for themselves.
    func earliestStart(of shape: Int, on number: Int, besideHolds: Bool) -> EarliestStart? {
        let node = node(number)
        let resources = self.shape(shape).resources
        let count = resources.devices.count
        guard node.isInContact, node.record.slots.count >= count else { return nil }
        let occupancies = occupancies(on: number)
        let freeAt = availability(on: node, occupancies)
        var slots = count == 0 ? [] : matching(shape, on: number).filter { freeAt[$0] != nil }
        if besideHolds { slots.removeAll { node.holdOfSlot[$0] != nil } }
        guard slots.count >= count else { return nil }
        slots = Array(slots.sorted { (freeAt[$0] ?? now, $0) < (freeAt[$1] ?? now, $1) }.prefix(count)).sorted()
        let devicesAt = slots.reduce(now) { max($0, freeAt[$1] ?? now) }
        let cores = Sizing.cores(for: resources, on: node.record)
        let memory = Sizing.memory(for: resources, devices: slots.map { node.record.slots[$0].device }, on: node.record)
        if besideHolds, !leavesHoldsWhole(node, cores: cores, memory: memory, until: nil) { return nil }
        var coresLeft = node.coresFree - cores
        var memoryLeft = node.memoryFree - memory
        if besideHolds {
            for hold in node.holds {
                coresLeft = coresLeft - holds[hold].cores
                memoryLeft = memoryLeft - holds[hold].memory
            }
        }
        var at = devicesAt
        let ends = occupancies.compactMap { item in item.freeAt.map { (at: $0, item: item) } }
        for (end, item) in ends.sorted(by: { ($0.at, $0.item.id) < ($1.at, $1.item.id) }) {
            if end > at {
                if coresLeft >= .zero, memoryLeft >= .zero { break }
                at = end
            }
            coresLeft = coresLeft + item.cores
            memoryLeft = memoryLeft + item.memory
        }
        guard coresLeft >= .zero, memoryLeft >= .zero else { return nil }
        return EarliestStart(
            node: number, slots: slots, cores: cores, memory: memory, at: at, coresSpare: coresLeft, memorySpare: memoryLeft)
    }

    /// When each device of a node comes free, by slot; nil: nothing says when.
    private func availability(on node: PoolNode, _ occupancies: [Occupancy]) -> [Timestamp?] {
        var freeAt: [Timestamp?] = node.isFree.map { $0 ? now : nil }
        for occupancy in occupancies {
            guard let end = occupancy.freeAt else { continue }
            for slot in occupancy.slots where node.record.slots[slot].condition == .offered { freeAt[slot] = end }
        }
        return freeAt
    }
}

/// Looks for the node where a request could start earliest.
private struct StartEarly: NodeGoal {
    let pool: Pool
    let shape: Int
    let entry: WaitingQueue.ShapeEntry
    let sparesTouched: Bool
    var found: EarliestStart?

    func bound(_ digest: NodeDigest) -> NodeRank? {
        let resources = entry.shape.resources, count = entry.shape.deviceCount
        guard digest.hasContact else { return nil }
        if count > 0, digest.mostSlots < count || digest.kinds.isDisjoint(with: entry.kinds) { return nil }
        if let cores = resources.cores, cores > digest.mostCores { return nil }
        if let memory = resources.memory, memory > digest.mostMemory { return nil }
        var at = digest.freeAt(count)
        if at == .max { return nil }
        let lacksCores = resources.cores.map { $0 > digest.mostCoresFree } ?? false
        let lacksMemory = resources.memory.map { $0 > digest.mostMemoryFree } ?? false
        if lacksCores || lacksMemory { at = max(at, digest.nextBack) }
        return NodeRank(max(at, pool.now.milliseconds))
    }

    mutating func rank(_ number: Int) -> NodeRank? {
        if sparesTouched, pool.isTouched(number) { return nil }
        guard let start = pool.earliestStart(of: shape, on: number, besideHolds: sparesTouched) else { return nil }
        if let found, (found.at, found.node) < (start.at, number) { return NodeRank(start.at.milliseconds) }
        found = start
        return NodeRank(start.at.milliseconds)
    }
}
