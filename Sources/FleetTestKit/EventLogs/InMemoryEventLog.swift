import FleetModel
package import LeaseLedger
import Synchronization

/// An event log in memory that passes `exerciseEventLog`, also as an archive, and fails when it is told to.
///
/// As on disk, after an append of unknown outcome every further one is refused: the server must end. `reopened()` is
/// what the next server finds.
package final class InMemoryEventLog: EventLog {
    /// What an append shall do instead of its work.
    package enum Injection: Sendable, Hashable {
        case full
        case refused
        /// The batch is there after a restart.
        case unknownAndWritten
        /// The batch is lost.
        case unknownAndLost
    }

    struct Contents {
        var events: [RecordedEvent] = []
        var checkpoint: LedgerState?
        var ended: [LeaseID: RequestRecord] = [:]
        var orders: [LeaseID: WorkOrder] = [:]
        var answered: [AnsweredKey] = []
    }

    private struct Inside {
        var contents = Contents()
        var injections: [Injection] = []
        var isOver = false
        var appends = 0
    }

    private let inside: Mutex<Inside>

    package convenience init() { self.init(Contents()) }

    private init(_ contents: Contents) { inside = Mutex(Inside(contents: contents)) }

    /// The next appends fail in this way, one each, in this order.
    package func failNext(_ injections: Injection...) { inside.withLock { $0.injections += injections } }

    /// How many appends there were, failed ones too.
    package var appends: Int { inside.withLock { $0.appends } }

    /// Every event that is written, in order.
    package var written: [RecordedEvent] { contents.events }

    /// The log as the next server finds it.
    package func reopened() -> InMemoryEventLog { InMemoryEventLog(contents) }

    var contents: Contents { inside.withLock { $0.contents } }

    package func load() async throws -> (checkpoint: LedgerState?, tail: [RecordedEvent]) {
        let contents = contents
        let known = contents.checkpoint?.sequence ?? 0
        return (contents.checkpoint, contents.events.filter { $0.sequence > known })
    }

    package func append(_ batch: LogBatch, after sequence: Int64) async throws(AppendError) {
        let result: Result<Void, AppendError> = inside.withLock { inside in
            inside.appends += 1
            if inside.isOver { return .failure(.refused(detail: "the outcome of an append is unknown")) }
            switch inside.injections.isEmpty ? nil : inside.injections.removeFirst() {
            case .full: return .failure(.full(detail: "the test wants it full"))
            case .refused: return .failure(.refused(detail: "the test wants it refused"))
            case .unknownAndLost:
                inside.isOver = true
                return .failure(.outcomeUnknown(detail: "lost"))
            case .unknownAndWritten:
                inside.isOver = true
                if case .failure(let error) = inside.contents.take(batch, after: sequence) { return .failure(error) }
                return .failure(.outcomeUnknown(detail: "written"))
            case nil: return inside.contents.take(batch, after: sequence)
            }
        }
        try result.get()
    }

    package func checkpoint(_ state: LedgerState) async throws {
        inside.withLock { inside in
            if state.sequence > inside.contents.checkpoint?.sequence ?? 0 { inside.contents.checkpoint = state }
        }
    }
}

extension InMemoryEventLog.Contents {
    fileprivate mutating func take(_ batch: LogBatch, after sequence: Int64) -> Result<Void, AppendError> {
        guard sequence == Int64(events.count) else {
            return .failure(.refused(detail: "the log ends with \(events.count), not \(sequence)"))
        }
        for (offset, event) in batch.events.enumerated() where event.sequence != sequence + 1 + Int64(offset) {
            return .failure(.refused(detail: "event \(event.sequence) does not follow"))
        }
        events += batch.events
        for entry in batch.orders { orders[entry.id] = entry.order }
        for entry in batch.requeued { orders[entry.as] = orders[entry.of] }
        for record in batch.ended {
            ended[record.id] = record
            orders[record.id] = nil
        }
        answered += batch.answered
        return .success(())
    }
}
