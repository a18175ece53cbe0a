import FleetModel

extension LedgerState {
    /// The request that waits again in place of one whose lease closes now; nil: none does.
    func requeue(of record: RequestRecord) -> Event? {
        guard record.waitsAgain else { return nil }
        let count = (record.requeue?.count ?? 0) + 1
        return .requestSubmitted(
            RequestSubmitted(
                id: nextID, user: record.user, team: team(of: record.user), name: record.name, kind: record.kind,
                resources: record.resources, duration: record.duration, wishes: record.wishes,
                requeue: Requeue(of: record.id, first: record.place, firstSubmittedAt: record.askedAt, count: count),
                forecast: record.forecast))
    }

    func observeTelling(of key: AttemptKey, _ end: AnnouncedEnd) -> [Event] {
        guard let lease = newestAttempt(key), lease.phase.isLive, let warning = lease.warning, !warning.told.contains(end)
        else { return [] }
        return [.workTold(WorkTold(attempt: key, end: end))]
    }
}

extension RequestRecord {
    /// It waits again once its lease is closed, or does so already. What runs under a reservation does not: that may be over by
    /// then, and was its time.
    package var waitsAgain: Bool {
        guard wishes?.requeues ?? false, resources.reservation == nil, let reason = lease?.ending?.reason,
            reason.isNobodysWish
        else { return false }
        return (requeue?.count ?? 0) < WorkWishes.mostRequeues
    }
}
