import GRDB
import LeaseLedger

extension AppendError {
    /// What is known about a transaction that failed.
    ///
    /// Before COMMIT nothing counts that was written. In COMMIT, a want of room shows when a page is written to the
    /// write-ahead log; the page that makes the transaction count is the last one, so that it is not complete. Any other
    /// failure in COMMIT may come after that page, from syncing it or from the shared index: then the next start may or
    /// may not find the transaction.
    init(_ failure: WriteFailure, committing: Bool) {
        if failure.lacksRoom {
            self = .full(detail: failure.words)
        } else if failure.isFatal {
            self = .outcomeUnknown(detail: failure.words)
        } else {
            switch (failure.error as? DatabaseError)?.resultCode {
            case .SQLITE_BUSY, .SQLITE_CONSTRAINT, .SQLITE_READONLY: self = .refused(detail: failure.words)
            default: self = committing ? .outcomeUnknown(detail: failure.words) : .refused(detail: failure.words)
            }
        }
    }
}
