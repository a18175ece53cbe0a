import Foundation
import GRDB
package import FleetModel
import LeaseLedger

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
    /// Events in order above a sequence, at most `limit`, in the form in which they are stored; nil: from the first on
    /// that is kept. Throws `ArchiveError` when some of them are no longer kept, and else `StoreError`.
    package func exportedEvents(after given: Int64?, limit: Int) async throws -> [ExportedEvent] {
        let result: Result<[ExportedEvent], ArchiveError> = try await read { database in
            let sequence = try given ?? Self.baseSequence(database)
            if let trouble = try Self.objection(toAfter: sequence, database) { return .failure(trouble) }
            let events = try Row.fetchAll(
                database,
                sql:
                    "SELECT sequence, at, kind, version, subject, body FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?",
                arguments: [sequence, limit]
            ).map { row in
                ExportedEvent(
                    sequence: row["sequence"], at: Timestamp(milliseconds: row["at"]), kind: row["kind"],
                    version: row["version"], subject: row["subject"], body: row["body"])
            }
            for (place, event) in events.enumerated() where event.sequence != sequence + Int64(place) + 1 {
                throw StoreError.damaged(
                    path: self.files.database, detail: "event \(sequence + Int64(place) + 1) is missing")
            }
            return .success(events)
        }
        return try result.get()
    }
}
