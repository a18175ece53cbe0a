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
/// again for every request of the same shape that would end no earlier. So the walk stops only at requests whose turn can
/// change something, and only counts the others (`Passing`).
struct SchedulingPass {
    let state: LedgerState
    let now: Timestamp
    let leftOut: LeftOut
    private(set) var line: WaitingLine
    private(set) var grants: [Grant] = []
    private(set) var teams: TeamBook
    /// What limits leave to people. What is being taken back for them counts as theirs.
    private(set) var limits: LimitTally
    private(set) var pool: Pool
    /// Leases to take back.
    private(set) var proposedReclaims: [ProposedReclaim] = []
    private var budget: ReclaimBudget
    /// Requests that devices are being taken back for: those are held for them already.
    private var beneficiaries: Set<LeaseID>
    /// Of these, those for whom it was so before this pass; and the users of all of them.
    private let underWay: Set<LeaseID>
    private var promised: Set<UserName>
    /// Whether somebody whom a guarantee covers may get what others borrowed.
    let anythingToTakeBack: Bool
    private var isTakingBack = false
    /// From which length on nothing can be taken back for a shape: what fails for a while fails for longer, too.
    private var reclaimFailed: [Int: TimeSpan] = [:]
    /// The first request that has not waited `policy.holdAfter`, and how many come before it.
    let firstRegular: (place: Int, id: LeaseID?)
    /// Grants by guarantees that moved what a team holds: from there on fewer are covered.
    private(set) var guaranteedGrants: [(position: Position, team: Int, held: Int)] = []

    /// Whether a guarantee covers anybody.
    private let anyGuarantee: Bool
    /// Whether it makes a difference who is of which team and asks for what.
    let tellsApart: Bool
    /// Shapes that may still start, with a node where the one that ends first could.
    private var startable: [LedgerState.StartableShape]
    /// For each shape whether it is among them, from which end on nothing of it fits, and whether a hold was impossible.
    private var mayStart: [Bool]
    private var failedFrom: [Int: Timestamp] = [:]
    private var holdFailed: Set<Int> = []
    /// Whom to watch, for an explanation, and what was left when its turn came. Then everybody is visited.
    var watched: LeaseID?
    /// Who was visited, in order; only kept with somebody to watch.
    private(set) var walked: [(waiter: Waiter, standing: Standing)] = []
    private(set) var poolAtTurn: Pool?
    private(set) var teamsAtTurn: TeamBook?
    private(set) var limitAtTurn: LimitReached?

    init(_ state: LedgerState, at now: Timestamp, _ underWay: ReclaimsUnderWay) {
        self.state = state
        self.now = now
        teams = TeamBook(state, promised: underWay.promised)
        pool = underWay.pool
        beneficiaries = underWay.requests
        limits = underWay.limits
        self.underWay = underWay.requests
        promised = Set(underWay.requests.compactMap { state.requests[$0]?.user })
        budget = ReclaimBudget(state, at: now)
        anythingToTakeBack = Self.somebodyMayTakeBack(state, teams)
        leftOut = LeftOut(state, teams)
        firstRegular = state.firstNotOverdue(at: now)
        anyGuarantee = Self.guaranteesCoverSomebody(state.index.queue, teams)
        tellsApart = anyGuarantee || leftOut.anybody
        line = WaitingLine(
            state, at: now, teams, leftOut, firstRegular: firstRegular.id, tellsApart: tellsApart)
        let book = teams, queue = state.index.queue
        startable = state.startableShapes.filter { Self.isWanted(queue.shapes[$0.shape], queue, book) }
        mayStart = Array(repeating: false, count: queue.shapes.count)
        for shape in startable { mayStart[shape.shape] = true }
        for hold in pool.holds { recheck(hold.node) }
        // What could start if nothing were reserved.
        if !pool.book.isEmpty || startable.contains(where: { isUnderReservation($0.shape) }) { recheckAll() }
    }

