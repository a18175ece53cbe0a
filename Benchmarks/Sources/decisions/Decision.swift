import FleetModel
import LeaseLedger
import Scheduling

/// One batch as the one writer makes it: on a copy of the state, with one new event, and the scheduler asked once it is in.
/// The only place that knows how the scheduler is called.
enum Decision: String, CaseIterable {
    case submission = "submission"
    case leaseEnd = "lease end"

    /// The state that follows; the one given stays as it is.
    func take(on fleet: BusyFleet) -> LedgerState {
        var batch = LedgerBatch(from: fleet.state, at: fleet.next)
        switch self {
        case .submission:
            _ = batch.submit(BusyFleet.request(7, devices: 1, time: .hours(2)))
        case .leaseEnd:
            batch.observe(.verified(fleet.returning, [CleanCheck(.processesGone, .passed)]))
        }
        batch.finish(scheduling: Scheduler.plan)
        return batch.state
    }

    /// Whether the event did what it is meant to: a benchmark of nothing is quick.
    func happened(from before: LedgerState, to after: LedgerState) -> Bool {
        switch self {
        case .submission: after.waiting.count == before.waiting.count + 1 && after.live.count == before.live.count
        case .leaseEnd: after.waiting.count == before.waiting.count - 1 && after.live.count == before.live.count
        }
    }
}
