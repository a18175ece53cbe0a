import FleetModel
import LeaseLedger

/// The leases to take back so that a request can start on one node.
struct Victims {
    /// In order.
    let leases: [LeaseID]
    let start: EarliestStart
}

/// What may be taken back in this pass, and from whom.
struct ReclaimBudget {
    private let state: LedgerState
    private let now: Timestamp
    /// Devices that the pass proposes to take from a team.
    private var proposed: [TeamName: Int] = [:]
    private var leases: Set<LeaseID> = []

    init(_ state: LedgerState, at now: Timestamp) {
        self.state = state
        self.now = now
    }

    /// When leases that are warned now give back.
    var endsAt: Timestamp { now + state.policy.reclaim.notice }

    /// Granted by then, a lease has run for its minimum.
    var oldEnough: Timestamp { now + TimeSpan(milliseconds: -state.policy.reclaim.minimumRun.milliseconds) }

    func left(of team: TeamName) -> Int { state.devicesBorrowed(by: team) - (proposed[team] ?? 0) }

    /// Leases of a node that may be taken back one by one, the newest first.
    func candidates(among occupancies: [Occupancy]) -> [Candidate] {
        occupancies.compactMap { occupancy -> Candidate? in
            guard let since = occupancy.since, since <= oldEnough, !leases.contains(occupancy.id),
                let record = state.requests[occupancy.id], left(of: record.team) >= occupancy.slots.count,
                state.objection(toTakingBack: occupancy.id, at: now) == nil
            else { return nil }
            return Candidate(id: occupancy.id, team: record.team, since: since, given: occupancy)
        }.sorted { ($0.since, $0.id) > ($1.since, $1.id) }
    }

    mutating func take(_ id: LeaseID) {
        guard let record = state.requests[id], let lease = record.lease else { return }
        proposed[record.team, default: 0] += lease.allocation.devices.count
        leases.insert(id)
    }

    /// A lease that may be taken back.
    struct Candidate {
        let id: LeaseID
        let team: TeamName
        let since: Timestamp
        let given: Occupancy

        var slots: [Int] { given.slots }
    }
}

extension Pool {
    /// The fewest leases, of those the fewest devices, and of those the newest, that make room for a shape on one node;
    /// nil: no leases that may be taken back do.
    func victims(for shape: Int, lasting span: TimeSpan, within budget: ReclaimBudget) -> Victims? {
        var goal = TakeBack(pool: self, shape: shape, entry: state.index.queue.shapes[shape], span: span, budget: budget)
        guard state.index.pool.nodes.best(&goal) != nil else { return nil }
        return goal.best?.victims
    }

    /// As above, on a node, and what it cost.
    fileprivate func victims(
        for shape: Int, on number: Int, lasting span: TimeSpan, within budget: ReclaimBudget, looks: Int
    ) -> (found: (Victims, VictimRank)?, looks: Int) {
        let candidates = budget.candidates(among: state.index.pool.nodes[number].occupancies)
        let need = VictimNeed(self, shape, on: number, candidates.map(\.given), by: budget.endsAt)
        guard !candidates.isEmpty, let least = need.fewest else { return (nil, 0) }
        var search = VictimSearch(
            pool: self, shape: shape, node: number, span: span, budget: budget, candidates: candidates, fewest: least,
            looksLeft: looks)
        let found = search.best()
        return (found, looks - search.looksLeft)
    }
}

/// How good a choice is; the smaller, the better.
struct VictimRank: Comparable {
    let leases: Int
    let devices: Int
    /// When the oldest of them began.
    let oldest: Timestamp

    static func < (left: VictimRank, right: VictimRank) -> Bool {
        if left.leases != right.leases { return left.leases < right.leases }
        return left.devices != right.devices ? left.devices < right.devices : left.oldest > right.oldest
    }

    var nodeRank: NodeRank { NodeRank(Int64(leases), Int64(devices), -max(-.max, oldest.milliseconds)) }
}

/// Looks for the node where the least must be taken back.
private struct TakeBack: NodeGoal {
    let pool: Pool
    let shape: Int
    let entry: WaitingQueue.ShapeEntry
    let span: TimeSpan
    let budget: ReclaimBudget
    private var looksLeft = VictimSearch.mostLooks
    private(set) var best: (victims: Victims, rank: NodeRank, node: Int)?

    init(pool: Pool, shape: Int, entry: WaitingQueue.ShapeEntry, span: TimeSpan, budget: ReclaimBudget) {
        (self.pool, self.shape, self.entry, self.span, self.budget) = (pool, shape, entry, span, budget)
    }

    func bound(_ digest: NodeDigest) -> NodeRank? {
        let resources = entry.shape.resources
        guard digest.takesLeases, digest.oldestSince <= budget.oldEnough.milliseconds else { return nil }
        if digest.mostSlots < entry.shape.deviceCount || digest.kinds.isDisjoint(with: entry.kinds) { return nil }
        if let cores = resources.cores, cores > digest.mostCores { return nil }
        if let memory = resources.memory, memory > digest.mostMemory { return nil }
        return NodeRank(1, 1, -max(-.max, budget.oldEnough.milliseconds))
    }

    mutating func rank(_ number: Int) -> NodeRank? {
        let looks = min(looksLeft, VictimSearch.mostLooksOnNode)
        let answer = pool.victims(for: shape, on: number, lasting: span, within: budget, looks: looks)
        looksLeft = max(0, looksLeft - answer.looks)
        guard let (victims, rank) = answer.found else { return nil }
        let nodeRank = rank.nodeRank
        if best.map({ (nodeRank, number) < ($0.rank, $0.node) }) ?? true { best = (victims, nodeRank, number) }
        return nodeRank
    }
}
