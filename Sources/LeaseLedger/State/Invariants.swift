import FleetModel

extension LedgerState {
    /// What must hold in every state, in words; empty: all of it holds. The simulator asks after every event, and
    /// `carrel doctor` on the real ledger.
    ///
    /// That a node holds more cores or memory than it has is not among them: a node may report fewer than are leased.
    package var violations: [String] {
        var found: [String] = []
        var held: [NodeName: (cores: MilliCores, memory: MemoryBytes)] = [:]
        var holders: [DeviceKey: LeaseID] = [:]
        for (id, record, lease) in liveLeases {
            if !lease.phase.isLive { found.append("lease \(id) is closed and listed as live") }
            if record.phase != .granted { found.append("lease \(id) is live and its request is \(record.phase)") }
            let allocation = lease.allocation
            if allocation.devices.count != record.resources.devices.count {
                found.append("lease \(id) holds \(allocation.devices.count) of \(record.resources.devices.count) devices")
            }
            for key in allocation.devices {
                if let other = holders[key] { found.append("device \(key) is in two live leases: \(other) and \(id)") }
                holders[key] = id
                if nodeIndex(of: allocation.node).flatMap({ nodes[$0].slotIndex(of: key) }) == nil {
                    found.append("lease \(id) holds device \(key), which node \(allocation.node) does not know")
                }
            }
            let sum = held[allocation.node] ?? (.zero, .zero)
            held[allocation.node] = (sum.cores + allocation.cores, sum.memory + allocation.memory)
        }
        for node in nodes {
            let sum = held[node.name] ?? (.zero, .zero)
            if node.coresHeld != sum.cores { found.append("node \(node.name) counts its cores wrongly") }
            if node.memoryHeld != sum.memory { found.append("node \(node.name) counts its memory wrongly") }
            for slot in node.slots where slot.holder != holders[slot.device.key] {
                found.append("device \(slot.device.key): its slot and the leases disagree on the holder")
            }
        }
        if index != rebuiltIndex(kinds: index.pool.kinds) { found.append("the index does not follow from the records") }
        return found + violationsOfOrder + violationsOfMeters + violationsOfReservations
    }

    private var violationsOfOrder: [String] {
        var found: [String] = []
        for id in waiting where requests[id]?.phase != .waiting { found.append("request \(id) is queued and does not wait") }
        if let id = waiting.firstOutOfOrder { found.append("the queue is out of order at \(id)") }
        if let id = live.firstOutOfOrder { found.append("the live leases are out of order at \(id)") }
        if let name = nodes.map(\.name).firstOutOfOrder { found.append("the nodes are out of order at \(name)") }
        for node in nodes {
            let keys = node.slots.map(\.device.key)
            if let key = keys.firstOutOfOrder { found.append("the devices of node \(node.name) are out of order at \(key)") }
            let isSquare = node.links.count == keys.count && node.links.allSatisfy { $0.count == keys.count }
            if !node.links.isEmpty && !isSquare { found.append("node \(node.name) has links for other devices") }
        }
        return found
    }

    private var violationsOfMeters: [String] {
        var held: [UserName: Int] = [:]
        for (_, record, lease) in liveLeases { held[record.user, default: 0] += lease.allocation.devices.count }
        var found: [String] = []
        if let user = usage.map(\.user).firstOutOfOrder { found.append("the meters are out of order at \(user)") }
        for entry in usage where entry.meter.holding != held[entry.user] ?? 0 {
            found.append("\(entry.user) is metered for \(entry.meter.holding) devices")
        }
        return found
    }
}

extension Sequence where Element: Comparable {
    /// The first element that does not come after the one before it.
    fileprivate var firstOutOfOrder: Element? {
        zip(self, dropFirst()).first { $0 >= $1 }?.1
    }
}
