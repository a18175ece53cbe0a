package import LeaseLedger
import Scheduling

extension CheckoutService {
    /// Why a request waits, or why it got its devices when it did, in sentences; nil: there is nothing to explain.
    package func sentences(about record: RequestRecord) -> [String]? {
        Scheduler.explain(record.id, in: state, at: clock.now())?.sentences
    }
}
