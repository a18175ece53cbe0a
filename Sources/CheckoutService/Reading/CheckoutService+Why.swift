package import FleetModel
package import LeaseLedger
import Scheduling

/// Why a request waits, or why it got its devices when it did.
package struct RequestReasons: Sendable {
    /// Sentences for its user.
    package let words: [String]
    /// Its place in line, from 1; nil: it does not wait, or nothing known can hold it.
    package var position: Int?
    /// The limit that keeps it waiting, if that is why.
    package var limit: LimitReached?
    /// When limits let it start if leases end as they say and nothing else begins; nil: nothing says when, or none keeps it.
    package var notBefore: Timestamp?
}

extension CheckoutService {
    /// nil: there is nothing to explain.
    package func reasons(for record: RequestRecord) -> RequestReasons? {
        guard let explained = Scheduler.explain(record.id, in: state, at: clock.now()) else {
            return record.lease.map { lease in
                RequestReasons(words: lease.reasons.map { $0.sentence(for: record.user, at: lease.grantedAt) })
            }
        }
        var reasons = RequestReasons(words: explained.sentences)
        guard case .waiting(let waiting) = explained else { return reasons }
        if case .neverFits = waiting.reason { return reasons }
        reasons.position = waiting.position
        if case .limit(let hit) = waiting.reason { (reasons.limit, reasons.notBefore) = (hit.reached, hit.notBefore) }
        return reasons
    }

    /// As `reasons`, the sentences alone.
    package func sentences(about record: RequestRecord) -> [String]? { reasons(for: record)?.words }

    /// Who waits, in the order in which devices are offered.
    package var line: [LeaseID] { lineBook.line(of: state, at: clock.now()) }

    /// What a user asked for that is not over, the newest last.
    package func open(of user: UserName) -> [LeaseID] { lineBook.open(of: user, in: state) }
}
