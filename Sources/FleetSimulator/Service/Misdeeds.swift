import FleetModel
import LeaseLedger

/// What the planted bugs do to batches. What comes out is a log that a wrong ledger could have written, and a state that
/// agrees with it.
enum Misdeeds {
    static func rewrite(
        _ draft: inout ServiceModel.Draft, from base: LedgerState, _ auditor: Auditor, _ bug: PlantedBug
    ) {
        guard
            [
                .chargesTooMuch, .blamesTheUser, .extendsTwice, .endsEarly, .givesNoNotice, .endsForNobody, .takesTooSoon,
                .reachesIntoReservations, .reservesWhatIsTaken, .lapsesAtOnce, .drainsTooSoon,
            ].contains(bug)
        else { return }
        var state = base
        var events: [RecordedEvent] = []
        func add(_ event: Event, at now: Timestamp) {
            events.append(RecordedEvent(sequence: state.sequence + 1, at: now, event: event))
            state.apply(events[events.count - 1])
        }
        for recorded in draft.batch.events {
            add(distort(recorded, state, bug) ?? recorded.event, at: recorded.at)
        }
        if bug == .endsEarly, let soon = try? state.decide(.advanceClock, at: draft.batch.at + .minutes(2)) {
            for event in soon { add(event, at: max(draft.batch.at, state.time)) }
        }
        if bug == .takesTooSoon {
            for event in draft.batch.events { takeTooSoon(event, state).forEach { add($0, at: state.time) } }
        }
        draft.events = events
        draft.state = state
        draft.auditor = auditor
        draft.auditor.take(events)
        for place in draft.answers.indices {
            guard case .success(let told) = draft.answers[place].result else { continue }
            draft.answers[place].result = .success(told.map { events[Int($0.sequence - base.sequence) - 1] })
        }
    }

    /// What would follow from a second warning after its time.
    private static func takeTooSoon(_ recorded: RecordedEvent, _ state: LedgerState) -> [Event] {
        guard case .idleNoticed(let noticed) = recorded.event, case .warnedAgain(let releaseAt) = noticed.notice,
            let lease = state.requests[noticed.id]?.lease
        else { return [] }
        let key = AttemptKey(lease: noticed.id, number: lease.attempt)
        return state.observe(.idle(key, .released, noticed.evidence), at: releaseAt)
    }

    private static func distort(_ recorded: RecordedEvent, _ state: LedgerState, _ bug: PlantedBug) -> Event? {
        switch (bug, recorded.event) {
        case (.chargesTooMuch, .leaseClosed(let event)):
            let key = AttemptKey(lease: event.id, number: state.requests[event.id]?.lease?.attempt ?? 1)
            // Before it comes the request that waits again, where one does: that is in the batch already.
            return state.observe(.verified(key, event.receipt.checks), at: recorded.at + .minutes(1)).first {
                if case .leaseClosed = $0 { true } else { false }
            }
        case (.blamesTheUser, .leaseEnding(let event)):
            guard event.reason == .expired, let owner = state.requests[event.id]?.user else { return nil }
            return try? state.decide(.giveBack(event.id, by: Requester(owner)), at: recorded.at).first
        case (.extendsTwice, .leaseExtended(let event)):
            guard let lease = state.requests[event.id]?.lease else { return nil }
            let span = event.endsAt - lease.endsAt
            let who = Requester(event.by, isAdministrator: true)
            return try? state.decide(.extend(event.id, by: span + span, who), at: recorded.at).first
        case (.givesNoNotice, .leaseReclaiming(let event)):
            return .leaseEnding(LeaseEnding(id: event.id, reason: .preempted, killAt: recorded.at + state.policy.grace))
        case (.endsForNobody, .reclaimWithdrawn(let event)):
            return .leaseEnding(LeaseEnding(id: event.id, reason: .preempted, killAt: recorded.at + state.policy.grace))
        case (.drainsTooSoon, .leaseDraining(let event)):
            return .leaseEnding(LeaseEnding(id: event.id, reason: .drained, killAt: recorded.at + state.policy.grace))
        default: return distortReservations(recorded, state, bug)
        }
    }

    private static func distortReservations(_ recorded: RecordedEvent, _ state: LedgerState, _ bug: PlantedBug) -> Event? {
        switch (bug, recorded.event) {
        case (.reachesIntoReservations, .leaseGranted(let event)):
            return .leaseGranted(
                LeaseGranted(
                    id: event.id, allocation: event.allocation, endsAt: event.endsAt + .hours(3), reasons: event.reasons))
        case (.reservesWhatIsTaken, .reservationMade(let event)):
            let made = event.reservation
            return .reservationMade(
                ReservationMade(
                    reservation: Reservation(
                        id: made.id, owner: made.owner, by: made.by, name: made.name, devices: made.devices,
                        startsAt: recorded.at, endsAt: made.endsAt, allocation: made.allocation)))
        case (.lapsesAtOnce, .reservationBegan(let event)):
            return .reservationEnded(ReservationEnded(id: event.id, end: .lapsed))
        default: return nil
        }
    }

    static func refuseWhoWaits(_ batch: inout LedgerBatch) {
        let late = batch.state.waiting.filter { id in
            batch.state.requests[id].map { $0.submittedAt + .minutes(10) < batch.state.time } ?? false
        }
        guard !late.isEmpty else { return }
        _ = batch.submit(.adopt(Plan(refusals: late.map { RefusedRequest(id: $0, refusal: .neverTogether) })))
    }

    static func bend(_ plan: Plan, _ state: LedgerState, at now: Timestamp, _ bug: PlantedBug) -> Plan {
        switch bug {
        case .favoursHeavyUsers: return favourHeavyUsers(plan, state, at: now)
        case .neverPasses:
            var plan = plan
            plan.grants.removeAll { grant in
                grant.id != state.waiting.first && grant.reasons.contains { if case .passed = $0 { true } else { false } }
            }
            return plan
        default: return plan
        }
    }

    /// Gives what one gets to another who wants the same and used more.
    private static func favourHeavyUsers(_ plan: Plan, _ state: LedgerState, at now: Timestamp) -> Plan {
        var plan = plan
        for (place, grant) in plan.grants.enumerated() {
            guard let record = state.requests[grant.id], state.team(named: record.team)?.limit == nil else { continue }
            let used = state.recentUsage(of: record.user, at: now)
            let taken = plan.grants.map(\.id) + plan.refusals.map(\.id)
            let other = state.waiting.first { id in
                guard !taken.contains(id), let other = state.requests[id], other.user != record.user else { return false }
                return other.resources.devices == record.resources.devices && other.resources.cores == record.resources.cores
                    && other.resources.memory == record.resources.memory
                    && state.team(named: other.team)?.limit == nil && state.recentUsage(of: other.user, at: now) > used
            }
            if let other {
                plan.grants[place] = Grant(id: other, allocation: grant.allocation, reasons: grant.reasons)
            }
        }
        return plan
    }
}
