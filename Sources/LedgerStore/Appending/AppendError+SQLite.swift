import GRDB
import LeaseLedger

extension AppendError {
    /// What is known about a transaction that failed.
    ///
    /// Before COMMIT nothing counts that was written. In COMMIT, SQLite reports a full disk (code 13) only from
    /// writing a page to the write-ahead log; the page that makes the transaction count is the last one, so that it
    /// is not complete. Any other failure in COMMIT may come after that page, from syncing it or from the shared
    /// index: then the next start may or may not find the transaction.
    init(_ error: any Error, committing: Bool) {
        guard let error = error as? DatabaseError else {
            self = committing ? .outcomeUnknown(detail: "\(error)") : .refused(detail: "\(error)")
            return
        }
        switch error.resultCode {
        case .SQLITE_FULL: self = .full(detail: error.words)
        case .SQLITE_IOERR: self = .outcomeUnknown(detail: error.words)
        case .SQLITE_BUSY, .SQLITE_CONSTRAINT, .SQLITE_READONLY: self = .refused(detail: error.words)
        default: self = committing ? .outcomeUnknown(detail: error.words) : .refused(detail: error.words)
        }
    }
}
