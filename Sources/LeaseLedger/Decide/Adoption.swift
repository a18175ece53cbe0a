package import FleetModel

extension LedgerState {
    /// Verifies a plan device by device: each grant against the state that the ones before it leave.
    func decideAdoption(of plan: Plan, at now: Timestamp) throws(Rejection) -> [Event] {
        var events: [Event] = []
        var next = self
        var applied = 0
        // The last ones are applied by the caller alone: nothing is judged by them here.
        func applyRest() {
            for event in events[applied...] {
                next.apply(RecordedEvent(sequence: next.sequence + 1, at: now, event: event))
            }
            applied = events.count
        }
        for refused in plan.refusals {
            applyRest()
            guard next.requests[refused.id]?.phase == .waiting else { throw .staleGrant(refused.id, .notWaiting) }
            events.append(.requestRefused(RequestRefused(id: refused.id, refusal: refused.refusal)))
        }
        for grant in plan.grants {
            applyRest()
            guard let record = next.requests[grant.id], record.phase == .waiting else {
                throw .staleGrant(grant.id, .notWaiting)
            }
            if let stale = next.objection(to: grant, for: record, at: now) { throw .staleGrant(grant.id, stale) }
            events.append(
                .leaseGranted(
                    LeaseGranted(
                        id: grant.id, allocation: grant.allocation, endsAt: next.end(of: record, from: now),
                        reasons: grant.reasons)))
            events.append(.attemptStarting(AttemptStarting(attempt: AttemptKey(lease: grant.id, number: attemptsAbove + 1))))
        }
        for id in plan.withdrawals {
            applyRest()
            events.append(try next.decideWithdrawal(of: id))
        }
        for reclaim in plan.reclaims {
            applyRest()
            events.append(try next.decideReclaim(reclaim, at: now))
        }
        return events
    }

    /// Why a grant can't hold in this state; nil: it can.
    private func objection(to grant: Grant, for record: RequestRecord, at now: Timestamp) -> Rejection.StaleGrant? {
        let allocation = grant.allocation
        guard let place = nodeIndex(of: allocation.node) else { return .unknownNode(allocation.node) }
        let node = nodes[place]
        guard node.contact == .known else { return .nodeOutOfContact(node.name) }
        guard node.cordon == nil else { return .nodeCordoned(node.name) }
        let asked = record.resources.devices.count
        guard allocation.devices.count == asked else {
            return .wrongDeviceCount(asked: asked, planned: allocation.devices.count)
        }
        for (index, key) in allocation.devices.enumerated() {
            if index > 0, allocation.devices[index - 1] == key { return .deviceNamedTwice(key) }
            guard let slot = node.slotIndex(of: key), node.slots[slot].isFree else { return .deviceNotFree(key) }
            guard record.resources.devices.matches(node.slots[slot].device) else { return .deviceDoesNotMatch(key) }
        }
        let cores = record.resources.cores ?? .zero, memory = record.resources.memory ?? .zero
        guard allocation.cores >= cores else { return .fewerCoresThanAsked(asked: cores, planned: allocation.cores) }
        guard allocation.memory >= memory else { return .lessMemoryThanAsked(asked: memory, planned: allocation.memory) }
        guard allocation.cores <= node.coresFree else {
            return .notEnoughCores(asked: allocation.cores, free: node.coresFree)
        }
        guard allocation.memory <= node.memoryFree else {
            return .notEnoughMemory(asked: allocation.memory, free: node.memoryFree)
        }
        if let reserved = reservationObjection(to: allocation, for: record, on: place, at: now) { return reserved }
        // Work without devices takes nothing of a team's share, even where a lowered limit is exceeded already.
        if asked > 0, let limit = team(named: record.team)?.limit {
            let held = devicesHeld(by: record.team)
            if held + asked > limit { return .aboveTeamLimit(held: held, asked: asked, limit: limit) }
        }
        let limit = limitReached(
            by: record.user, in: record.team, asking: asked, lasting: record.duration, at: now)
        return limit.map { .aboveLimit($0) }
    }

    /// The devices that a team holds now.
    package func devicesHeld(by team: TeamName) -> Int { index.devicesHeld(by: team) }
}
