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
            return Candidate(id: occupancy.id, team: record.team, since: since, slots: occupancy.slots)
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
        let slots: [Int]
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

    /// As above, on a node.
    fileprivate func victims(
        for shape: Int, on number: Int, lasting span: TimeSpan, within budget: ReclaimBudget
    ) -> (Victims, VictimRank)? {
        let candidates = budget.candidates(among: state.index.pool.nodes[number].occupancies)
        guard !candidates.isEmpty else { return nil }
        let search = VictimSearch(
            pool: self, shape: shape, node: number, span: span, budget: budget, candidates: candidates)
        return candidates.count <= VictimSearch.mostSearched ? search.exact() : search.greedy()
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

/// A choice among the leases of one node.
private struct VictimSearch {
    /// Up to so many leases of a node every choice is weighed.
    static let mostSearched = 12

    let pool: Pool
    let shape: Int
    let node: Int
    let span: TimeSpan
    let budget: ReclaimBudget
    let candidates: [ReclaimBudget.Candidate]

    /// By size, then newest first.
    func exact() -> (Victims, VictimRank)? {
        for size in 1...candidates.count {
            var best: (Victims, VictimRank)?
            choose(size, from: 0, []) { chosen in
                let rank = rank(chosen)
                if let best, best.1 <= rank { return }
                if let found = victims(chosen) { best = (found, rank) }
            }
            if let best { return best }
        }
        return nil
    }

    /// Newest first until it is enough, then without those that were not needed, oldest first.
    func greedy() -> (Victims, VictimRank)? {
        var chosen: [Int] = []
        for place in candidates.indices where isWithinBudget(chosen + [place]) {
            chosen.append(place)
            if victims(chosen) != nil { break }
        }
        for place in chosen.reversed() where chosen.count > 1 {
            let rest = chosen.filter { $0 != place }
            if victims(rest) != nil { chosen = rest }
        }
        return victims(chosen).map { ($0, rank(chosen)) }
    }

    private func choose(_ size: Int, from first: Int, _ chosen: [Int], _ body: ([Int]) -> Void) {
        if chosen.count == size { return isWithinBudget(chosen) ? body(chosen) : () }
        let lacking = size - chosen.count
        guard first + lacking <= candidates.count else { return }
        for place in first...(candidates.count - lacking) { choose(size, from: place + 1, chosen + [place], body) }
    }

    private func rank(_ chosen: [Int]) -> VictimRank {
        VictimRank(
            leases: chosen.count, devices: chosen.reduce(0) { $0 + candidates[$1].slots.count },
            oldest: chosen.reduce(Timestamp(milliseconds: .max)) { min($0, candidates[$1].since) })
    }

    private func isWithinBudget(_ chosen: [Int]) -> Bool {
        chosen.allSatisfy { place in
            let team = candidates[place].team
            let taken = chosen.reduce(0) { $0 + (candidates[$1].team == team ? candidates[$1].slots.count : 0) }
            return taken <= budget.left(of: team)
        }
    }

    private func victims(_ chosen: [Int]) -> Victims? {
        let leases = chosen.map { candidates[$0].id }
        let start = pool.earliestStart(
            of: shape, on: node, lasting: span, besideHolds: true, taking: Taking(ours: Set(leases), endsAt: budget.endsAt))
        guard let start, start.at <= budget.endsAt else { return nil }
        return Victims(leases: leases.sorted(), start: start)
    }
}

/// Looks for the node where the least must be taken back.
private struct TakeBack: NodeGoal {
    let pool: Pool
    let shape: Int
    let entry: WaitingQueue.ShapeEntry
    let span: TimeSpan
    let budget: ReclaimBudget
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
        guard let (victims, rank) = pool.victims(for: shape, on: number, lasting: span, within: budget) else { return nil }
        let nodeRank = rank.nodeRank
        if best.map({ (nodeRank, number) < ($0.rank, $0.node) }) ?? true { best = (victims, nodeRank, number) }
        return nodeRank
    }
}
