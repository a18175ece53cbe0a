import GRDB
import LeaseLedger
import Synchronization

/// The durable ledger: one SQLite database in one folder.
///
/// One writer connection, whose every commit is on the disk before `append` returns, and readers that never wait for
/// it. Reads and writes may come from any task.
package final class LedgerStore: Sendable {
    /// The folder that holds the database and the ballast.
    package let directory: String
    let files: StoreFiles
    let pool: DatabasePool
    let ballastBytes: Int64
    let coding = EventCoding.current
    /// Changed on the writer's queue alone.
    let log: Mutex<LogEnd>
    let noticed = Mutex<[StoreNotice]>([])

    init(files: StoreFiles, pool: DatabasePool, ballastBytes: Int64, last: Int64) {
        self.directory = files.directory
        self.files = files
        self.pool = pool
        self.ballastBytes = ballastBytes
        self.log = Mutex(LogEnd(last: last))
    }

    /// Closes the database after what runs now. Closing again does nothing; using a closed store gives an error.
    package func close() throws(StoreError) {
        let wasOpen = log.withLock { log in
            defer { log.broken = log.broken ?? "the store is closed" }
            return log.broken == nil
        }
        // The pool closes its writer before its readers, so that SQLite does not tidy up by itself.
        if wasOpen { pool.writeWithoutTransaction { trim($0, .truncate) } }
        do { try pool.close() } catch { throw StoreError(error, path: files.database) }
    }

    /// What `load` had to work around, oldest first; empty: nothing.
    package var notices: [StoreNotice] { noticed.withLock { $0 } }
}

/// Where the log ends, and whether it may be written.
struct LogEnd: Sendable {
    /// The sequence of the last event; 0: none.
    var last: Int64
    /// Why nothing may be written any more; nil: all is well.
    var broken: String?
    /// Pages written since the write-ahead log was last copied into the database, roughly.
    var pagesSinceTrim = 0
}

/// Something that was wrong and could be worked around.
package enum StoreNotice: Hashable, Sendable, CustomStringConvertible {
    /// A checkpoint can't be used; an older one or the whole log was read instead.
    case checkpointUnusable(sequence: Int64, detail: String)

    package var description: String {
        switch self {
        case .checkpointUnusable(let sequence, let detail):
            "The checkpoint at event \(sequence) can't be used (\(detail)). Nothing is lost: the ledger was read "
                + "from the events before it."
        }
    }
}
