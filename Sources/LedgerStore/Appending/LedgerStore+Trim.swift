import GRDB
import Synchronization

extension LedgerStore {
    /// After this many commits the write-ahead log is copied into the database. SQLite's own count of pages would do
    /// as well, but it hides a failed sync, after which the database may lack what the log no longer has.
    static let commitsPerTrim = 256

    /// Runs after the answer, on the writer's queue.
    func trimIfDue(_ database: Database) {
        guard log.withLock({ $0.commitsSinceTrim >= Self.commitsPerTrim && $0.broken == nil }) else { return }
        log.withLock { $0.commitsSinceTrim = 0 }
        trim(database, .passive)
    }

    /// Copies the write-ahead log into the database, as far as readers let it. `.truncate` also empties the file, so
    /// that nothing deleted lives on in it.
    func trim(_ database: Database, _ kind: Database.CheckpointMode) {
        do { _ = try database.checkpoint(kind) } catch {
            guard let error = error as? DatabaseError, error.resultCode == .SQLITE_IOERR else {
                // Busy readers or a full disk: the log stays, and nothing is lost.
                return
            }
            log.withLock { $0.broken = "copying the write-ahead log failed: \(error.words)" }
        }
    }
}
