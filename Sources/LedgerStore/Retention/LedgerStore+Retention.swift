package import FleetModel
import Foundation
import GRDB
import LeaseLedger
import Synchronization

extension LedgerStore {
    /// So many events go into one base at a time: a reader's snapshot must not last, and a crash costs little.
    static let eventsPerBase = 20_000
    /// What appends wait for at most.
    static let rowsPerTransaction = 500

    /// Deletes the events before a time, and the records of requests that were over then. What they gave is kept as a
    /// base, from which the rest replays: it is made by replay from the base before, written, read back and compared, and
    /// only then anything goes. Appends go on meanwhile. The file keeps its size and its free pages are used again.
    ///
    /// One at a time. A call that was cut off by a crash is finished by the next one.
    /// - Parameter limit: so many events go at most, the oldest; what a cut-off call left counts too.
    /// - Returns: how many events went.
    @discardableResult
    package func deleteEvents(before time: Timestamp, atMost limit: Int = .max) async throws(StoreError) -> Int {
        var deleted = try await deleteCovered()
        while deleted < limit, try await moveBase(before: time, atMost: min(Self.eventsPerBase, limit - deleted)) {
            deleted += try await deleteCovered()
        }
        return deleted
    }

    /// How many events are kept.
    package func keptEvents() async throws(StoreError) -> Int {
        let base = try await read { try Self.baseSequence($0) }
        return Int(log.withLock { $0.last } - base)
    }

    /// false: nothing is old enough.
    private func moveBase(before time: Timestamp, atMost limit: Int) async throws(StoreError) -> Bool {
        guard let next = try await read({ try self.replayed(in: $0, before: time, atMost: limit) }) else { return false }
        let encoded: (body: Data, digest: Int64)
        do { encoded = try CheckpointCoding.encode(next) } catch {
            throw .failed(code: 0, detail: "the state can't be written: \(StoreJSON.words(for: error))")
        }
        try await change { database in
            try database.execute(sql: "DELETE FROM base WHERE NOT in_force")
            try database.execute(
                sql: "INSERT INTO base(sequence, version, digest, body, in_force) VALUES (?, ?, ?, ?, 0)",
                arguments: [next.sequence, CheckpointCoding.version, encoded.digest, encoded.body])
            return encoded.body.count / 4_096
        }
        guard try await read({ try self.nextBase(in: $0)?.state }) == next else {
            throw .damaged(path: files.database, detail: "a state was read otherwise than it was written")
        }
        let keysBefore = next.time.milliseconds
        try await change { database in
            try database.execute(sql: "DELETE FROM base WHERE in_force")
            try database.execute(sql: "UPDATE base SET in_force = 1 WHERE sequence = ?", arguments: [next.sequence])
            // Nothing leads on from these.
            try database.execute(sql: "DELETE FROM checkpoint WHERE sequence < ?", arguments: [next.sequence])
            try database.execute(sql: "DELETE FROM answered_key WHERE at < ?", arguments: [keysBefore])
            return encoded.body.count / 4_096
        }
        return true
    }

    /// The state after the events that are old enough; nil: there are none.
    private func replayed(in database: Database, before time: Timestamp, atMost limit: Int) throws -> LedgerState? {
        var state = try base(in: database).state
        let start = state.sequence
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT sequence, at, kind, version, body FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?",
            arguments: [start, limit])
        while let row = try rows.next() {
            let event = try event(row)
            guard event.sequence == state.sequence + 1 else {
                throw StoreError.damaged(path: files.database, detail: "event \(state.sequence + 1) is missing")
            }
            guard event.at < time else { break }
            state.apply(event)
        }
        guard state.sequence > start else { return nil }
        if let violation = state.violations.first { throw StoreError.damaged(path: files.database, detail: violation) }
        return state
    }

    /// Deletes what the base in force stands for.
    private func deleteCovered() async throws(StoreError) -> Int {
        let (sequence, requests) = try await read { database in
            let base = try self.base(in: database)
            return (base.sequence, base.requestArguments)
        }
        guard sequence > 0 else { return 0 }
        let events = try await deleteRows(
            "event WHERE sequence IN (SELECT sequence FROM event WHERE sequence <= ? ORDER BY sequence LIMIT ?)", [sequence])
        _ = try await deleteRows(
            "ended WHERE id IN (SELECT id FROM ended WHERE \(LedgerBase.wasOver) ORDER BY id LIMIT ?)", requests)
        return events
    }

    private func deleteRows(_ which: String, _ arguments: StatementArguments) async throws(StoreError) -> Int {
        var total = 0
        while true {
            let count = try await change { database in
                try database.execute(sql: "DELETE FROM " + which, arguments: arguments + [Self.rowsPerTransaction])
                return database.changesCount
            }
            total += count
            if count < Self.rowsPerTransaction { return total }
        }
    }

    /// One small transaction in the writer's turn. `body` returns how many rows or pages it changed.
    @discardableResult
    private func change(_ body: @escaping @Sendable (Database) throws -> Int) async throws(StoreError) -> Int {
        try await write { database in
            if let broken = self.log.withLock({ $0.broken }) { throw StoreError.failed(code: 0, detail: broken) }
            var count = 0
            try database.inTransaction(.immediate) {
                count = try body(database)
                return .commit
            }
            self.log.withLock { $0.pagesSinceTrim += Self.pagesOfCommit + count }
            self.trimIfDue(database)
            return count
        }
    }
}
