import FleetModel

extension LedgerState {
    func decideKeep(_ id: LeaseID, _ requester: Requester, at now: Timestamp) throws(Rejection) -> [Event] {
        let record = try ownedRecord(id, requester)
        guard record.phase == .granted || record.phase == .waiting else { throw .alreadyOver(id, phase: record.phase) }
        guard let lease = record.lease else { throw .notGrantedYet(id) }
        guard lease.phase.isLive else { throw .alreadyOver(id, phase: record.phase) }
        guard lease.phase.mayBecome(.ending) else { throw .alreadyEnding(id) }
        switch policy.idle.keep(lastKept: lease.idle?.keptAt, at: now) {
        case .kept(let until): return [.leaseKept(LeaseKept(id: id, until: until, by: requester.user))]
        case .tooSoon(let next):
            let holds = lease.idle?.keptUntil.map { max(.zero, $0 - now) } ?? .zero
            throw .keptAlready(id, holds: holds, again: next - now)
        }
    }

    /// What is said of a lease is written down before it is done, and a lease is returned only after two warnings of
    /// which both are about the same rest, not before the time that its user was told, and where somebody waits to whom it brings
    /// what nothing else does that comes back already.
    ///
    /// Whoever looked may have looked at an older state: what no longer holds is passed over.
    func observeRest(
        of key: AttemptKey, _ notice: IdleNotice, _ evidence: IdleEvidenceSummary, at now: Timestamp
    ) -> [Event] {
        guard policy.idle.mode != .off, let lease = newestAttempt(key), lease.phase == .running,
            lease.contact == .known, evidence.since <= now, !lease.allocation.devices.isEmpty
        else { return [] }
        let known = lease.idle ?? IdleRecord()
        guard isDue(notice, known, evidence, at: now) else { return [] }
        // Others may have been taken since, and be enough for those who wait.
        if notice == .released, !DeviceDemand(self).wants(key.lease) { return [] }
        let noticed = Event.idleNoticed(IdleNoticed(id: key.lease, notice: notice, evidence: evidence))
        return notice == .released ? [noticed, ending(key.lease, because: .idle, at: now)] : [noticed]
    }

    private func isDue(
        _ notice: IdleNotice, _ known: IdleRecord, _ evidence: IdleEvidenceSummary, at now: Timestamp
    ) -> Bool {
        let notices = known.notices
        /// It was said, and about this rest.
        func holds(_ said: Timestamp?) -> Bool { said.map { $0 >= evidence.since } ?? false }
        if notice == .withdrawn { return notices != IdleNotices() }
        // Where `Keep` began after the rest, the rest begins with its end.
        if known.isKept(at: now) { return false }
        let mayBeTaken = policy.idle.mode == .release
        let isDryRun = idleWatchedSince.map { now < $0 + policy.idle.dryRun } ?? true
        switch notice {
        case .withdrawn: return true
        case .advised: return !holds(notices.advisedAt)
        case .warned(let releaseAt):
            if releaseAt != nil, !mayBeTaken || isDryRun { return false }
            // One that nothing followed in its time is given anew, and so is one that named no time once there is one to name.
            let namesTime = releaseAt.map { $0 > now } ?? false
            return !holds(notices.warnedAt) || namesTime && known.releaseAt.map { $0 < now } ?? true
        case .warnedAgain(let releaseAt):
            let isNews = !holds(notices.warnedAgainAt) || known.releaseAt.map { $0 < now } ?? true
            return mayBeTaken && !isDryRun && holds(notices.warnedAt) && notices.isFirstWarningFresh(at: now)
                && releaseAt > now && isNews
        case .wouldBeReleased: return mayBeTaken && isDryRun && !holds(notices.reportedAt)
        case .released:
            guard mayBeTaken, !isDryRun, holds(notices.warnedAt), holds(notices.warnedAgainAt),
                let first = notices.warnedAt, let second = notices.warnedAgainAt, first < second,
                let promised = known.releaseAt
            else { return false }
            return promised <= now
        }
    }
}

extension IdleSettings {
    /// The first of its numbers that makes no sense; nil: they all do.
    var fieldOutOfRange: Rejection.PolicyField? {
        for timers in [job, session, service] {
            let spans = [timers.warnAfter, timers.warnAgainAfter] + [timers.releaseAfter].compactMap(\.self)
            guard spans.allSatisfy({ $0 > .zero && $0 <= .days(366) }), timers.grace >= .zero, timers.grace <= .days(366),
                timers.busyCores >= .zero
            else { return .idleTimers }
        }
        guard processorOnlyAfter > .zero, longestGap > .zero, (0...100).contains(idleUtilization), powerMargin >= 0,
            memoryChange > .zero, busyTraffic >= 0
        else { return .idleSignals }
        guard !ignoring.contains(.utilization), !ignoring.contains(.looks) else { return .idleSignals }
        guard dryRun >= .zero, dryRun <= .days(366) else { return .idleDryRun }
        // Whoever presses it each time that it may be pressed keeps the lease without a gap.
        guard keepFor > .zero, keepFor <= .days(366), keepEvery >= .zero, keepEvery <= keepFor else { return .idleKeep }
        return nil
    }
}
