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
        if starts[shape].isEmpty { starts[shape] = Array(repeating: StartMemo(), count: nodes.count) }
        var best: EarliestStart?
        for node in nodes.indices {
            if starts[shape][node].version != nodes[node].version {
                let start = earliestStart(of: shape, on: node, besideHolds: true)
                starts[shape][node] = StartMemo(version: nodes[node].version, start: start)
            }
            guard let start = starts[shape][node].start else { continue }
            if let best, best.at <= start.at { continue }
            best = start
        }
        return best
    }

    /// Takes the matching devices that come free first, then waits until cores and memory suffice beside what the holds
    /// of the node keep for themselves.
    mutating func earliestStart(of shape: Int, on number: Int, besideHolds: Bool) -> EarliestStart? {
        let node = nodes[number]
        let resources = shapes[shape].resources
        let count = resources.devices.count
        guard node.takesLeases, node.record.slots.count >= count else { return nil }
        let freeAt = availability(on: node)
        var slots = count == 0 ? [] : matching(shape, on: number).filter { freeAt[$0] != nil }
        if besideHolds { slots.removeAll { node.holdOfSlot[$0] != nil } }
        guard slots.count >= count else { return nil }
        slots = Array(slots.sorted { (freeAt[$0] ?? now, $0) < (freeAt[$1] ?? now, $1) }.prefix(count)).sorted()
        let devicesAt = slots.reduce(now) { max($0, freeAt[$1] ?? now) }
        let cores = Sizing.cores(for: resources, on: node.record)
        let memory = Sizing.memory(for: resources, devices: slots.map { node.record.slots[$0].device }, on: node.record)
        if besideHolds, !leavesHoldsWhole(on: number, cores: cores, memory: memory, until: nil) { return nil }
        var coresLeft = node.coresFree - cores
        var memoryLeft = node.memoryFree - memory
        if besideHolds {
            for hold in node.holds {
                coresLeft = coresLeft - holds[hold].cores
                memoryLeft = memoryLeft - holds[hold].memory
            }
        }
        var at = devicesAt
        let ends = node.occupancies.compactMap { item in item.freeAt.map { (at: $0, item: item) } }
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
    func availability(on node: PoolNode) -> [Timestamp?] {
        var freeAt: [Timestamp?] = node.isFree.map { $0 ? now : nil }
        for occupancy in node.occupancies {
            guard let end = occupancy.freeAt else { continue }
            for slot in occupancy.slots where node.record.slots[slot].condition == .offered { freeAt[slot] = end }
        }
        return freeAt
    }
}
