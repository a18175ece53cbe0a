import Foundation
import GRDB
package import FleetModel

/// An event as it is stored.
package struct ExportedEvent: Hashable, Sendable {
    package let sequence: Int64
    /// On the ledger's clock.
    package let at: Timestamp
    package let kind: String
    package let version: Int
    /// The request that it is about; nil: none.
    package let subject: Int64?
    /// JSON, as the golden files show it.
    package let body: String
}

extension LedgerStore {
    /// Events in order above a sequence, at most `limit`, in the form in which they are stored.
    package func exportedEvents(after sequence: Int64, limit: Int) async throws(StoreError) -> [ExportedEvent] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql:
                    "SELECT sequence, at, kind, version, subject, body FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?",
                arguments: [sequence, limit]
            ).map { row in
                ExportedEvent(
                    sequence: row["sequence"], at: Timestamp(milliseconds: row["at"]), kind: row["kind"],
                    version: row["version"], subject: row["subject"], body: row["body"])
            }
        }
    }
}
