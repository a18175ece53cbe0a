import FleetModel
import LeaseLedger

/// What becomes of what is being taken back, before anybody else has a turn: requests that can start get their lease,
/// for the others the devices are held that are taken back for them, and leases are left alone that need not end.
struct ReclaimsUnderWay {
    private(set) var grants: [Grant] = []
    private(set) var withdrawals: [LeaseID] = []
    /// With the holds for those who still wait for what is taken back for them.
    private(set) var pool: Pool
    /// Those who still wait for it.
    private(set) var requests: Set<LeaseID> = []
    /// The devices that they ask for, by team.
    private(set) var promised: [TeamName: Int] = [:]

    init(_ state: LedgerState, at now: Timestamp) {
        pool = Pool(state, at: now)
        guard state.takesAnythingBack else { return }
        var review = ReclaimReview(state)
        var takenFor: [LeaseID: [LeaseID]] = [:]
        var all: Set<LeaseID> = []
        for taken in state.index.takenBack {
            guard let lease = state.requests[taken.lease]?.lease else { continue }
            all.insert(taken.lease)
            if lease.phase.mayBecome(.ending), !review.stands(taken.lease) {
                withdrawals.append(taken.lease)
            } else {
                takenFor[taken.request, default: []].append(taken.lease)
            }
        }
        // What was ended for a request goes to it, if it is free by now.
        let favoured = state.index.favoured.filter { id in
            guard !review.requests.contains(id), let record = state.requests[id] else { return false }
            return state.isGuaranteed(record, beside: review.promised(to: record.team))
        }
        let line = (review.requests + favoured).compactMap { state.requests[$0] }
            .map { (record: $0, usage: state.recentUsage(of: $0.user, at: now)) }
            .sorted { ($0.usage, $0.record.id) < ($1.usage, $1.record.id) }
        for (record, _) in line { settle(record, takenFor[record.id] ?? [], all, state, now) }
        withdrawals.sort()
    }

    private mutating func settle(
        _ record: RequestRecord, _ leases: [LeaseID], _ all: Set<LeaseID>, _ state: LedgerState, _ now: Timestamp
    ) {
        guard let shape = state.index.queue.shapeNumber(of: Shape(of: record.resources)) else { return }
        let endsAt = now + record.duration
        if let placement = pool.placement(of: shape, until: endsAt) {
            let node = pool.node(placement.node).record
            pool.take(placement, for: record.id, until: endsAt)
            let reason = record.leasesTakenBack.map { GrantReason.takenBack(leases: $0) }
            let guarantee = state.team(named: record.team)?.guarantee ?? 0
            grants.append(
                Grant(
                    id: record.id, allocation: placement.allocation(on: node),
                    reasons: [
                        reason
                            ?? .guaranteed(
                                team: record.team, held: state.devicesHeld(by: record.team), guarantee: guarantee)
                    ]))
            return
        }
        let taken = leases.compactMap { state.requests[$0]?.lease }
        let deadline = taken.reduce(now) { max($0, $1.reclaim?.endsAt ?? now) }
        if let first = taken.first, let node = state.nodeIndex(of: first.allocation.node),
            let start = pool.earliestStart(
                of: shape, on: node, lasting: record.duration, besideHolds: true,
                taking: Taking(ours: Set(leases), notOurs: all.subtracting(leases))), start.at <= deadline
        {
            pool.add(Hold(start, for: record.id, since: first.reclaim?.since ?? now))
            requests.insert(record.id)
            promised[record.team, default: 0] += record.resources.devices.count
        } else {
            // Ending them would not let the request start any more.
            withdrawals += leases.filter { state.requests[$0]?.lease?.phase.mayBecome(.ending) ?? false }
        }
    }
}

extension Hold {
    init(_ start: EarliestStart, for id: LeaseID, since: Timestamp) {
        self.init(
            id: id, node: start.node, slots: start.slots, cores: start.cores, memory: start.memory, shadow: start.at,
            since: since, coresSpare: start.coresSpare, memorySpare: start.memorySpare)
    }
}

extension Placement {
    func allocation(on node: NodeRecord) -> Allocation {
        Allocation(node: node.name, devices: slots.map { node.slots[$0].device.key }, cores: cores, memory: memory)
    }
}
