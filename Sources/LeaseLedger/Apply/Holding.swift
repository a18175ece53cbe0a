package import FleetModel

extension LedgerState {
    mutating func hold(_ allocation: Allocation, by id: LeaseID) {
        guard let node = nodeIndex(of: allocation.node) else { preconditionFailure("no node \(allocation.node)") }
        for key in allocation.devices {
            guard let slot = nodes[node].slotIndex(of: key), nodes[node].slots[slot].holder == nil else {
                preconditionFailure("device \(key) is held already: lease \(id) can't have it")
            }
            nodes[node].slots[slot].holder = id
        }
        nodes[node].coresHeld = nodes[node].coresHeld + allocation.cores
        nodes[node].memoryHeld = nodes[node].memoryHeld + allocation.memory
    }

    mutating func release(_ allocation: Allocation, by id: LeaseID) {
        guard let node = nodeIndex(of: allocation.node) else { return }
        for key in allocation.devices {
            guard let slot = nodes[node].slotIndex(of: key), nodes[node].slots[slot].holder == id else { continue }
            nodes[node].slots[slot].holder = nil
        }
        nodes[node].coresHeld = nodes[node].coresHeld - allocation.cores
        nodes[node].memoryHeld = nodes[node].memoryHeld - allocation.memory
        forgetMissing(on: node)
    }

    mutating func meter(_ id: LeaseID, holding change: Int, at now: Timestamp) {
        guard change != 0, let user = requests[id]?.user else { return }
        let place = usage.partitioningIndex { $0.user >= user }
        if place == usage.count || usage[place].user != user {
            usage.insert(UserUsage(user: user, meter: DecayingUsage(at: now)), at: place)
        }
        usage[place].meter.advance(to: now, halfLife: policy.usageHalfLife, holding: change)
    }

    /// Brings every meter up to date, before a new half-life holds.
    mutating func settleUsage(at now: Timestamp) {
        for index in usage.indices { usage[index].meter.advance(to: now, halfLife: policy.usageHalfLife, holding: 0) }
    }

    /// Device-milliseconds of a user, decayed to `now`.
    package func recentUsage(of user: UserName, at now: Timestamp) -> Int64 {
        let place = usage.partitioningIndex { $0.user >= user }
        guard place < usage.count, usage[place].user == user else { return 0 }
        return usage[place].meter.value(at: max(now, time), halfLife: policy.usageHalfLife)
    }
}
