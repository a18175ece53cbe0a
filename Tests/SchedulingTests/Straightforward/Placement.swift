import FleetModel
import LeaseLedger

@testable import Scheduling

/// Where a request would run.
struct Placement {
    let node: Int
    let slots: [Int]
    let cores: MilliCores
    let memory: MemoryBytes
}

extension Pool {
    /// The best place for a request now; nil: there is none.
    ///
    /// All devices are on one node. Best fit: the node with the fewest free matching devices left over, then the one
    /// with the fewest free cores, then by name. Work without devices prefers nodes without any, then the node with the
    /// fewest free ones. Devices held for others are used only when nothing else is free, and only by a lease that
    /// ends by the hold's shadow time.
    mutating func placement(of shape: Int, until endsAt: Timestamp) -> Placement? {
        if let place = placement(of: shape, until: endsAt, usingHeld: false) { return place }
        return holds.isEmpty ? nil : placement(of: shape, until: endsAt, usingHeld: true)
    }

    private mutating func placement(of shape: Int, until endsAt: Timestamp, usingHeld: Bool) -> Placement? {
        let resources = shapes[shape].resources
        var best: (rank: (Int, Int, Int64), node: Int, slots: [Int])?
        for node in nodes.indices where nodes[node].takesLeases && nodes[node].freeCount >= resources.devices.count {
            let free = free(shape, on: node, until: endsAt, usingHeld: usingHeld)
            let slots = unreserved(free, on: node, until: endsAt)
            guard slots.count >= resources.devices.count else { continue }
            let record = nodes[node].record
            let rank = (
                resources.devices.count == 0 && !record.slots.isEmpty ? 1 : 0,
                resources.devices.count == 0 ? nodes[node].freeCount : free.count, nodes[node].coresFree.thousandths
            )
            if let best, best.rank <= rank { continue }
            let needs = leastNeeds(of: resources, among: slots, on: record)
            guard hasRoom(on: node, cores: needs.cores, memory: needs.memory, until: endsAt) else { continue }
            best = (rank, node, slots)
        }
        guard let best else { return nil }
        return place(resources, among: best.slots, on: best.node, until: endsAt)
    }

    /// Whether anything of this shape could start now if nothing were held; what is false here stays false in a pass.
    mutating func couldStart(_ shape: Int) -> Bool {
        let resources = shapes[shape].resources
        for node in nodes.indices where nodes[node].takesLeases && nodes[node].freeCount >= resources.devices.count {
            let slots = resources.devices.count == 0 ? [] : matching(shape, on: node).filter { nodes[node].isFree[$0] }
            guard slots.count >= resources.devices.count else { continue }
            let needs = leastNeeds(of: resources, among: slots, on: nodes[node].record)
            if needs.cores <= nodes[node].coresFree, needs.memory <= nodes[node].memoryFree { return true }
        }
        return false
    }

    /// The free matching devices of a node that a lease until `endsAt` may have.
    private mutating func free(_ shape: Int, on node: Int, until endsAt: Timestamp, usingHeld: Bool) -> [Int] {
        if shapes[shape].deviceCount == 0 { return [] }
        let slots = matching(shape, on: node)
        let place = nodes[node]
        return slots.filter { slot in
            guard place.isFree[slot] else { return false }
            guard let hold = place.holdOfSlot[slot] else { return true }
            return usingHeld && endsAt <= holds[hold].shadow
        }
    }

    private func hasRoom(on node: Int, cores: MilliCores, memory: MemoryBytes, until endsAt: Timestamp) -> Bool {
        cores <= nodes[node].coresFree && memory <= nodes[node].memoryFree
            && leavesHoldsWhole(on: node, cores: cores, memory: memory, until: endsAt)
            && leavesReservationsWhole(on: node, cores: cores, memory: memory, until: endsAt)
    }

    /// The best-linked devices; where their share of memory is too large, the devices that bring the least of it.
    private func place(
        _ resources: ResourceRequest, among slots: [Int], on node: Int, until endsAt: Timestamp
    ) -> Placement {
        let record = nodes[node].record
        let cores = Sizing.cores(for: resources, on: record)
        let linked = DeviceGroups.choose(resources.devices.count, of: slots, on: record)
        let memory = Sizing.memory(for: resources, devices: linked.map { record.slots[$0].device }, on: record)
        if hasRoom(on: node, cores: cores, memory: memory, until: endsAt) {
            return Placement(node: node, slots: linked, cores: cores, memory: memory)
        }
        let smallest = smallestDevices(resources.devices.count, among: slots, on: record)
        let least = Sizing.memory(for: resources, devices: smallest.map { record.slots[$0].device }, on: record)
        return Placement(node: node, slots: smallest, cores: cores, memory: least)
    }

    /// The cores and the least memory that a request takes on a node, over every choice of its devices.
    func leastNeeds(
        of resources: ResourceRequest, among slots: [Int], on record: NodeRecord
    ) -> (cores: MilliCores, memory: MemoryBytes) {
        let cores = Sizing.cores(for: resources, on: record)
        if let memory = resources.memory { return (cores, memory) }
        let devices = smallestDevices(resources.devices.count, among: slots, on: record).map { record.slots[$0].device }
        return (cores, Sizing.memory(for: resources, devices: devices, on: record))
    }

    private func smallestDevices(_ count: Int, among slots: [Int], on record: NodeRecord) -> [Int] {
        let memory = { (slot: Int) in record.slots[slot].device.memory }
        guard let first = slots.first, slots.contains(where: { memory($0) != memory(first) }) else {
            return Array(slots.prefix(count))
        }
        return Array(slots.sorted { (memory($0), $0) < (memory($1), $1) }.prefix(count))
    }
}
