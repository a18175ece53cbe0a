package import FleetModel

extension LedgerState {
    mutating func hold(_ allocation: Allocation, by id: LeaseID) {
        guard let node = nodeIndex(of: allocation.node) else { preconditionFailure("no node \(allocation.node)") }
        nodes.update(at: node) { node in
            for key in allocation.devices {
                guard let slot = node.slotIndex(of: key), node.slots[slot].holder == nil else {
                    preconditionFailure("device \(key) is held already: lease \(id) can't have it")
                }
                node.slots[slot].holder = id
            }
            node.coresHeld = node.coresHeld + allocation.cores
            node.memoryHeld = node.memoryHeld + allocation.memory
        }
        index.pool.setLease(id, on: node, isLive: true)
        refreshNode(node)
    }

    mutating func release(_ allocation: Allocation, by id: LeaseID) {
        guard let node = nodeIndex(of: allocation.node) else { return }
        nodes.update(at: node) { node in
            for key in allocation.devices {
                guard let slot = node.slotIndex(of: key), node.slots[slot].holder == id else { continue }
                node.slots[slot].holder = nil
            }
            node.coresHeld = node.coresHeld - allocation.cores
            node.memoryHeld = node.memoryHeld - allocation.memory
            node.forgetMissing()
        }
        index.pool.setLease(id, on: node, isLive: false)
        refreshNode(node)
    }

    mutating func meter(_ id: LeaseID, holding change: Int, at now: Timestamp) {
        guard change != 0, let user = requests[id]?.user else { return }
        let place = usage.partitioningIndex { $0.user >= user }
        let before = rank(of: user), halfLife = policy.usageHalfLife
        if before == nil { usage.insert(UserUsage(user: user, meter: DecayingUsage(at: now)), at: place) }
        usage.update(at: place) { $0.meter.advance(to: now, halfLife: halfLife, holding: change) }
        index.queue.move(user, from: before, to: UsageRank(usage[place], halfLife: halfLife))
    }

    /// Brings every meter up to date, before a new half-life holds.
    mutating func settleUsage(at now: Timestamp) {
        let halfLife = policy.usageHalfLife
        usage = Chunked(
            usage.map { entry in
                var entry = entry
                entry.meter.advance(to: now, halfLife: halfLife, holding: 0)
                return entry
            })
    }

    /// Device-milliseconds of a user, decayed to `now`.
    package func recentUsage(of user: UserName, at now: Timestamp) -> Int64 {
        guard let place = usagePlace(of: user) else { return 0 }
        return usage[place].meter.value(at: max(now, time), halfLife: policy.usageHalfLife)
    }
}
