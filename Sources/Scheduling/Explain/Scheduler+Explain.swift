package import FleetModel
package import LeaseLedger

extension Scheduler {
    /// Why a request waits, or why it got its devices when it did; nil: the ledger does not know the number.
    ///
    /// For a request that waits it walks the whole line once, as `plan` does.
    package static func explain(_ id: LeaseID, in state: LedgerState, at given: Timestamp) -> WaitExplanation? {
        guard let record = state.requests[id] else { return nil }
        let now = max(given, state.time)
        switch record.phase {
        case .refused: return record.refusal.map { .refused(id, $0) }
        case .cancelled: return .cancelled(id, by: record.cancelledBy)
        case .granted:
            return record.lease.map { .granted(id, user: record.user, reasons: $0.reasons, at: $0.grantedAt) }
        case .waiting: break
        }
        var pass = SchedulingPass(state, at: now, ReclaimsUnderWay(state, at: now))
        pass.watched = id
        pass.walk()
        return .waiting(pass.explanation(of: record))
    }
}

extension SchedulingPass {
    func explanation(of record: RequestRecord) -> WaitingExplanation {
        let place = walked.firstIndex { $0.waiter.id == record.id }
        var before: [Ahead] = []
        if let place {
            before = walked[max(0, place - Ahead.mostListed)..<place].map { ahead($0, of: walked[place]) }
        }
        let hold = pool.holds.first { $0.id == record.id }
        let waiter = place.map { walked[$0].waiter }
        let pool = poolAtTurn ?? pool
        var earliest = waiter.flatMap { pool.earliestStart(of: $0.shape, lasting: $0.span) }?.at
        let reason = reason(record, waiter)
        if case .limit(let hit) = reason {
            earliest = earliest.flatMap { start in hit.notBefore.map { max($0, start) } }
        }
        let isGranted = grants.contains { $0.id == record.id }
        return WaitingExplanation(
            id: record.id, user: record.user, devices: record.resources.devices.count, at: now,
            waitedFor: now - record.askedAt,
            position: (place ?? 0) + 1, lineLength: walked.count, ahead: before, reason: reason,
            held: hold.map { hold in
                let node = pool.node(hold.node).record
                return HeldDevices(
                    node: node.name, devices: hold.slots.map { node.slots[$0].device.key }, since: hold.since)
            },
            holdsFrom: record.askedAt + state.policy.holdAfter,
            expectedStart: isGranted
                ? ExpectedStart(earliest: now, latest: now) : ExpectedStart(earliest: earliest, latest: hold?.shadow))
    }

    private func ahead(
        _ entry: (waiter: Waiter, standing: Standing), of other: (waiter: Waiter, standing: Standing)
    ) -> Ahead {
        let waiter = entry.waiter, mine = other.waiter
        let why: Ahead.Why
        if entry.standing == .guaranteed, other.standing != .guaranteed, let team = waiter.team {
            let numbers = TeamBook(state).entries[team]
            why = .guaranteed(team: numbers.name, held: numbers.held, guarantee: numbers.guarantee)
        } else if entry.standing == .overdue, other.standing == .regular, let since = waiter.overdueSince {
            why = .heldFor(since: since)
        } else {
            why = waiter.usage < mine.usage ? .usedLess(theirs: waiter.usage, yours: mine.usage) : .older
        }
        return Ahead(id: waiter.id, user: waiter.user, why: why)
    }

    private func reason(_ record: RequestRecord, _ waiter: Waiter?) -> WaitReason {
        if let refusal = refusal(of: record) { return .neverFits(refusal) }
        guard let waiter, let pool = poolAtTurn, let teams = teamsAtTurn else { return .startsNow }
        if state.nodes.isEmpty { return .noNodeKnown }
        if grants.contains(where: { $0.id == record.id }) { return .startsNow }
        if let (entry, limit) = teams.limit(waiter.team, forbids: waiter.deviceCount) {
            return .teamLimit(team: entry.name, held: entry.held, asked: waiter.deviceCount, limit: limit)
        }
        if let limit = limitAtTurn { return .limit(limitHit(limit, record)) }
        if let own = awaitedReservation(of: record) { return own }
        if let taken = takenBack(for: waiter) { return .takenBack(taken) }
        if pool.couldStart(waiter.shape) {
            return heldForAnother(waiter, pool) ?? reservedForOthers(waiter, pool) ?? .startsNow
        }
        if pool.untouched.couldStart(waiter.shape), let first = whoTookIt(from: waiter) { return .goesFirst(first) }
        guard let start = pool.earliestStart(of: waiter.shape, lasting: waiter.span) else {
            return unusable(waiter, pool)
        }
        return busy(waiter, start, pool)
    }

