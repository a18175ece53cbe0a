import FleetModel

/// What is free on a node, or comes back already, and nobody was given yet in thought.
struct NodeRoom: Sendable {
    /// By slot.
    private var isThere: [Bool]
    var cores: MilliCores
    var memory: MemoryBytes

    /// - Parameters:
    ///   - isReserved: a slot is kept for a reservation now.
    ///   - leaves: a lease is on its way out; what it holds of cores and memory the caller adds.
    init(_ node: NodeRecord, isReserved: (Int) -> Bool, leaves: (LeaseID) -> Bool) {
        isThere = node.slots.indices.map { place in
            let slot = node.slots[place]
            return slot.isSound && (slot.holder.map(leaves) ?? true) && !isReserved(place)
        }
        cores = node.coresFree
        memory = node.memoryFree
    }

    /// How many devices are missing to a request, one at least where cores or memory are; nil: the node can't serve it with all
    /// that it has.
    func missing(to resources: ResourceRequest, on node: NodeRecord) -> Int? {
        guard node.takesLeases else { return nil }
        let sound = node.slots.indices.filter { node.slots[$0].isSound && resources.devices.matches(node.slots[$0].device) }
        guard sound.count >= resources.devices.count else { return nil }
        let there = sound.filter { isThere[$0] }
        guard there.count >= resources.devices.count else { return resources.devices.count - there.count }
        let needs = Sizing.leastNeeds(of: resources, among: there, on: node)
        return needs.cores <= cores && needs.memory <= memory ? 0 : 1
    }

    /// Takes what a request needs, of which nothing is missing.
    mutating func give(_ resources: ResourceRequest, on node: NodeRecord) {
        let there = node.slots.indices.filter { isThere[$0] && resources.devices.matches(node.slots[$0].device) }
        let needs = Sizing.leastNeeds(of: resources, among: there, on: node)
        for slot in Sizing.smallestDevices(resources.devices.count, among: there, on: node) { isThere[slot] = false }
        cores = cores - needs.cores
        memory = memory - needs.memory
    }
}