    /// Whether anybody waits with a shape who is below their team's limit.
    private static func isWanted(_ entry: WaitingQueue.ShapeEntry, _ queue: WaitingQueue, _ teams: TeamBook) -> Bool {
        var wanted = entry.count
        for number in teams.entries.indices where teams.limit(number, forbids: entry.shape.deviceCount) != nil {
            wanted -= queue.count(of: entry.shape, in: teams.entries[number].name)
        }
        return wanted > 0
    }

    /// Whether a walk could grant anything at all.
    var anythingCanStart: Bool { !startable.isEmpty }

    mutating func walk() {
        isTakingBack = anythingToTakeBack
        if anyGuarantee { walk(.guaranteed) }
        isTakingBack = false
        if firstRegular.place > 0 { walk(.overdue) }
        walk(.regular)
    }

    /// Looked at before anything else, since it rules out nearly every pass.
    private static func somebodyMayTakeBack(_ state: LedgerState, _ teams: TeamBook) -> Bool {
        guard state.policy.reclaim.isOn else { return false }
        let queue = state.index.queue
        let isWanted = teams.entries.indices.contains { number in
            guard teams.entries[number].guarantee > 0 else { return false }
            return queue.fewestDevices(of: teams.entries[number].name).map { teams.promise(number, allows: $0) } ?? false
        }
        return isWanted && state.anythingIsBorrowed
    }

    private static func guaranteesCoverSomebody(_ queue: WaitingQueue, _ teams: TeamBook) -> Bool {
        teams.entries.contains { entry in
            guard entry.guarantee > entry.heldBefore else { return false }
            return queue.fewestDevices(of: entry.name).map { entry.heldBefore + $0 <= entry.guarantee } ?? false
        }
    }

    private mutating func walk(_ standing: Standing) {
        var number = 0, overdue = 0
        while !isOver, line.hasRun(number) {
            visit(number, standing)
            // Nobody further down has waited long enough.
            overdue += line.runs[number].counted.reduce(0) { $0 + $1.firstRegular }
            if standing == .overdue, overdue == firstRegular.place { return }
            number += 1
        }
    }

    /// Once nothing can start, holds change nothing in this walk.
    private var isOver: Bool { startable.isEmpty && !isTakingBack && watched == nil }

    /// Goes through those of a run, the oldest first, whose turn can change something.
    private mutating func visit(_ number: Int, _ standing: Standing) {
        let run = line.runs[number]
        let isAsked = standing != .overdue || run.counted.contains { $0.firstRegular > 0 }
        guard isAsked else { return }
        // Holds are for those who have waited long enough: of the others only those count that can start.
        let holdsMatter = standing == .overdue || standing == .guaranteed && firstRegular.place > 0
        let shapes = holdsMatter || isTakingBack || watched != nil ? nil : startable.map(\.shape)
        var cursors: [Cursor] = line.lanes(of: run.seats, shapes: shapes).compactMap { lane in
            let cursor = Cursor(lane, part(standing, of: lane, in: number))
            return cursor.flatMap { matters($0, standing) ? $0 : nil }
        }
        while !isOver, let next = cursors.indices.min(by: { cursors[$0].id < cursors[$1].id }) {
            let cursor = cursors[next]
            guard matters(cursor, standing) else {
                cursors.remove(at: next)
                continue
            }
            consider(waiter(cursor, run.usage), at: Position(run: number, id: cursor.id), standing)
            if !cursors[next].advance() { cursors.remove(at: next) }
        }
    }

    private mutating func matters(_ cursor: Cursor, _ standing: Standing) -> Bool {
        let lane = cursor.lane
        if standing == .guaranteed, teams.guarantee(lane.team, covers: lane.deviceCount) == nil { return false }
        if watched != nil { return true }
        if teams.limit(lane.team, forbids: lane.deviceCount) != nil || limitForbids(lane) { return false }
        if isTakingBack, !reclaimFails(lane.shape, lasting: state.index.queue.shapes[lane.shape].shortest) {
            return true
        }
        return mayStart[lane.shape] || cursor.place < lane.firstRegular && !holdFailed.contains(lane.shape)
    }

