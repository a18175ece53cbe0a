import FleetModel
import LeaseLedger

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
    func placement(of shape: Int, until given: Timestamp) -> Placement? {
        let endsAt = end(of: shape, from: given)
        var goal = PlaceNow(pool: self, shape: shape, entry: state.index.queue.shapes[shape], endsAt: endsAt)
        var best = bestTouched(&goal, than: nil)
        goal.sparesTouched = true
        best = state.index.pool.nodes.best(&goal, than: best)
        if best == nil, !holds.isEmpty {
            goal.usesHeld = true
            best = bestTouched(&goal, than: nil)
        }
        guard let node = best?.node else { return nil }
        return place(shape, among: goal.free(on: node), on: self.node(node), number: node, until: endsAt)
    }

    private func bestTouched(_ goal: inout PlaceNow, than given: (node: Int, rank: NodeRank)?) -> (
        node: Int, rank: NodeRank
    )? {
        goal.sparesTouched = false
        var best = given
        let count = goal.entry.shape.deviceCount
        for (place, number) in touchedNumbers.enumerated() where touched[place].freeCount >= count {
            guard let rank = goal.rank(number) else { continue }
            if let best, (best.rank, best.node) < (rank, number) { continue }
            best = (number, rank)
        }
        return best
    }

    func hasRoom(_ node: PoolNode, cores: MilliCores, memory: MemoryBytes, until endsAt: Timestamp) -> Bool {
        cores <= node.coresFree && memory <= node.memoryFree
            && leavesHoldsWhole(node, cores: cores, memory: memory, until: endsAt)
    }

    /// As above, beside what is reserved as well.
    fileprivate func hasRoom(
        _ node: PoolNode, _ number: Int, cores: MilliCores, memory: MemoryBytes, until endsAt: Timestamp,
        under own: ReservationID?
    ) -> Bool {
        hasRoom(node, cores: cores, memory: memory, until: endsAt)
            && leavesReservationsWhole(number, cores: cores, memory: memory, from: now, until: endsAt, under: own)
    }

    /// Whether anything of this shape could start now if nothing were held.
    func couldStart(_ shape: Int) -> Bool {
        let entry = state.index.queue.shapes[shape]
        return state.nodes.indices.contains { number in
            let node = node(number)
            guard node.takesLeases, node.freeCount >= entry.shape.deviceCount else { return false }
            let slots = matching(shape, on: number).filter { node.isFree[$0] }
            guard slots.count >= entry.shape.deviceCount else { return false }
            let needs = Sizing.leastNeeds(of: entry.shape.resources, among: slots, on: node.record)
            return needs.cores <= node.coresFree && needs.memory <= node.memoryFree
        }
    }

    /// The best-linked devices; where their share of memory is too large, the devices that bring the least of it.
    private func place(
        _ shape: Int, among slots: [Int], on node: PoolNode, number: Int, until endsAt: Timestamp
    ) -> Placement {
        let resources = self.shape(shape).resources, record = node.record
        let cores = Sizing.cores(for: resources, on: record)
        let linked = DeviceGroups.choose(resources.devices.count, of: slots, on: record)
        let memory = Sizing.memory(for: resources, devices: linked.map { record.slots[$0].device }, on: record)
        if hasRoom(node, number, cores: cores, memory: memory, until: endsAt, under: resources.reservation) {
            return Placement(node: number, slots: linked, cores: cores, memory: memory)
        }
        let smallest = Sizing.smallestDevices(resources.devices.count, among: slots, on: record)
        let least = Sizing.memory(for: resources, devices: smallest.map { record.slots[$0].device }, on: record)
        return Placement(node: number, slots: smallest, cores: cores, memory: least)
    }
}

/// Looks for the node that fits a request best now.
private struct PlaceNow: NodeGoal {
    let pool: Pool
    let shape: Int
    let entry: WaitingQueue.ShapeEntry
    let endsAt: Timestamp
    /// Nodes that the pass has touched are not as the ledger has them.
    var sparesTouched = false
    var usesHeld = false

    func bound(_ digest: NodeDigest) -> NodeRank? {
        guard digest.mayHaveRoom(for: entry.shape, entry.kinds) else { return nil }
        let count = entry.shape.deviceCount
        let free = digest.hasMixedNode && count > 0 ? count : digest.fewestFree(from: count)
        return NodeRank(count == 0 && !digest.hasBareNode ? 1 : 0, Int64(free), digest.leastCoresFree.thousandths)
    }

    func rank(_ number: Int) -> NodeRank? {
        if sparesTouched, pool.isTouched(number) { return nil }
        let node = pool.node(number), resources = entry.shape.resources, count = entry.shape.deviceCount
        guard node.takesLeases, node.freeCount >= count else { return nil }
        let slots = free(on: number)
        guard slots.count >= count else { return nil }
        let needs = Sizing.leastNeeds(of: resources, among: slots, on: node.record)
        let own = resources.reservation
        guard pool.hasRoom(node, number, cores: needs.cores, memory: needs.memory, until: endsAt, under: own) else {
            return nil
        }
        // The bounds of the search know nothing of what is reserved.
        let left = pool.book[number] == nil ? slots.count : freeBesideHolds(on: number).count
        return NodeRank(
            count == 0 && !node.record.slots.isEmpty ? 1 : 0, Int64(count == 0 ? node.freeCount : left),
            node.coresFree.thousandths)
    }

    /// The free matching devices of a node that a lease until `endsAt` may have.
    func free(on number: Int) -> [Int] {
        pool.unreserved(
            freeBesideHolds(on: number), on: number, under: entry.shape.resources.reservation, until: endsAt)
    }

    private func freeBesideHolds(on number: Int) -> [Int] {
        let node = pool.node(number)
        return pool.state.matchingSlots(entry.shape, entry.kinds, on: number).filter { slot in
            guard node.isFree[slot] else { return false }
            guard let hold = node.holdOfSlot[slot] else { return true }
            return usesHeld && endsAt <= pool.holds[hold].shadow
        }
    }
}
