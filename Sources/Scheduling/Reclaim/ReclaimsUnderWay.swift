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
    /// What limits leave beside all of these.
    private(set) var limits: LimitTally
    /// Leases that are not for whoever is settled next: taken back for somebody whose turn comes later, or spared.
    private var notOurs: Set<LeaseID> = []

    init(_ state: LedgerState, at now: Timestamp) {
        pool = Pool(state, at: now)
        limits = LimitTally(state, at: now)
        guard state.takesAnythingBack else { return }
        var review = ReclaimReview(state, at: now)
        var takenFor: [LeaseID: [LeaseID]] = [:]
        for taken in state.index.takenBack {
            guard let lease = state.requests[taken.lease]?.lease else { continue }
            notOurs.insert(taken.lease)
            if lease.phase.mayBecome(.ending), !review.stands(taken.lease) {
                withdrawals.append(taken.lease)
            } else {
                takenFor[taken.request, default: []].append(taken.lease)
            }
        }
        // What was ended for a request goes to it, if it is free by now.
        let favoured = state.index.favoured.filter { id in
            guard !review.requests.contains(id), let record = state.requests[id] else { return false }
            guard state.isGuaranteed(record, beside: review.promised(to: record.team)), review.tally.admits(record) else {
                return false
            }
            review.tally.take(record)
            return true
        }
        let line = (review.requests + favoured).compactMap { state.requests[$0] }
            .map { (record: $0, usage: state.recentUsage(of: $0.user, at: now)) }
            .sorted { ($0.usage, $0.record.place) < ($1.usage, $1.record.place) }
        var unsettled = line.map { (record: $0.record, leases: takenFor[$0.record.id] ?? []) }
        // What is left over of the leases of one may be what another one lacks, whoever comes first.
        while true {
            let rest = unsettled.filter { !settle($0.record, $0.leases, state, now) }
            let isOver = rest.isEmpty || rest.count == unsettled.count
            unsettled = rest
            if isOver { break }
        }
        // Ending them would not let the request start any more.
        withdrawals += unsettled.flatMap(\.leases).filter { state.requests[$0]?.lease?.phase.mayBecome(.ending) ?? false }
        withdrawals.sort()
    }

    /// Grants what a request asks for, or holds it; false: neither is possible as things stand.
    private mutating func settle(
        _ record: RequestRecord, _ leases: [LeaseID], _ state: LedgerState, _ now: Timestamp
    ) -> Bool {
        guard let shape = state.index.queue.shapeNumber(of: Shape(of: record.resources)) else { return false }
        let endsAt = now + record.duration
        if let placement = pool.placement(of: shape, until: endsAt) {
            pool.take(placement, for: record.id, until: endsAt)
            grants.append(grant(record, placement, state))
            return true
        }
        guard let (start, since) = start(of: shape, lasting: record.duration, with: leases, state, now) else { return false }
        pool.add(Hold(start, for: record.id, since: since))
        // From here on the hold keeps what these leases give: hidden from the others too, it would be missing twice.
        notOurs.subtract(leases)
        requests.insert(record.id)
        limits.take(record)
        promised[record.team, default: 0] += record.resources.devices.count
        return true
    }

    /// When the request can start with what is taken back for it. A lease that was ended for it and whose devices failed
    /// a look is awaited: taking one more in its place would take one too many.
    private func start(
        of shape: Int, lasting span: TimeSpan, with leases: [LeaseID], _ state: LedgerState, _ now: Timestamp
    ) -> (EarliestStart, since: Timestamp)? {
        let taken = leases.compactMap { state.requests[$0]?.lease }
        let deadline = taken.reduce(now) { max($0, $1.reclaim?.endsAt ?? now) }
        let taking = Taking(ours: Set(leases), endsAt: deadline, notOurs: notOurs.subtracting(leases))
        for lease in taken {
            guard let node = state.nodeIndex(of: lease.allocation.node),
                let start = pool.earliestStart(
                    of: shape, on: node, lasting: span, besideHolds: true, taking: taking), start.at <= deadline
            else { continue }
            return (start, lease.reclaim?.since ?? now)
        }
        return nil
    }

    private func grant(_ record: RequestRecord, _ placement: Placement, _ state: LedgerState) -> Grant {
        let guarantee = state.team(named: record.team)?.guarantee ?? 0
        let reason =
            record.leasesTakenBack.map { GrantReason.takenBack(leases: $0) }
            ?? .guaranteed(team: record.team, held: state.devicesHeld(by: record.team), guarantee: guarantee)
        let node = pool.node(placement.node).record
        return Grant(id: record.id, allocation: placement.allocation(on: node), reasons: [reason])
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