    private func waiter(_ cursor: Cursor, _ usage: Int64) -> Waiter {
        guard let record = state.requests[state.index.queue.request(at: cursor.id)] else {
            preconditionFailure("request \(cursor.id) waits and is not there")
        }
        let holdAt = record.askedAt + state.policy.holdAfter
        return Waiter(
            id: record.id, user: record.user, team: cursor.lane.team, shape: cursor.lane.shape,
            deviceCount: cursor.lane.deviceCount, usage: usage, span: record.duration,
            endsAt: state.end(of: record, from: now),
            overdueSince: holdAt <= now ? holdAt : nil)
    }

    private mutating func consider(_ waiter: Waiter, at position: Position, _ standing: Standing) {
        if watched != nil { walked.append((waiter, standing)) }
        let limit = limit(of: waiter)
        if waiter.id == watched { (poolAtTurn, teamsAtTurn, limitAtTurn) = (pool, teams, limit) }
        if teams.limit(waiter.team, forbids: waiter.deviceCount) != nil || limit != nil { return }
        if let placement = placement(of: waiter) {
            grant(waiter, at: position, standing, placement)
        } else if !beneficiaries.contains(waiter.id), !takeBack(for: waiter, standing) {
            hold(waiter)
        }
    }

    /// The limit of its user, or of their team as a whole, that it would exceed. Of those that devices are being taken back
    /// for it was asked already, and what they will have is counted.
    private mutating func limit(of waiter: Waiter) -> LimitReached? {
        guard limits.isNeeded, !beneficiaries.contains(waiter.id), let record = state.requests[waiter.id] else { return nil }
        return limits.limitReached(by: record)
    }

    /// Whether nothing of a lane can start because its user is at a limit: then none of it is looked at.
    private mutating func limitForbids(_ lane: Lane) -> Bool {
        guard limits.isNeeded, let user = lane.user, !promised.contains(user) else { return false }
        let shortest = state.index.queue.shapes[lane.shape].shortest
        return limits.limitReached(by: user, in: lane.teamName, asking: lane.deviceCount, lasting: shortest) != nil
    }

    private mutating func placement(of waiter: Waiter) -> Placement? {
        if !mayStart[waiter.shape] { return nil }
        if let failed = failedFrom[waiter.shape], failed <= waiter.endsAt { return nil }
        if let placement = pool.placement(of: waiter.shape, until: waiter.endsAt) { return placement }
        failedFrom[waiter.shape] = waiter.endsAt
        return nil
    }

    private mutating func hold(_ waiter: Waiter) {
        guard let since = waiter.overdueSince, !holdFailed.contains(waiter.shape) else { return }
        if let hold = pool.hold(waiter.shape, for: waiter.id, lasting: waiter.span, since: since) {
            recheck(hold.node)
        } else {
            holdFailed.insert(waiter.shape)
        }
    }

    /// Whether what the request needs comes back to it within the notice, taken from others if need be.
    private mutating func takeBack(for waiter: Waiter, _ standing: Standing) -> Bool {
        guard isTakingBack, standing == .guaranteed, !reclaimFails(waiter.shape, lasting: waiter.span),
            teams.promise(waiter.team, allows: waiter.deviceCount), !isUnderReservation(waiter.shape)
        else { return false }
        if let start = pool.earliestStartBesideHolds(of: waiter.shape, lasting: waiter.span), start.at <= budget.endsAt {
            // It comes back by itself.
            teams.promise(waiter.deviceCount, to: waiter.team)
            return waiter.overdueSince == nil
        }
        guard let victims = pool.victims(for: waiter.shape, lasting: waiter.span, within: budget) else {
            // Where nothing is reserved it does not matter how long it lasts.
            reclaimFailed[waiter.shape] = pool.book.isEmpty ? .zero : waiter.span
            return false
        }
        for lease in victims.leases {
            budget.take(lease)
            proposedReclaims.append(ProposedReclaim(of: lease, for: waiter.id))
        }
        teams.promise(waiter.deviceCount, to: waiter.team)
        beneficiaries.insert(waiter.id)
        promised.insert(waiter.user)
        count(waiter)
        pool.add(Hold(victims.start, for: waiter.id, since: now))
        recheck(victims.start.node)
        return true
    }