    private func takenBack(for waiter: Waiter) -> WaitReason.TakenBack? {
        let first = state.index.takenBack.partitioningIndex { $0.request >= waiter.id }
        var leases: [WaitReason.TakenBack.Lease] = []
        var node: NodeName?, endsAt = Timestamp(milliseconds: .min)
        for taken in state.index.takenBack[first...] {
            guard taken.request == waiter.id else { break }
            guard let record = state.requests[taken.lease], let lease = record.lease, let reclaim = lease.reclaim else {
                continue
            }
            node = lease.allocation.node
            endsAt = max(endsAt, reclaim.endsAt)
            leases.append(
                WaitReason.TakenBack.Lease(
                    id: taken.lease, user: record.user, team: record.team, devices: lease.allocation.devices.count))
        }
        return node.map {
            WaitReason.TakenBack(
                node: $0, asked: waiter.deviceCount, leases: leases, endsAt: endsAt, grace: state.policy.grace)
        }
    }

    /// The last one before it that was granted in this walk: without it there would have been room, or less was lacking.
    private func whoTookIt(from waiter: Waiter) -> Ahead? {
        guard let place = walked.firstIndex(where: { $0.waiter.id == waiter.id }) else { return nil }
        let granted = Set(grants.map(\.id))
        let taker = walked[..<place].last { granted.contains($0.waiter.id) }
        return taker.map { ahead($0, of: walked[place]) }
    }

    private func heldForAnother(_ waiter: Waiter, _ pool: Pool) -> WaitReason? {
        for node in state.nodes.indices where state.nodes[node].takesLeases {
            guard let number = pool.node(node).holds.first(where: { waiter.endsAt > pool.holds[$0].shadow }),
                let start = pool.earliestStart(
                    of: waiter.shape, on: node, lasting: waiter.span, besideHolds: false), start.at <= now
            else { continue }
            let hold = pool.holds[number]
            return .heldForAnother(
                hold.id, user: state.requests[hold.id]?.user ?? waiter.user, since: hold.since,
                node: state.nodes[node].name, until: hold.shadow)
        }
        return nil
    }

    private func busy(_ waiter: Waiter, _ start: EarliestStart, _ pool: Pool) -> WaitReason {
        let node = pool.node(start.node)
        let matching = waiter.deviceCount == 0 ? [] : pool.matching(waiter.shape, on: start.node)
        let free = matching.count { node.isFree[$0] }
        if free >= waiter.deviceCount {
            if start.cores > node.coresFree {
                return .coresBusy(
                    node: node.record.name, devices: waiter.deviceCount, asked: start.cores, free: node.coresFree,
                    enoughAt: start.at)
            }
            return .memoryBusy(node: node.record.name, asked: start.memory, free: node.memoryFree, enoughAt: start.at)
        }
        let holders = pool.occupancies(on: start.node).compactMap { item -> WaitReason.BusyDevices.Holder? in
            let count = item.slots.count { matching.contains($0) }
            guard count > 0 else { return nil }
            return WaitReason.BusyDevices.Holder(
                lease: item.id, user: state.requests[item.id]?.user ?? waiter.user, devices: count, freeAt: pool.freeAt(item)
            )
        }
        let never = Timestamp(milliseconds: .max)
        return .devicesBusy(
            WaitReason.BusyDevices(
                node: node.record.name, asked: waiter.deviceCount, free: free,
                leavesOutKinds: leavesOutKinds(waiter, pool),
                holders: holders.sorted { ($0.freeAt ?? never, $0.lease) < ($1.freeAt ?? never, $1.lease) },
                enoughAt: start.at))
    }

    private func leavesOutKinds(_ waiter: Waiter, _ pool: Pool) -> Bool {
        state.nodes.indices.contains { pool.matching(waiter.shape, on: $0).count < state.nodes[$0].slots.count }
    }

    private func unusable(_ waiter: Waiter, _ pool: Pool) -> WaitReason {
        let entry = state.index.queue.shapes[waiter.shape]
        let suitable = state.nodes.indices.filter { state.holdsTogether(entry.shape, entry.kinds, on: $0) }
        guard let place = suitable.first(where: { state.nodes[$0].takesLeases }) else {
            let cordoned = suitable.map { state.nodes[$0] }.filter { $0.contact == .known }.compactMap { node in
                node.cordon.map { WaitReason.CordonedNode(name: node.name, why: $0.reason.sentence) }
            }
            return cordoned.isEmpty ? .outOfContact(suitable.map { state.nodes[$0].name }) : .cordoned(cordoned)
        }
        let node = pool.node(place)
        let slots = pool.matching(waiter.shape, on: place).map { node.record.slots[$0] }
        let conditions = slots.map(\.condition.kind)
        let unproven = pool.occupancies(on: place).filter { $0.backAt == nil }.reduce(0) { $0 + $1.slots.count }
        return .devicesUnusable(
            node: node.record.name, asked: waiter.deviceCount, missing: conditions.count { $0 == .missing },
            frozen: conditions.count { $0 == .frozen },
            quarantined: slots.count { $0.condition == .offered && $0.quarantine != nil }, unproven: unproven,
            outside: slots.count { $0.condition == .offered && $0.quarantine == nil && $0.isUsedOutside })
    }
}
