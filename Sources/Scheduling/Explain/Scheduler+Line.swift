package import FleetModel
package import LeaseLedger

extension Scheduler {
    /// Who waits, in the order in which devices are offered; what nothing known can hold comes last, oldest first.
    ///
    /// It walks the whole line once, as `explain` does.
    package static func line(_ state: LedgerState, at given: Timestamp) -> [LeaseID] {
        guard let first = state.waiting.first, state.waiting.count > 1 else { return Array(state.waiting) }
        let now = max(given, state.time)
        var pass = SchedulingPass(state, at: now, ReclaimsUnderWay(state, at: now))
        pass.watched = first
        pass.walk()
        let line = pass.walked.map(\.waiter.id)
        let isInLine = Set(line)
        return line + state.waiting.filter { !isInLine.contains($0) }
    }
}
