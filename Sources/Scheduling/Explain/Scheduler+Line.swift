package import FleetModel
package import LeaseLedger

extension Scheduler {
    /// Who waits, in the order in which devices are offered; what nothing known can hold comes last, oldest first.
    ///
    /// It walks the whole line once, as `explain` does.
    package static func line(_ state: LedgerState, at given: Timestamp) -> [LeaseID] {
        guard let first = state.waiting.first, state.waiting.count > 1 else { return Array(state.waiting) }
        var pass = SchedulingPass(state, at: max(given, state.time))
        pass.watched = first
        pass.walk()
        return pass.walked.map { pass.line.waiters[$0.place].id } + pass.neverFitting.map(\.id)
    }
}
