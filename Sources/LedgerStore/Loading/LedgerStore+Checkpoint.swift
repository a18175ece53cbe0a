import Foundation
import GRDB
package import FleetModel
package import LeaseLedger
import Synchronization

extension LedgerStore {
    /// How long an idempotency key is remembered.
    package static let keysKept = TimeSpan.days(7)
    /// The newest ones: should one be damaged, the one before it serves.
    static let checkpointsKept = 2

    /// Keeps a state, forgets old idempotency keys and empties the write-ahead log.
    package func checkpoint(_ state: LedgerState) async throws(StoreError) {
        let encoded: (body: Data, digest: Int64)
        do { encoded = try CheckpointCoding.encode(state) } catch {
            throw .failed(code: 0, detail: "the state can't be written: \(StoreJSON.words(for: error))")
        }
        let end = log.withLock { $0 }
        if let broken = end.broken { throw .failed(code: 0, detail: broken) }
        guard state.sequence <= end.last else {
            throw .failed(code: 0, detail: "the state stands at event \(state.sequence), and the log ends with \(end.last)")
        }
        try await write { database in
            try database.inTransaction(.immediate) {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO checkpoint(sequence, version, digest, body) VALUES (?, ?, ?, ?)",
                    arguments: [state.sequence, CheckpointCoding.version, encoded.digest, encoded.body])
                try database.execute(
                    sql: """
                        DELETE FROM checkpoint
                        WHERE sequence NOT IN (SELECT sequence FROM checkpoint ORDER BY sequence DESC LIMIT ?)
                        """, arguments: [Self.checkpointsKept])
                try database.execute(
                    sql: "DELETE FROM answered_key WHERE at < ?",
                    arguments: [(state.time + TimeSpan(milliseconds: -Self.keysKept.milliseconds)).milliseconds])
                return .commit
            }
            // Appends wait for this: a busy reader keeps the write-ahead log until next time.
            try database.execute(sql: "PRAGMA busy_timeout = 0")
            self.trim(database, .truncate)
            try database.execute(sql: "PRAGMA busy_timeout = \(Self.busyTimeoutMilliseconds)")
            if let broken = self.log.withLock({ $0.broken }) { throw StoreError.failed(code: 0, detail: broken) }
        }
    }
}
