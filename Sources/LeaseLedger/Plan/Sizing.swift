package import FleetModel

/// What a request takes of a node's cores and memory where its user did not say.
package enum Sizing {
    /// A device brings min(4 cores, cores of the node ÷ its devices); work without a device gets one core.
    package static func cores(for resources: ResourceRequest, on node: NodeRecord) -> MilliCores {
        if let asked = resources.cores { return asked }
        let count = Int64(resources.devices.count)
        guard count > 0 else { return min(.cores(1), node.cores) }
        let devices = Int64(max(1, node.slots.count))
        let (product, overflow) = min(4_000, node.cores.thousandths / devices).multipliedReportingOverflow(by: count)
        return MilliCores(overflow ? .max : product)
    }

    /// A device brings min(2 × its memory, 90 % of the node's memory ÷ its devices); work without a device gets the
    /// share of the 90 % that its cores are of the node's.
    package static func memory(for resources: ResourceRequest, devices: [Device], on node: NodeRecord) -> MemoryBytes {
        if let asked = resources.memory { return asked }
        let usable = max(0, node.memory.bytes / 10 * 9)
        guard !devices.isEmpty else {
            let cores = cores(for: resources, on: node).thousandths
            let perCore = usable / max(1, node.cores.thousandths)
            return MemoryBytes(perCore * max(0, min(cores, node.cores.thousandths)))
        }
        let share = usable / Int64(max(1, node.slots.count))
        return devices.reduce(.zero) {
            $0 + min($1.memory + $1.memory, MemoryBytes(share))
        }
    }

    /// The cores and the least memory that a request takes on a node, over every choice of its devices among some slots.
    package static func leastNeeds(
        of resources: ResourceRequest, among slots: [Int], on node: NodeRecord
    ) -> (cores: MilliCores, memory: MemoryBytes) {
        let cores = cores(for: resources, on: node)
        if let memory = resources.memory { return (cores, memory) }
        let devices = smallestDevices(resources.devices.count, among: slots, on: node).map { node.slots[$0].device }
        return (cores, memory(for: resources, devices: devices, on: node))
    }

    /// The slots of the devices with the least memory.
    package static func smallestDevices(_ count: Int, among slots: [Int], on node: NodeRecord) -> [Int] {
        let memory = { (slot: Int) in node.slots[slot].device.memory }
        guard let first = slots.first, slots.contains(where: { memory($0) != memory(first) }) else {
            return Array(slots.prefix(count))
        }
        return Array(slots.sorted { (memory($0), $0) < (memory($1), $1) }.prefix(count))
    }
}

extension LedgerState {
    /// Whether a node could hold a shape if it were empty: every device counts that the ledger remembers, whoever holds
    /// it and whether or not it can be used now, since leases end and nodes come back.
    package func holdsTogether(_ shape: Shape, _ kinds: KindSet, on place: Int) -> Bool {
        let resources = shape.resources, node = nodes[place]
        let slots = matchingSlots(shape, kinds, on: place)
        guard slots.count >= resources.devices.count else { return false }
        let needs = Sizing.leastNeeds(of: resources, among: slots, on: node)
        return needs.cores <= node.cores && needs.memory <= node.memory
    }

    /// The slots of a node whose devices match a shape, of which `kinds` are the kinds, whoever holds them.
    package func matchingSlots(_ shape: Shape, _ kinds: KindSet, on place: Int) -> [Int] {
        guard shape.deviceCount > 0 else { return [] }
        let outlook = index.pool.nodes[place]
        return outlook.kindOfSlot.indices.filter {
            index.pool.matches(shape.resources.devices, kinds, slot: $0, of: outlook)
        }
    }
}
