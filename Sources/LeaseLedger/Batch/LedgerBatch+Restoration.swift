package import FleetModel

extension LedgerBatch {
    /// Writes down that this state, a backup's, was put back, and what follows from what was launched since.
    ///
    /// Work that has begun is not begun again: a request that waits in the backup and was launched since is refused with
    /// that reason, and a lease that has had another attempt since ends as not known.
    ///
    /// - Parameters:
    ///   - nextID: what the next request is to be called, at the least.
    ///   - launched: every attempt that the engine has or had, as far as it can be told.
    package mutating func restore(nextID: LeaseID, launched: [AttemptKey]) {
        var highest: [LeaseID: Int] = [:]
        for key in launched { highest[key.lease] = max(highest[key.lease] ?? 0, key.number) }
        let above = launched.reduce(state.attemptsAbove) { max($0, $1.number) }
        let next = launched.reduce(max(state.nextID, nextID)) { max($0, $1.lease.next) }
        take([.ledgerRestored(LedgerRestored(nextID: next, attemptsAbove: above > 0 ? above : nil))])
        for id in state.waiting where highest[id] != nil {
            take([.requestRefused(RequestRefused(id: id, refusal: .begunBeforeRestore))])
        }
        for (id, _, lease) in state.liveLeases where highest[id] ?? 0 > lease.attempt {
            observe(.attemptEnded(AttemptKey(lease: id, number: lease.attempt), .unknown))
        }
    }
}
