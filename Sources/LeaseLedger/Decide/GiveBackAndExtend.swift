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
        for case .backfilled(let holder, let freeUntil) in lease.reasons
        where requests[holder]?.phase == .waiting && endsAt > freeUntil {
            throw .heldForAnother(id, holder: holder, until: max(.zero, freeUntil - now))
        }
        return [.leaseExtended(LeaseExtended(id: id, endsAt: endsAt, by: requester.user))]
    }

    /// Ends every lease whose time is over.
    func expirations(at now: Timestamp) -> [Event] {
        let due = index.ends.partitioningIndex { $0.at > now }
        return (0..<due).map { index.ends[$0].id }.sorted().map { ending($0, because: .expired, at: now) }
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
