package import FleetModel

/// The nodes in short, in the same order as `LedgerState.nodes`.
package struct NodeOutlooks: Hashable, Sendable {
    package private(set) var nodes: ChunkedArray<NodeOutlook, NodeDigest> = []
    /// Every kind of device that was ever seen, in the order of sighting.
    private(set) var kinds: [DeviceKind] = []

    init(kinds: [DeviceKind] = []) { self.kinds = kinds }

    /// Whether the device of a slot matches a selector of which `set` are the kinds.
    package func matches(_ selector: DeviceSelector, _ set: KindSet, slot: Int, of node: NodeOutlook) -> Bool {
        let kind = node.kindOfSlot[slot]
        guard set.mayContain(kind) else { return false }
        return kind <= KindSet.lastSure || kinds[kind].matches(selector)
    }

    /// The kinds that a selector matches.
    package func kinds(matching selector: DeviceSelector) -> KindSet {
        var set = KindSet()
        for (number, kind) in kinds.enumerated() where kind.matches(selector) { set.insert(number) }
        return set
    }

    mutating func insert(at place: Int) { nodes.insert(NodeOutlook(), at: place) }

    mutating func setLease(_ id: LeaseID, on node: Int, isLive: Bool) {
        nodes.update(at: node) { if isLive { $0.leases.insertSorted(id) } else { $0.leases.removeSorted(id) } }
    }

    /// Takes in what a node has now.
    /// - Returns: whether what it could hold if it were empty is another than before.
    mutating func refresh(_ place: Int, as node: NodeRecord, lease: (LeaseID) -> Lease?) -> Bool {
        let kindOfSlot = node.slots.map { number(of: DeviceKind(of: $0.device)) }
        return nodes.update(at: place) { outlook in
            let (oldKinds, old) = (outlook.kindOfSlot, outlook.digest)
            outlook.kindOfSlot = kindOfSlot
            outlook.occupancies = outlook.leases.compactMap { id in
                lease(id).map { lease in
                    let held = lease.allocation
                    return Occupancy(
                        id: id, slots: held.devices.compactMap { node.slotIndex(of: $0) }, cores: held.cores,
                        memory: held.memory, backAt: lease.backAt, since: lease.couldBeTakenBack ? lease.grantedAt : nil)
                }
            }
            outlook.digest = NodeDigest(node, kindOfSlot: kindOfSlot, outlook.occupancies)
            return oldKinds != kindOfSlot || old.mostCores != node.cores || old.mostMemory != node.memory
        }
    }

    private mutating func number(of kind: DeviceKind) -> Int {
        if let known = kinds.firstIndex(of: kind) { return known }
        kinds.append(kind)
        return kinds.count - 1
    }
}
