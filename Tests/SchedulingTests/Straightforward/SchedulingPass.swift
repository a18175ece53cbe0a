import FleetModel
import LeaseLedger

/// One walk down the line.
///
/// 1. Requests that can never be placed are left out; those that were just made are refused.
/// 2. Requests that their team's guarantee covers are offered devices first, least usage first.
/// 3. Then those that have waited `policy.holdAfter`, in the same order.
/// 4. Then all others, in the same order.
///
/// What fits is granted and counts at once towards its team's guarantee and limit. What does not fit is passed; if it is
/// overdue, devices are held for it. Resources only shrink and holds only grow in a walk, so that what failed once fails
/// again for every request of the same shape that would end no earlier.
struct SchedulingPass {
    let state: LedgerState
    let now: Timestamp
    let line: WaitingLine
    /// What the known nodes can never hold.
    let neverFitting: [RefusedRequest]
    private(set) var grants: [Grant] = []
    private(set) var teams: TeamBook
    private var limits: LimitBook
    private(set) var pool: Pool

    /// For each shape the end from which on nothing of it fits; nil: nothing has failed.
    private var failedFrom: [Timestamp?]
    /// For each shape the earliest end of any lease of it.
    private var endsFirst: [Timestamp]
    /// How many shapes may still start.
    private var startable: Int
    /// For each shape whether a hold was impossible.
    private var holdFailed: [Bool]
    private var isConsidered: [Bool]
    /// Who is still to come, once the last part of the walk has begun.
    private var open = OpenPlaces([])
    private var passed = 0

    init(_ state: LedgerState, at now: Timestamp) {
        self.state = state
        self.now = now
        let teams = TeamBook(state)
        limits = LimitBook(state, at: now)
        var shapes = ShapeTable()
        var usage: [UserName: Int64] = [:]
        var waiters: [Waiter] = []
        waiters.reserveCapacity(state.waiting.count)
        for id in state.waiting {
            guard let record = state.requests[id] else { continue }
            let used = usage[record.user] ?? state.recentUsage(of: record.user, at: now)
            usage[record.user] = used
            let holdAt = record.askedAt + state.policy.holdAfter
            waiters.append(
                Waiter(
                    id: id, user: record.user, team: teams.number(of: record.team),
                    shape: shapes.number(of: Shape(of: record.resources)), deviceCount: record.resources.devices.count,
                    usage: used, endsAt: now + record.duration, overdueSince: holdAt <= now ? holdAt : nil,
                    place: record.place))
        }
        var refusals: [RefusedRequest] = []
        var pool = Pool(state, shapes: shapes.shapes, at: now)
        let never = shapes.shapes.indices.map { pool.refusal(of: $0) }
        if never.contains(where: { $0 != nil }) || teams.anyLimit {
            waiters.removeAll { waiter in
                guard let refusal = never[waiter.shape] ?? teams.refusal(waiter.team, asking: waiter.deviceCount) else {
                    return false
                }
                refusals.append(RefusedRequest(id: waiter.id, refusal: refusal))
                return true
            }
        }
        let unfit = Timestamp(milliseconds: .min)
        failedFrom = shapes.shapes.indices.map { pool.couldStart($0) ? nil : unfit }
        endsFirst = Array(repeating: Timestamp(milliseconds: .max), count: shapes.shapes.count)
        for waiter in waiters { endsFirst[waiter.shape] = min(endsFirst[waiter.shape], waiter.endsAt) }
        startable = failedFrom.count { $0 == nil }
        holdFailed = Array(repeating: false, count: shapes.shapes.count)
        neverFitting = refusals
        line = WaitingLine(waiters)
        isConsidered = Array(repeating: false, count: waiters.count)
        self.pool = pool
        self.teams = teams
    }

    /// Whether a walk could grant anything at all.
    var anythingCanStart: Bool { startable > 0 }

