import Foundation
import FleetModel
import GRDB
package import LeaseLedger
import Synchronization

extension LedgerStore {
    /// The newest usable checkpoint, else the base, and the events after it; nil: the log begins with nothing. A damaged
    /// checkpoint is passed over, with a notice; a damaged base is only when a checkpoint serves.
    package func load() async throws(StoreError) -> (checkpoint: LedgerState?, tail: [RecordedEvent]) {
        let loaded = try await read { database in
            var notices: [StoreNotice] = []
            var checkpoint: LedgerState?
            let base = try Self.baseSequence(database)
            let rows = try Row.fetchAll(
                database, sql: "SELECT * FROM checkpoint WHERE sequence >= ? ORDER BY sequence DESC", arguments: [base])
            for row in rows {
                do throws(CheckpointError) {
                    checkpoint = try CheckpointCoding.decode(row)
                    break
                } catch {
                    notices.append(.checkpointUnusable(sequence: row["sequence"], detail: error.description))
                }
            }
            if checkpoint == nil, base > 0 { checkpoint = try self.base(in: database).state }
            let tail = try self.events(in: database, after: checkpoint?.sequence ?? 0, limit: nil)
            return (checkpoint, tail, notices)
        }
        noticed.withLock { $0 += loaded.2 }
        return (loaded.0, loaded.1)
    }

    /// Events in order, without gaps.
    func events(in database: Database, after sequence: Int64, limit: Int?) throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT sequence, at, kind, version, body FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?",
            arguments: [sequence, limit ?? -1])
        while let row = try rows.next() {
            let event = try event(row)
            guard event.sequence == sequence + Int64(events.count) + 1 else {
                throw StoreError.damaged(
                    path: files.database, detail: "event \(sequence + Int64(events.count) + 1) is missing")
            }
            events.append(event)
        }
        return events
    }

    func event(_ row: Row) throws -> RecordedEvent {
        let sequence: Int64 = row["sequence"]
        do {
            let body: String = row["body"]
            let event = try coding.decode(kind: row["kind"], version: row["version"], body: Data(body.utf8))
            return RecordedEvent(sequence: sequence, at: .init(milliseconds: row["at"]), event: event)
        } catch { throw StoreError.damaged(path: files.database, detail: "event \(sequence): \(error)") }
    }
}
