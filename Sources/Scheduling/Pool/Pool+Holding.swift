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

/// Where the requests of one shape could start beside the holds.
struct StartSearch {
    /// Of which requests it is. Beside what is reserved it matters how long they last; else all of a shape are alike.
    struct Key: Hashable {
        let shape: Int
        let span: TimeSpan?
    }

    /// Nodes that the pass has not touched.
    var frontier: NodeFrontier
    /// For each touched node what was found, and of which version.
    var touched: [(version: Int, start: EarliestStart?)] = []
}

extension Pool {
    /// Holds devices for a request on the node where it can start earliest, then by the nodes' names; nil: nothing says
    /// when it could start anywhere, and holding devices would only waste them.
    mutating func hold(_ shape: Int, for id: LeaseID, lasting span: TimeSpan, since: Timestamp) -> Hold? {
        guard let start = earliestStartBesideHolds(of: shape, lasting: span) else { return nil }
        let hold = Hold(
            id: id, node: start.node, slots: start.slots, cores: start.cores, memory: start.memory, shadow: start.at,
            since: since, coresSpare: start.coresSpare, memorySpare: start.memorySpare)
        add(hold)
        return hold
    }

    /// Of all nodes the one with the earliest start. Nodes that the pass has not touched are known in their order as far
    /// as somebody asked, and of the touched ones those are computed that may be earlier.
    mutating func earliestStartBesideHolds(of shape: Int, lasting span: TimeSpan) -> EarliestStart? {
        let entry = state.index.queue.shapes[shape], key = StartSearch.Key(shape: shape, span: book.isEmpty ? nil : span)
        var search =
            searches.removeValue(forKey: key)
            ?? StartSearch(frontier: NodeFrontier(state.index.pool.nodes, early(shape, entry, span)))
        let first = firstUntouched(&search.frontier, early(shape, entry, span))
        while search.touched.count < touched.count { search.touched.append((-1, nil)) }
        var best: (rank: (Int64, Int), start: EarliestStart?)? = first.map { (($0.rank.first, $0.node), nil) }
        for (place, number) in touchedNumbers.enumerated() {
            if search.touched[place].version != touched[place].version {
                let count = entry.shape.deviceCount
                guard touched[place].backTimes.count >= count else { continue }
                let bound = count == 0 ? now.milliseconds : touched[place].backTimes[count - 1]
                if let best, best.rank < (bound, number) { continue }
                let start = earliestStart(of: shape, on: number, lasting: span, besideHolds: true)
                search.touched[place] = (touched[place].version, start)
            }
            guard let start = search.touched[place].start else { continue }
            if let best, best.rank < (start.at.milliseconds, number) { continue }
            best = ((start.at.milliseconds, number), start)
        }
        searches[key] = search
        return best.flatMap { $0.start ?? earliestStart(of: shape, on: $0.rank.1, lasting: span, besideHolds: true) }
    }

    private func early(_ shape: Int, _ entry: WaitingQueue.ShapeEntry, _ span: TimeSpan) -> StartEarly {
        StartEarly(pool: self, shape: shape, entry: entry, span: span, besideHolds: true)
    }

    private func firstUntouched(
        _ frontier: inout NodeFrontier, _ given: StartEarly
    ) -> (node: Int, rank: NodeRank)? {
        var goal = given
        while let first = frontier.first(&goal) {
            if !isTouched(first.node) { return first }
            frontier.removeFirst()
        }
        return nil
    }

    /// The earliest start by what is free and by the ends of leases, whoever else waits.
    func earliestStart(of shape: Int, lasting span: TimeSpan) -> EarliestStart? {
        var goal = StartEarly(
            pool: self, shape: shape, entry: state.index.queue.shapes[shape], span: span, besideHolds: false)
        // What the pass has done makes nothing come free earlier, so that the ledger's bounds hold for touched nodes too.
        return state.index.pool.nodes.best(&goal).flatMap {
            earliestStart(of: shape, on: $0.node, lasting: span, besideHolds: false)
        }
    }