    /// Counts in limits what a request will have.
    private mutating func count(_ waiter: Waiter) {
        guard limits.isNeeded, let record = state.requests[waiter.id] else { return }
        limits.take(record)
    }

    /// What is to be taken back, without what a team lost its right to by grants of this very walk.
    var reclaims: [ProposedReclaim] {
        var book = TeamBook(state, promised: [:]), tally = LimitTally(state, at: now)
        for grant in grants {
            if let record = state.requests[grant.id] {
                tally.take(record)
                book.take(record.resources.devices.count, for: book.number(of: record.team))
            }
        }
        var kept: Set<LeaseID> = [], seen: Set<LeaseID> = []
        for id in underWay.sorted() + proposedReclaims.map(\.request) where seen.insert(id).inserted {
            guard let record = state.requests[id] else { continue }
            let team = book.number(of: record.team), count = record.resources.devices.count
            guard book.promise(team, allows: count), tally.admits(record) else { continue }
            tally.take(record)
            book.promise(count, to: team)
            kept.insert(id)
        }
        return proposedReclaims.filter { kept.contains($0.request) }
    }

    private mutating func grant(_ waiter: Waiter, at position: Position, _ standing: Standing, _ placement: Placement) {
        let node = pool.node(placement.node).record
        let reasons = watched == nil ? reasons(for: waiter, at: position, standing, placement) : []
        pool.take(placement, for: waiter.id, until: waiter.endsAt)
        teams.take(waiter.deviceCount, for: waiter.team)
        if !beneficiaries.contains(waiter.id) { count(waiter) }
        if standing == .guaranteed, let team = waiter.team {
            guaranteedGrants.append((position, team, teams.entries[team].held))
        }
        grants.append(
            Grant(
                id: waiter.id,
                allocation: Allocation(
                    node: node.name, devices: placement.slots.map { node.slots[$0].device.key }, cores: placement.cores,
                    memory: placement.memory),
                reasons: reasons))
        recheck(placement.node)
    }

    private func reclaimFails(_ shape: Int, lasting span: TimeSpan) -> Bool {
        reclaimFailed[shape].map { $0 <= span } ?? false
    }

    private func isUnderReservation(_ shape: Int) -> Bool { pool.shape(shape).resources.reservation != nil }

    private mutating func recheckAll() {
        for place in startable.indices.reversed() {
            let number = startable[place].shape, shortest = state.index.queue.shapes[number].shortest
            if let found = pool.placement(of: number, until: now + shortest) {
                startable[place].node = found.node
            } else {
                mayStart[number] = false
                startable.remove(at: place)
            }
        }
    }

    /// Something of a node is gone: what could have started there must start elsewhere, or can't.
    private mutating func recheck(_ node: Int) {
        for place in startable.indices.reversed() where startable[place].node == node {
            let entry = state.index.queue.shapes[startable[place].shape]
            if Self.isWanted(entry, state.index.queue, teams),
                let other = pool.placement(of: startable[place].shape, until: now + entry.shortest)
            {
                startable[place].node = other.node
            } else {
                mayStart[startable[place].shape] = false
                startable.remove(at: place)
            }
        }
    }

    /// Sees more of the line; false: it ends before.
    mutating func sees(_ run: Int) -> Bool { line.hasRun(run) }
}

/// Where a visit is in a lane.
private struct Cursor {
    let lane: Lane
    private(set) var place: Int
    private let end: Int
    /// The request's place, which for one that waits again is not its number.
    private(set) var id: LeaseID

    init?(_ lane: Lane, _ part: Range<Int>) {
        guard !part.isEmpty else { return nil }
        (self.lane, place, end, id) = (lane, part.lowerBound, part.upperBound, lane.ids[part.lowerBound])
    }

    mutating func advance() -> Bool {
        place += 1
        if place < end { id = lane.ids[place] }
        return place < end
    }
}
