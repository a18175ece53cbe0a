package import FleetModel
import GRDB
package import LeaseLedger

extension LedgerStore: LedgerArchive {
    package func workOrder(of id: LeaseID) async throws(StoreError) -> WorkOrder? {
        try await read { database in
            let body = try String.fetchOne(
                database, sql: "SELECT body FROM work_order WHERE id = ?", arguments: [id.number])
            return try body.map { try self.value(WorkOrder.self, from: $0, "the work of request \(id)") }
        }
    }

    package func endedRecord(_ id: LeaseID) async throws(StoreError) -> RequestRecord? {
        try await read { database in
            let body = try String.fetchOne(database, sql: "SELECT body FROM ended WHERE id = ?", arguments: [id.number])
            return try body.map { try self.value(RequestRecord.self, from: $0, "the record of request \(id)") }
        }
    }

    /// Requests that are over, highest number first, below `before`; of one user, or of all.
    package func endedRecords(
        before: LeaseID? = nil, limit: Int, user: UserName? = nil
    ) async throws(StoreError) -> [RequestRecord] {
        let below = before?.number ?? .max
        return try await read { database in
            let rows: RowCursor
            if let user {
                rows = try Row.fetchCursor(
                    database, sql: "SELECT id, body FROM ended WHERE user = ? AND id < ? ORDER BY id DESC LIMIT ?",
                    arguments: [user.name, below, max(0, limit)])
            } else {
                rows = try Row.fetchCursor(
                    database, sql: "SELECT id, body FROM ended WHERE id < ? ORDER BY id DESC LIMIT ?",
                    arguments: [below, max(0, limit)])
            }
            var records: [RequestRecord] = []
            while let row = try rows.next() {
                let id: Int64 = row["id"]
                records.append(try self.value(RequestRecord.self, from: row["body"], "the record of request \(id)"))
            }
            return records
        }
    }

    /// Events in order, above `sequence`, at most `limit`. Throws `ArchiveError` when some of them are no longer kept, and
    /// else `StoreError`.
    package func events(after sequence: Int64, limit: Int) async throws -> [RecordedEvent] {
        let result: Result<[RecordedEvent], ArchiveError> = try await read { database in
            if let trouble = try Self.objection(toAfter: sequence, database) { return .failure(trouble) }
            return .success(try self.events(in: database, after: sequence, limit: max(0, limit)))
        }
        return try result.get()
    }

    /// nil: the log has been at `sequence`, and all events above it are kept.
    static func objection(toAfter sequence: Int64, _ database: Database) throws -> ArchiveError? {
        let base = try baseSequence(database)
        if sequence < base { return .eventsDeleted(first: base + 1) }
        let last = max(base, try Int64.fetchOne(database, sql: "SELECT max(sequence) FROM event") ?? 0)
        return sequence > last ? .eventsAhead(last: last) : nil
    }

    /// What happened to one request, oldest first, as far as it is kept.
    package func events(about id: LeaseID) async throws(StoreError) -> [RecordedEvent] {
        try await read { database in
            try Row.fetchAll(
                database, sql: "SELECT sequence, at, kind, version, body FROM event WHERE subject = ? ORDER BY sequence",
                arguments: [id.number]
            ).map(self.event)
        }
    }

    package func answeredKey(user: UserName, key: String) async throws(StoreError) -> AnsweredKey? {
        try await read { database in
            try Row.fetchOne(
                database, sql: "SELECT * FROM answered_key WHERE user = ? AND key = ?", arguments: [user.name, key]
            ).map(AnsweredKey.init(row:))
        }
    }

    /// The keys that were answered at `since` or later, oldest first.
    package func answeredKeys(since: Timestamp) async throws(StoreError) -> [AnsweredKey] {
        try await read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM answered_key WHERE at >= ? ORDER BY at, request",
                arguments: [since.milliseconds]
            ).map(AnsweredKey.init(row:))
        }
    }

    private func value<Value: Decodable>(_ type: Value.Type, from body: String, _ what: String) throws -> Value {
        do { return try StoreJSON.value(type, from: body) } catch {
            throw StoreError.damaged(
                path: files.database, detail: "\(what) can't be read: \(StoreJSON.words(for: error))")
        }
    }
}

extension AnsweredKey {
    init(row: Row) {
        self.init(
            user: UserName(row["user"]), key: row["key"], digest: row["digest"], id: LeaseID(row["request"]),
            at: Timestamp(milliseconds: row["at"]))
    }
}
