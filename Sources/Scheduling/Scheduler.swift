package import FleetModel
package import LeaseLedger

/// The default policy, in three sentences: a team's guaranteed devices are its own first. Anything spare goes to whoever
/// used least lately, and a request that does not fit may be passed by others until it has waited `policy.holdAfter`.
/// From then on it comes before those who have waited less, and devices are held for it. What was borrowed beyond a
/// guarantee is taken back after a warning when a request that a guarantee covers waits.
///
/// It proposes and decides nothing: the ledger verifies every grant. Pure: the same state and time give the same plan.
///
/// Cost: a pass finds what it needs by the ledger's index (`LedgerIndex`) and looks only at requests whose turn can change
/// the plan. With S different shapes among the waiting requests (`Shape`) it takes O(S) when nothing can start, which is
/// the usual case, and for each request that starts, or that devices are held for, a time that grows with the logarithm
/// of the devices and of the queue. A walk ends as soon as nothing more can start.
package enum Scheduler {
    /// What to grant and what to refuse now. Empty when nothing that waits can start.
    package static func plan(_ state: LedgerState, at given: Timestamp) -> Plan {
        guard !state.waiting.isEmpty || state.takesAnythingBack else { return Plan() }
        let now = max(given, state.time)
        let underWay = ReclaimsUnderWay(state, at: now)
        if !underWay.grants.isEmpty || !underWay.withdrawals.isEmpty {
            return Plan(grants: underWay.grants, withdrawals: underWay.withdrawals)
        }
        if state.waiting.isEmpty { return Plan() }
        var pass = SchedulingPass(state, at: now, underWay)
        let refusals = pass.refusals
        guard pass.anythingCanStart || pass.anythingToTakeBack else { return Plan(refusals: refusals) }
        pass.walk()
        return Plan(grants: pass.grants, refusals: refusals, reclaims: pass.reclaims)
    }
}
