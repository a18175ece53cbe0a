package import FleetModel

extension LedgerState {
    /// Makes the index anew from the records.
    /// - Parameter kinds: the numbers of the kinds of devices, where they are to stay.
    func rebuiltIndex(kinds: [DeviceKind] = []) -> LedgerIndex {
        var state = self
        state.index = LedgerIndex()
        state.index.pool = NodeOutlooks(kinds: kinds)
        state.index.setTeams(teams)
        for place in nodes.indices { state.index.pool.insert(at: place) }
        for (id, record, lease) in liveLeases {
            state.index.changeLease(id, from: nil, to: lease)
            state.index.count(lease.allocation.devices.count, for: record.team)
            state.index.setHolder(record, isLive: true)
            state.index.count(leaving: lease.devicesLeaving, of: record.team)
            if let node = nodeIndex(of: lease.allocation.node) { state.index.pool.setLease(id, on: node, isLive: true) }
        }
        state.refreshNodes()
        for id in waiting {
            guard let record = requests[id] else { continue }
            state.enqueue(record)
            if record.leasesTakenBack != nil { state.index.setFavoured(id, true) }
        }
        return state.index
    }

    mutating func enqueue(_ record: RequestRecord) {
        let shape = Shape(of: record.resources)
        let isNew = index.queue.shapeNumber(of: shape) == nil
        index.queue.add(record, rank: rank(of: record.user), newShape: isNew ? judged(shape) : nil)
    }

    mutating func dequeue(_ record: RequestRecord) { index.queue.remove(record, rank: rank(of: record.user)) }

    /// Where a user stands among those who hold as many devices; nil: they never held any.
    func rank(of user: UserName) -> UsageRank? {
        usagePlace(of: user).map { UsageRank(usage[$0], halfLife: policy.usageHalfLife) }
    }

    func usagePlace(of user: UserName) -> Int? {
        let place = usage.partitioningIndex { $0.user >= user }
        return place < usage.count && usage[place].user == user ? place : nil
    }

    /// Whether a node that is known could hold it if it were empty; as long as none is known, nothing is said against it.
    package func mayEverHold(_ resources: ResourceRequest) -> Bool {
        nodes.isEmpty || judged(Shape(of: resources)).isPossible
    }

    /// What the index keeps of a shape beside its requests.
    private func judged(_ shape: Shape) -> WaitingQueue.ShapeEntry {
        let kinds = index.pool.kinds(matching: shape.resources.devices)
        var goal = RoomIfEmpty(shape: shape, kinds: kinds, state: self)
        let isPossible = index.pool.nodes.best(&goal) != nil
        return WaitingQueue.ShapeEntry(shape: shape, kinds: kinds, isPossible: isPossible)
    }

    /// Takes in what has changed on a node.
    mutating func refreshNode(_ place: Int) {
        if updateOutlook(of: place) { judgeShapes() }
    }

    /// Takes in what has changed on any node.
    mutating func refreshNodes() {
        for place in nodes.indices { _ = updateOutlook(of: place) }
        judgeShapes()
    }

    private mutating func updateOutlook(of place: Int) -> Bool {
        let requests = requests
        return index.pool.refresh(place, as: nodes[place]) { requests[$0]?.lease }
    }

    private mutating func judgeShapes() {
        for place in index.queue.shapes.indices { index.queue.judge(place, as: judged(index.queue.shapes[place].shape)) }
    }
}

/// Looks for a node that could hold a shape if it were empty.
private struct RoomIfEmpty: NodeGoal {
    let shape: Shape
    let kinds: KindSet
    let state: LedgerState

    func bound(_ digest: NodeDigest) -> NodeRank? {
        let resources = shape.resources
        if shape.deviceCount > 0, digest.mostSlots < shape.deviceCount || digest.kinds.isDisjoint(with: kinds) { return nil }
        if let cores = resources.cores, cores > digest.mostCores { return nil }
        if let memory = resources.memory, memory > digest.mostMemory { return nil }
        return NodeRank()
    }

    func rank(_ place: Int) -> NodeRank? { state.holdsTogether(shape, kinds, on: place) ? NodeRank() : nil }
}