    /// Takes the matching devices that come free first, then waits until cores and memory suffice beside what the holds
    /// of the node keep for themselves.
    ///
    /// - Parameter taking: leases that are being taken back for this request, or might be.
    func earliestStart(
        of shape: Int, on number: Int, lasting span: TimeSpan, besideHolds: Bool, taking: Taking = Taking()
    ) -> EarliestStart? {
        let node = node(number)
        let resources = self.shape(shape).resources
        let count = resources.devices.count
        // What is reserved is held already.
        guard node.takesLeases, node.record.slots.count >= count, resources.reservation == nil else { return nil }
        let occupancies = taking.seen(occupancies(on: number))
        var freeAt = availability(on: node, occupancies)
        let own = taking.slots(of: occupancies)
        var slots = count == 0 ? [] : matching(shape, on: number).filter { freeAt[$0] != nil }
        if besideHolds { slots.removeAll { node.holdOfSlot[$0] != nil } }
        guard slots.count >= count else { return nil }
        if let claims = book[number] {
            for slot in slots {
                var at = freeAt[slot] ?? now
                while let claim = claims.claim(on: slot, from: at, until: at + span) { at = claim.endsAt }
                freeAt[slot] = at
            }
        }
        func order(_ slot: Int) -> (Int, Timestamp, Int) { (own.contains(slot) ? 0 : 1, freeAt[slot] ?? now, slot) }
        slots = Array(slots.sorted { order($0) < order($1) }.prefix(count)).sorted()
        let devicesAt = slots.reduce(now) { max($0, freeAt[$1] ?? now) }
        let cores = Sizing.cores(for: resources, on: node.record)
        let memory = Sizing.memory(for: resources, devices: slots.map { node.record.slots[$0].device }, on: node.record)
        // What is taken back is not in what the holds leave over; below, all of them are counted.
        if besideHolds, taking.ours.isEmpty, !leavesHoldsWhole(node, cores: cores, memory: memory, until: nil) { return nil }
        var coresLeft = node.coresFree - cores
        var memoryLeft = node.memoryFree - memory
        if besideHolds {
            for hold in node.holds {
                coresLeft = coresLeft - holds[hold].cores
                memoryLeft = memoryLeft - holds[hold].memory
            }
        }
        var at = devicesAt
        let ends = occupancies.compactMap { item in self.freeAt(item).map { (at: $0, item: item) } }
        for (end, item) in ends.sorted(by: { ($0.at, $0.item.id) < ($1.at, $1.item.id) }) {
            if end > at {
                if coresLeft >= .zero, memoryLeft >= .zero { break }
                at = end
            }
            coresLeft = coresLeft + item.cores
            memoryLeft = memoryLeft + item.memory
        }
        guard coresLeft >= .zero, memoryLeft >= .zero,
            let begin = startBesideReservations(slots, on: number, cores: cores, memory: memory, from: at, lasting: span)
        else { return nil }
        at = begin
        return EarliestStart(
            node: number, slots: slots, cores: cores, memory: memory, at: at, coresSpare: coresLeft, memorySpare: memoryLeft)
    }

    /// When each device of a node comes free, by slot; nil: nothing says when.
    func availability(on node: PoolNode, _ occupancies: [Occupancy]) -> [Timestamp?] {
        var freeAt: [Timestamp?] = node.isFree.map { $0 ? now : nil }
        for occupancy in occupancies {
            guard let end = self.freeAt(occupancy) else { continue }
            for slot in occupancy.slots where node.record.slots[slot].isSound { freeAt[slot] = end }
        }
        return freeAt
    }
}

/// Looks for the node where a request could start earliest.
private struct StartEarly: NodeGoal {
    let pool: Pool
    let shape: Int
    let entry: WaitingQueue.ShapeEntry
    let span: TimeSpan
    let besideHolds: Bool

    func bound(_ digest: NodeDigest) -> NodeRank? {
        let resources = entry.shape.resources, count = entry.shape.deviceCount
        guard digest.takesLeases else { return nil }
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

    func rank(_ number: Int) -> NodeRank? {
        pool.earliestStart(of: shape, on: number, lasting: span, besideHolds: besideHolds)
            .map { NodeRank($0.at.milliseconds) }
    }
}
