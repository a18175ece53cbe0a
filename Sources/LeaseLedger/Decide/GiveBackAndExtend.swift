import FleetModel

extension LedgerState {
    func decideGiveBack(_ id: LeaseID, _ requester: Requester, at now: Timestamp) throws(Rejection) -> [Event] {
        let record = try ownedRecord(id, requester)
        switch record.phase {
        case .waiting: return [.requestCancelled(RequestCancelled(id: id, by: requester.user))]
        case .refused, .cancelled: throw .alreadyOver(id, phase: record.phase)
        case .granted: break
        }
        guard let lease = record.lease, lease.phase.isLive else { throw .alreadyOver(id, phase: record.phase) }
        guard lease.phase.mayBecome(.ending) else { throw .alreadyEnding(id) }
        return [ending(id, because: .returned(by: requester.user), at: now)]
    }

    func decideExtension(
        _ id: LeaseID, by span: TimeSpan, _ requester: Requester, at now: Timestamp
    ) throws(Rejection) -> [Event] {
        guard span > .zero else { throw .durationNotPositive(span) }
        let record = try ownedRecord(id, requester)
        guard record.phase == .granted || record.phase == .waiting else { throw .alreadyOver(id, phase: record.phase) }
        guard let lease = record.lease else { throw .notGrantedYet(id) }
        guard lease.phase.isLive else { throw .alreadyOver(id, phase: record.phase) }
        guard lease.phase.mayBecome(.ending) else { throw .alreadyEnding(id) }
        let endsAt = lease.endsAt + span
        // Its time was over before this came, and the extension does not reach to now.
        guard endsAt > now else { throw .alreadyEnding(id) }
        guard endsAt - now <= policy.longestDuration else {
            throw .durationTooLong(asked: endsAt - now, longest: policy.longestDuration)
        }
        if let reclaim = lease.reclaim {
            throw .beingReclaimed(id, for: reclaim.for, until: max(.zero, reclaim.endsAt - now))
        }
        try checkLimits(record, lease, until: endsAt, at: now)
        try checkDrain(id, lease, until: endsAt, at: now)
        try checkReservations(record, lease, until: endsAt, at: now)
        for case .backfilled(let holder, let freeUntil) in lease.reasons
        where requests[holder]?.phase == .waiting && endsAt > freeUntil {
            throw .heldForAnother(id, holder: holder, until: max(.zero, freeUntil - now))
        }
        return [.leaseExtended(LeaseExtended(id: id, endsAt: endsAt, by: requester.user))]
    }

    /// Ends every lease whose time is over, and those whose notice is, as far as they are still to be taken back.
    func expirations(at now: Timestamp) -> [Event] {
        let due = index.ends.partitioningIndex { $0.at > now }
        var reclaims = ReclaimReview(self, at: now)
        return (0..<due).map { index.ends[$0].id }.sorted().map { id in
            guard let lease = requests[id]?.lease, let reclaim = lease.reclaim, reclaim.endsAt <= now else {
                return ending(id, because: timeOver(id, at: now), at: now)
            }
            if reclaims.stands(id) { return ending(id, because: .preempted, at: now) }
            return lease.endsAt <= now || lease.drainAt.map { $0 <= now } ?? false
                ? ending(id, because: timeOver(id, at: now), at: now) : .reclaimWithdrawn(ReclaimWithdrawn(id: id))
        }
    }

    /// Its own time is over, or that of its node.
    private func timeOver(_ id: LeaseID, at now: Timestamp) -> EndReason {
        requests[id]?.lease.map { $0.endsAt > now && $0.drainAt != nil } ?? false ? .drained : .expired
    }

    func ending(_ id: LeaseID, because reason: EndReason, at now: Timestamp) -> Event {
        .leaseEnding(LeaseEnding(id: id, reason: reason, killAt: now + policy.grace))
    }

    func ownedRecord(_ id: LeaseID, _ requester: Requester) throws(Rejection) -> RequestRecord {
        guard let record = requests[id] else { throw .unknown(id) }
        guard record.user == requester.user || requester.isAdministrator else { throw .notYours(id, owner: record.user) }
        return record
    }
}
