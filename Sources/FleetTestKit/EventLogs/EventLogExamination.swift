package import LeaseLedger

/// Examines an implementation of `EventLog`. Throws a `LedgerFault` that lists everything found wrong.
///
/// - Parameters:
///   - make: a new and empty log, again and again.
///   - reopen: the same log as the next server finds it; nil: the log itself is asked again.
package func exerciseEventLog(
    make: () async throws -> any EventLog, reopen: ((any EventLog) async throws -> any EventLog)? = nil
) async throws {
    let history = try SampleHistory.ledger(rounds: 6)
    let parts: [(name: String, examine: (EventLogExaminee) async throws -> Void)] = [
        ("an empty log", examineEmptyLog), ("events of every kind", examineEvents), ("many batches", examineManyBatches),
        ("batches without events", examineEmptyBatches), ("a wrong place", examineWrongPlace),
        ("all or nothing", examineWholeness), ("two writers at once", examineRace),
        ("checkpoints", examineCheckpoints), ("an older checkpoint", examineOlderCheckpoint),
    ]
    var found: [String] = []
    for part in parts {
        do {
            try await part.examine(EventLogExaminee(log: make(), reopen: reopen ?? { $0 }, history: history))
        } catch {
            found.append("  \(part.name): \(error)")
        }
    }
    if !found.isEmpty { throw LedgerFault("the event log fails its examination:\n" + found.joined(separator: "\n")) }
}

/// A log under examination, and what to write into it.
struct EventLogExaminee {
    let log: any EventLog
    let reopen: (any EventLog) async throws -> any EventLog
    let history: RecordedLedger

    var events: [RecordedEvent] { history.events }

    /// Appends events in batches of this size, with the records, orders and keys that belong to them.
    func append(_ events: ArraySlice<RecordedEvent>, batchSize: Int = 100) async throws {
        var rest = events
        while let first = rest.first {
            let batch = rest.prefix(batchSize)
            rest = rest.dropFirst(batchSize)
            try await log.append(self.batch(batch), after: first.sequence - 1)
        }
    }

    func batch(_ events: some Sequence<RecordedEvent>) -> LogBatch { SampleBatch.batch(events, of: history) }

    /// What the log holds when it is opened again.
    func loaded() async throws -> (checkpoint: LedgerState?, tail: [RecordedEvent]) { try await reopen(log).load() }

    /// The log holds exactly these events, in this order, and no checkpoint.
    func expect(_ events: ArraySlice<RecordedEvent>) async throws {
        let (checkpoint, tail) = try await loaded()
        if checkpoint != nil { throw LedgerFault("there is a checkpoint that nobody wrote") }
        try expectSame(tail, events)
    }

    func expectSame(_ tail: [RecordedEvent], _ events: ArraySlice<RecordedEvent>) throws {
        for (found, expected) in zip(tail, events) where found != expected {
            throw LedgerFault("event \(expected.sequence) was read as \(found) and written as \(expected)")
        }
        if tail.count != events.count { throw LedgerFault("\(tail.count) events were read and \(events.count) written") }
    }

    /// The append must be refused, and nothing of it written.
    func expectRefusal(_ batch: LogBatch, after sequence: Int64, _ what: String) async throws {
        do throws(AppendError) {
            try await log.append(batch, after: sequence)
        } catch {
            guard case .refused = error else { throw LedgerFault("\(what) gives \(error), not a refusal") }
            return
        }
        throw LedgerFault("\(what) is not refused")
    }
}
