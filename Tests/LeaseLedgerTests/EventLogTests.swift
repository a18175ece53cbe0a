import FleetModel
import FleetTestKit
import LeaseLedger
import Synchronization
import Testing

/// The examination of event logs, and the log in memory that passes it.
@Suite struct EventLogTests {
    @Test func theLogInMemoryPasses() async throws {
        try await exerciseEventLog(make: { InMemoryEventLog() }, reopen: { ($0 as? InMemoryEventLog)?.reopened() ?? $0 })
    }

    @Test(arguments: FlawedLog.Flaw.allCases) func aLogWithAFlawFails(flaw: FlawedLog.Flaw) async throws {
        do {
            try await exerciseEventLog(make: { FlawedLog(flaw) })
            Issue.record("\(flaw) is not found")
        } catch let fault as LedgerFault {
            #expect(fault.description.contains(flaw.symptom), "\(fault)")
        }
    }

    @Test func injectedFailuresWriteNothing() async throws {
        let log = InMemoryEventLog(), history = try SampleHistory.ledger()
        let batch = SampleBatch.batch(history.events.prefix(3), of: history)
        log.failNext(.full, .refused)
        await #expect(throws: AppendError.full(detail: "the test wants it full")) { try await log.append(batch, after: 0) }
        await #expect(throws: AppendError.refused(detail: "the test wants it refused")) {
            try await log.append(batch, after: 0)
        }
        #expect(log.written.isEmpty)
        try await log.append(batch, after: 0)
        #expect(log.written == batch.events)
        #expect(log.appends == 3)
    }

    @Test(arguments: [(InMemoryEventLog.Injection.unknownAndWritten, 3), (.unknownAndLost, 0)])
    func afterAnUnknownOutcomeOnlyTheNextServerGoesOn(injection: InMemoryEventLog.Injection, written: Int) async throws {
        let log = InMemoryEventLog(), history = try SampleHistory.ledger()
        let batch = SampleBatch.batch(history.events.prefix(3), of: history)
        log.failNext(injection)
        await #expect(throws: AppendError.self) { try await log.append(batch, after: 0) }
        await #expect(throws: AppendError.refused(detail: "the outcome of an append is unknown")) {
            try await log.append(batch, after: 0)
        }
        let next = log.reopened()
        #expect(try await next.load().tail.count == written)
        let more = SampleBatch.batch(history.events[written..<5], of: history)
        try await next.append(more, after: Int64(written))
        #expect(next.written == Array(history.events.prefix(5)))
    }

    @Test func theLogInMemoryIsAnArchive() async throws {
        let log = InMemoryEventLog(), history = try SampleHistory.ledger()
        try await log.append(SampleBatch.batch(history.events, of: history), after: 0)
        #expect(try await log.endedRecords(before: nil, limit: 10, user: nil).map(\.id.number) == [5, 4, 3, 2, 1])
        #expect(
            try await log.endedRecords(before: LeaseID(4), limit: 2, user: UserName("alice")).map(\.id.number) == [3, 2])
        #expect(try await log.endedRecords(before: nil, limit: 2, user: UserName("bob")).isEmpty)
        #expect(try await log.endedRecord(LeaseID(1)) == history.state.requests[LeaseID(1)])
        #expect(try await log.workOrder(of: LeaseID(1)) == nil)
        #expect(try await log.answeredKey(user: UserName("alice"), key: "key-2")?.id == LeaseID(2))
        #expect(try await log.answeredKey(user: UserName("bob"), key: "key-2") == nil)
        #expect(try await log.events(after: 3, limit: 2) == Array(history.events[3..<5]))
    }
}

/// A log with one fault.
final class FlawedLog: EventLog {
    enum Flaw: CaseIterable {
        case forgetsTheLastEvent, takesAnyPlace, takesGaps, writesHalf, keepsTheOldestCheckpoint, repeatsBeforeCheckpoint
        case refusesEmptyBatches, saysFull

        var symptom: String {
            switch self {
            case .forgetsTheLastEvent: "events were read and"
            case .takesAnyPlace: "two writers at once"
            case .takesGaps: "a batch with a gap in its middle is not refused"
            case .writesHalf: "all or nothing"
            case .keepsTheOldestCheckpoint: "an older checkpoint"
            case .repeatsBeforeCheckpoint: "checkpoints"
            case .refusesEmptyBatches: "batches without events"
            case .saysFull: "not a refusal"
            }
        }
    }

    private struct Inside {
        var events: [RecordedEvent] = []
        var checkpoint: LedgerState?
    }

    private let flaw: Flaw
    private let inside = Mutex(Inside())

    init(_ flaw: Flaw) { self.flaw = flaw }

    func load() async throws -> (checkpoint: LedgerState?, tail: [RecordedEvent]) {
        let (checkpoint, events) = inside.withLock { ($0.checkpoint, $0.events) }
        let known = flaw == .repeatsBeforeCheckpoint ? 0 : checkpoint?.sequence ?? 0
        let tail = events.filter { $0.sequence > known }
        return (checkpoint, flaw == .forgetsTheLastEvent ? tail.dropLast() : tail)
    }

    func append(_ batch: LogBatch, after sequence: Int64) async throws(AppendError) {
        let refusal: AppendError? = inside.withLock { inside in
            if flaw == .refusesEmptyBatches, batch.events.isEmpty { return .refused(detail: "empty") }
            if flaw == .takesAnyPlace {
                inside.events += batch.events
                return nil
            }
            let no: AppendError = flaw == .saysFull ? .full(detail: "") : .refused(detail: "")
            if sequence != Int64(inside.events.count) { return no }
            for (offset, event) in batch.events.enumerated() where flaw != .takesGaps {
                if event.sequence != sequence + 1 + Int64(offset) { return no }
                if flaw == .writesHalf { inside.events.append(event) }
            }
            if flaw != .writesHalf { inside.events += batch.events }
            return nil
        }
        if let refusal { throw refusal }
    }

    func checkpoint(_ state: LedgerState) async throws {
        inside.withLock { inside in
            if flaw != .keepsTheOldestCheckpoint, let known = inside.checkpoint, known.sequence >= state.sequence { return }
            inside.checkpoint = state
        }
    }
}
