package import FleetModel

extension LedgerState {
    /// What follows from a command; nothing changes yet.
    ///
    /// `at` may lie before the newest event when clocks disagree; the ledger's time never goes back, so that the later
    /// of the two counts.
    package func decide(_ command: Command, at given: Timestamp) throws(Rejection) -> [Event] {
        let now = max(given, time)
        switch command {
        case .submit(let submission): return try decideSubmission(submission)
        case .giveBack(let id, let requester): return try decideGiveBack(id, requester, at: now)
        case .extend(let id, let span, let requester): return try decideExtension(id, by: span, requester, at: now)
        case .setPolicy(let policy, let replaced, let requester):
            return try decidePolicy(policy, replacing: replaced, requester)
        case .setTeam(let change, let requester): return try decideTeam(change, requester)
        case .removeTeam(let name, let requester): return try decideTeamRemoval(name, requester)
        case .move(let user, let team, let requester): return try decideMove(of: user, to: team, requester)
        case .quarantine(let device, let detail, let requester):
            return try decideQuarantine(of: device, detail, requester, at: now)
        case .release(let device, let requester): return try decideRelease(of: device, requester)
        case .cordon(let node, let detail, let requester):
            return try decideCordon(of: node, detail, requester, at: now)
        case .uncordon(let node, let requester): return try decideUncordon(of: node, requester)
        case .adopt(let plan): return try decideAdoption(of: plan, at: now)
        case .advanceClock: return expirations(at: now) + reservationUpkeep(at: now)
        case .keep(let id, let requester): return try decideKeep(id, requester, at: now)
        case .reserve(let wish, let requester): return try decideReservation(wish, requester, at: now)
        case .cancelReservation(let id, let requester): return try decideCancelling(of: id, requester, at: now)
        case .drain(let node, let deadline, let detail, let requester):
            return try decideDrain(of: node, by: deadline, detail, requester, at: now)
        case .revoke(let id, let reason, let requester): return try decideRevocation(of: id, reason, requester, at: now)
        }
    }

    /// Decides and applies in one call. The events say what happened; on a rejection nothing has changed.
    package mutating func handle(_ command: Command, at given: Timestamp) throws(Rejection) -> [RecordedEvent] {
        record(try decide(command, at: given), at: given)
    }

    /// Takes in what was seen. Stale or repeated observations give no event.
    package mutating func handle(_ observation: Observation, at given: Timestamp) -> [RecordedEvent] {
        record(observe(observation, at: given), at: given)
    }

    private mutating func record(_ events: [Event], at given: Timestamp) -> [RecordedEvent] {
        let now = max(given, time)
        return events.map { event in
            let recorded = RecordedEvent(sequence: sequence + 1, at: now, event: event)
            apply(recorded)
            return recorded
        }
    }
}
