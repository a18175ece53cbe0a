import FleetModel
import LeaseLedger

/// Who waits again, by the rule: whoever wished so and lost the lease to the policy, a node or a device, ten times at most.
extension Auditor {
    func mustWaitAgain(_ known: Case) -> Bool {
        guard known.wishes.requeues == true, !known.isReserved, known.requeues < 10 else { return false }
        switch known.reason {
        case .preempted, .drained, .nodeLost, .deviceFailed: return true
        default: return false
        }
    }

    func objection(to requeue: Requeue, _ event: RequestSubmitted) -> String? {
        guard let old = cases[requeue.of] else {
            return "request \(event.id) waits again for \(requeue.of), which nobody knows"
        }
        if old.isRequeued { return "request \(requeue.of) waits again twice" }
        if old.status != .ending { return "request \(requeue.of) waits again, and is not at its end" }
        if requeue.count != old.requeues + 1 { return "request \(event.id) miscounts how often it waits" }
        if old.owner != event.user || old.asked != event.resources.devices.count || old.wishes != event.wishes {
            return "request \(event.id) is not what \(requeue.of) was"
        }
        return mustWaitAgain(old) ? nil : "request \(requeue.of) waits again, and nobody wished so"
    }
}
