import GRDB
import Synchronization

extension LedgerStore {
    /// After this many pages (8 MiB) the write-ahead log is copied into the database. SQLite could do it by itself, but
    /// it hides a failed sync, after which the database may lack what the log no longer has.
    static let pagesPerTrim = 2_048
    /// What a commit touches at least: the newest page of each table and index, and its parent.
    static let pagesOfCommit = 8
    /// Rows beyond that share pages.
    static let rowsOfPage = 8

    /// Runs after the answer, on the writer's queue.
    func trimIfDue(_ database: Database) {
        guard log.withLock({ $0.pagesSinceTrim >= Self.pagesPerTrim && $0.broken == nil }) else { return }
        log.withLock { $0.pagesSinceTrim = 0 }
        trim(database, .passive)
    }

    /// Copies the write-ahead log into the database, as far as readers let it. `.truncate` also empties the file, so
    /// that nothing deleted lives on in it.
    func trim(_ database: Database, _ kind: Database.CheckpointMode) {
        do throws(WriteFailure) {
            _ = try WriteFailure.watching { try database.checkpoint(kind) }
        } catch {
            // After busy readers or for want of room the log stays as it is, and nothing is lost.
            if error.isFatal { log.withLock { $0.broken = "copying the write-ahead log failed: \(error.words)" } }
        }
    }
}
