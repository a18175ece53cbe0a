package import FleetModel

extension LedgerState {
    /// A shape that waits, and a node where it could start now if nothing were held.
    package struct StartableShape: Sendable {
        /// In `index.queue.shapes`.
        package let shape: Int
        package var node: Int
    }

    /// The waiting shapes that could start now if nothing were held.
    package var startableShapes: [StartableShape] {
        var found: [StartableShape] = []
        let all = index.pool.nodes.digest
        for (number, entry) in index.queue.shapes.enumerated() where all.mayHaveRoom(for: entry.shape, entry.kinds) {
            var goal = FreeRoom(shape: entry.shape, kinds: entry.kinds, state: self)
            if let node = index.pool.nodes.best(&goal)?.node { found.append(StartableShape(shape: number, node: node)) }
        }
        return found
    }

    /// The place of the first request in the queue that has not waited `policy.holdAfter`, and how many come before it; nil: all have.
    package func firstNotOverdue(at now: Timestamp) -> (place: Int, id: LeaseID?) {
        let places = index.queue.places.ids
        let place = places.partitioningIndex { place in
            requests[index.queue.request(at: place)].map { $0.askedAt + policy.holdAfter > now } ?? true
        }
        return (place, place < places.count ? places[place] : nil)
    }
}

extension NodeDigest {
    /// Whether some of the nodes may have room for a shape now.
    package func mayHaveRoom(for shape: Shape, _ kinds: KindSet) -> Bool {
        guard takesLeases, shape.resources.cores.map({ $0 <= mostCoresFree }) ?? true,
            shape.resources.memory.map({ $0 <= mostMemoryFree }) ?? true
        else { return false }
        return shape.deviceCount == 0 || mostFree >= shape.deviceCount && !freeKinds.isDisjoint(with: kinds)
    }
}

/// Looks for a node where a shape could start now if nothing were held.
private struct FreeRoom: NodeGoal {
    let shape: Shape
    let kinds: KindSet
    let state: LedgerState

    func bound(_ digest: NodeDigest) -> NodeRank? { digest.mayHaveRoom(for: shape, kinds) ? NodeRank() : nil }

    func rank(_ place: Int) -> NodeRank? {
        let node = state.nodes[place]
        let slots = state.matchingSlots(shape, kinds, on: place).filter { node.slots[$0].isFree }
        guard node.takesLeases, slots.count >= shape.deviceCount else { return nil }
        let needs = Sizing.leastNeeds(of: shape.resources, among: slots, on: node)
        return needs.cores <= node.coresFree && needs.memory <= node.memoryFree ? NodeRank() : nil
    }
}
