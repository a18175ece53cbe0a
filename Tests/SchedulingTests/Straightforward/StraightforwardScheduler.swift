import FleetModel
import LeaseLedger

/// The same policy without any index: every pass sorts the whole queue and looks at every request and every device. What
/// `Scheduler.plan` must agree with, whatever it leaves out to be fast.
enum StraightforwardScheduler {
    static func plan(_ state: LedgerState, at given: Timestamp) -> Plan {
        guard !state.waiting.isEmpty else { return Plan() }
        let now = max(given, state.time)
        var pass = SchedulingPass(state, at: now)
        let refusals = pass.neverFitting.filter {
            if case .aboveTeamLimit = $0.refusal { return true }
            return state.requests[$0.id]?.submittedAt == now && state.requests[$0.id]?.requeue == nil
        }
        guard pass.anythingCanStart else { return Plan(refusals: refusals) }
        pass.walk()
        return Plan(grants: pass.grants, refusals: refusals)
    }
}
