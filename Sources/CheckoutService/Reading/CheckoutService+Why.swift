package import FleetModel
package import LeaseLedger
import Scheduling

extension CheckoutService {
    /// Why a request waits, or why it got its devices when it did, in sentences; nil: there is nothing to explain.
    package func sentences(about record: RequestRecord) -> [String]? {
        if let explained = Scheduler.explain(record.id, in: state, at: clock.now()) { return explained.sentences }
        return record.lease.map { lease in lease.reasons.map { $0.sentence(for: record.user, at: lease.grantedAt) } }
    }

    /// Who waits, in the order in which devices are offered.
    package var line: [LeaseID] { Scheduler.line(state, at: clock.now()) }

    /// The place in line of a request that waits, from 1; nil: it does not wait, or nothing known can hold it.
    package func position(of record: RequestRecord) -> Int? {
        guard case .waiting(let waiting)? = Scheduler.explain(record.id, in: state, at: clock.now()) else { return nil }
        if case .neverFits = waiting.reason { return nil }
        return waiting.position
    }
}