    mutating func walk() {
        if !state.reservations.isEmpty || line.waiters.contains(where: { $0.overdueSince != nil }) { pool.load(state) }
        if teams.anyGuarantee {
            walk(.guaranteed) { teams, waiter in teams.guarantee(waiter.team, covers: waiter.deviceCount) != nil }
        }
        walk(.overdue) { _, waiter in waiter.overdueSince != nil }
        open = OpenPlaces(isConsidered)
        walk(.regular) { _, _ in true }
    }

    private mutating func walk(_ standing: Standing, _ belongs: (TeamBook, Waiter) -> Bool) {
        for place in line.waiters.indices where !isConsidered[place] && belongs(teams, line.waiters[place]) {
            // Once nothing can start, holds change nothing in this walk.
            if startable == 0 { return }
            isConsidered[place] = true
            consider(place, standing)
        }
    }

    private mutating func consider(_ place: Int, _ standing: Standing) {
        let waiter = line.waiters[place]
        if teams.limit(waiter.team, forbids: waiter.deviceCount) != nil || limits.forbids(waiter.id) {
            passed += 1
        } else if let placement = placement(of: waiter) {
            grant(place, standing, placement)
        } else {
            passed += 1
            hold(waiter)
        }
    }

    private mutating func placement(of waiter: Waiter) -> Placement? {
        if let failed = failedFrom[waiter.shape], failed <= waiter.endsAt { return nil }
        if let placement = pool.placement(of: waiter.shape, until: waiter.endsAt) { return placement }
        if waiter.endsAt == endsFirst[waiter.shape] { startable -= 1 }
        failedFrom[waiter.shape] = waiter.endsAt
        return nil
    }

    private mutating func hold(_ waiter: Waiter) {
        guard let since = waiter.overdueSince, !holdFailed[waiter.shape] else { return }
        if pool.hold(waiter.shape, for: waiter.id, since: since) == nil { holdFailed[waiter.shape] = true }
    }

    private mutating func grant(_ place: Int, _ standing: Standing, _ placement: Placement) {
        let waiter = line.waiters[place]
        let node = pool.nodes[placement.node].record
        let reasons = reasons(for: place, standing, placement)
        pool.take(placement, for: waiter.id, until: waiter.endsAt)
        teams.take(waiter.deviceCount, for: waiter.team)
        limits.take(waiter.id)
        grants.append(
            Grant(
                id: waiter.id,
                allocation: Allocation(
                    node: node.name, devices: placement.slots.map { node.slots[$0].device.key }, cores: placement.cores,
                    memory: placement.memory),
                reasons: reasons))
    }

    /// Why now, and why before others.
    private func reasons(for place: Int, _ standing: Standing, _ placement: Placement) -> [GrantReason] {
        let waiter = line.waiters[place]
        var reasons: [GrantReason] = []
        switch standing {
        case .guaranteed:
            if let entry = teams.guarantee(waiter.team, covers: waiter.deviceCount) {
                reasons.append(.guaranteed(team: entry.name, held: entry.held, guarantee: entry.guarantee))
            }
        case .overdue:
            if let since = waiter.overdueSince { reasons.append(.held(since: since)) }
        case .regular:
            if let next = line.firstWithMore(than: place).flatMap({ open.first(from: $0) }) {
                let other = line.waiters[next]
                reasons.append(.usedLeast(used: waiter.usage, next: other.user, nextUsed: other.usage))
            }
            let equals = open.count(in: line.equals(after: place))
            if equals > 0 { reasons.append(.oldest(of: equals + 1)) }
        }
        if passed > 0 { reasons.append(.passed(requests: passed)) }
        if let number = placement.slots.lazy.compactMap({ pool.nodes[placement.node].holdOfSlot[$0] }).first {
            reasons.append(.backfilled(holder: pool.holds[number].id, freeUntil: pool.holds[number].shadow))
        }
        return reasons.isEmpty ? [.nobodyElseWaited] : reasons
    }
}
