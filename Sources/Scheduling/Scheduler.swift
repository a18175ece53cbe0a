package import FleetModel
package import LeaseLedger

/// The default policy, in three sentences: a team's guaranteed devices are its own first. Anything spare goes to whoever
/// used least lately, and a request that does not fit may be passed by others until it has waited `policy.holdAfter`.
/// From then on it comes before those who have waited less, and devices are held for it.
///
/// It proposes and decides nothing: the ledger verifies every grant. Pure: the same state and time give the same plan.
///
/// Cost: with W waiting requests, S different shapes among them (`Shape`), N nodes with D devices in all, and L live
/// leases, a pass takes O(W + S·(N + D)) when nothing can start, which is the usual case. When G requests start and H get
/// devices held it takes O(W log W + L + (S + G)·(N + D) + S·(D + L)·log + H·N); S, G and H are small in life. A walk ends
/// as soon as nothing more can start.
package enum Scheduler {
    /// What to grant and what to refuse now. Empty when nothing that waits can start.
    package static func plan(_ state: LedgerState, at given: Timestamp) -> Plan {
        guard !state.waiting.isEmpty else { return Plan() }
        let now = max(given, state.time)
        var pass = SchedulingPass(state, at: now)
        let refusals = pass.refusals
        guard pass.anythingCanStart else { return Plan(refusals: refusals) }
        pass.walk()
        return Plan(grants: pass.grants, refusals: refusals)
    }
}
