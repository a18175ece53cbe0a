import Foundation
import FleetModel
import GRDB
import LeaseLedger

/// A batch as rows: encoded before the writer's turn, so that the writer only writes.
struct EncodedBatch: Sendable {
    private struct EventRow: Sendable {
        let sequence: Int64
        let at: Int64
        let kind: String
        let version: Int
        let subject: Int64?
        let body: String
    }

    private let events: [EventRow]
    private let ended: [(record: RequestRecord, endedAt: Int64, body: String)]
    private let orders: [(id: Int64, body: String)]
    /// Requests that wait again: the work of the one before is theirs.
    private let requeued: [(of: Int64, as: Int64)]
    private let answered: [AnsweredKey]
    var rowCount: Int { events.count + ended.count + orders.count + answered.count }

    /// The sequence with which the log ends when the batch is in.
    let last: Int64

    init(_ batch: LogBatch, after sequence: Int64, _ coding: EventCoding) throws(AppendError) {
        last = sequence + Int64(batch.events.count)
        do {
            var previous = sequence
            events = try batch.events.map { recorded in
                guard recorded.sequence == previous + 1 else {
                    throw AppendError.refused(
                        detail: "event \(recorded.sequence) was to follow event \(previous): the batch has a gap")
                }
                previous += 1
                let (kind, body) = try coding.encode(recorded.event)
                return EventRow(
                    sequence: recorded.sequence, at: recorded.at.milliseconds, kind: kind.rawValue, version: kind.version,
                    subject: recorded.event.subject?.number, body: String(decoding: body, as: UTF8.self))
            }
            let newest = batch.events.last?.at
            ended = try batch.ended.map { record in
                let end = record.lease?.receipt?.closedAt ?? newest ?? record.submittedAt
                return (record, end.milliseconds, try StoreJSON.text(record))
            }
            orders = try batch.orders.map { ($0.id.number, try StoreJSON.text($0.order)) }
            requeued = batch.requeued.map { ($0.of.number, $0.as.number) }
            answered = batch.answered
        } catch let error as AppendError { throw error } catch { throw .refused(detail: "\(error)") }
    }

    func insert(into database: Database) throws {
        try insertEvents(into: database)
        try insertOrders(into: database)
        try copyOrders(in: database)
        try insertEnded(into: database)
        for key in answered {
            // A key is answered anew when its old answer has been forgotten and not yet purged.
            try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO answered_key(user, key, digest, request, at) VALUES (?, ?, ?, ?, ?)"
            ).execute(arguments: [key.user.name, key.key, key.digest, key.id.number, key.at.milliseconds])
        }
    }

    private func insertEvents(into database: Database) throws {
        guard !events.isEmpty else { return }
        let statement = try database.cachedStatement(
            sql: "INSERT INTO event(sequence, at, kind, version, subject, body) VALUES (?, ?, ?, ?, ?, ?)")
        for row in events {
            try statement.execute(arguments: [row.sequence, row.at, row.kind, row.version, row.subject, row.body])
        }
    }

    private func insertOrders(into database: Database) throws {
        guard !orders.isEmpty else { return }
        let statement = try database.cachedStatement(sql: "INSERT OR REPLACE INTO work_order(id, body) VALUES (?, ?)")
        for row in orders { try statement.execute(arguments: [row.id, row.body]) }
    }

    /// Before the ends: with its end a request's order goes. One that comes and goes within a batch has none to pass on.
    private func copyOrders(in database: Database) throws {
        for (old, new) in requeued {
            try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO work_order(id, body) SELECT ?, body FROM work_order WHERE id = ?"
            ).execute(arguments: [new, old])
        }
    }

    /// After the orders: a request may come and end in one batch, and its order must not stay.
    private func insertEnded(into database: Database) throws {
        for (record, endedAt, body) in ended { try Self.insert(record, endedAt: endedAt, body: body, into: database) }
    }

    static func insert(_ record: RequestRecord, endedAt: Int64, body: String, into database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO ended(id, user, name, phase, submitted_at, ended_at, body) VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            record.id.number, record.user.name, record.name, record.phase.rawValue, record.submittedAt.milliseconds, endedAt,
            body,
        ])
        try database.cachedStatement(sql: "DELETE FROM work_order WHERE id = ?").execute(arguments: [record.id.number])
    }
}
