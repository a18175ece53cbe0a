import FleetModel
import GRDB
package import LeaseLedger

extension LedgerStore {
    /// Replays all that is kept and compares: `checkpoint + tail == base + rest == state`.
    ///
    /// Reads one event at a time, from one snapshot; the write-ahead log can't shrink meanwhile. A log whose events
    /// contradict one another ends the process, as it would at start: nothing can be offered from such a log.
    /// - Parameter state: a state that the log must give too, at its sequence.
    package func verifyReplay(against state: LedgerState? = nil) async throws(StoreError) -> ReplayCheck {
        do {
            return try await read { database in
                var replay = Replay(store: self, given: state)
                return try replay.run(database)
            }
        } catch .damaged(_, let detail) {
            return .logUnreadable(detail: detail)
        }
    }
}

private struct Replay {
    let store: LedgerStore
    let given: LedgerState?
    var state = LedgerState()
    var ends = 0

    mutating func run(_ database: Database) throws -> ReplayCheck {
        let base = try store.base(in: database)
        state = base.state
        let checkpoints = try Int64.fetchAll(
            database, sql: "SELECT sequence FROM checkpoint WHERE sequence >= ? ORDER BY sequence",
            arguments: [base.sequence])
        var next = checkpoints[...]
        if let given, given.sequence < base.sequence {
            return .stateBehind(sequence: given.sequence, base: base.sequence)
        }
        if let difference = try compareStates(&next, database) { return difference }
        let rows = try Row.fetchCursor(
            database, sql: "SELECT sequence, at, kind, version, body FROM event WHERE sequence > ? ORDER BY sequence",
            arguments: [base.sequence])
        while let row = try rows.next() {
            let event = try store.event(row)
            guard event.sequence == state.sequence + 1 else {
                return .logUnreadable(detail: "event \(state.sequence + 1) is missing")
            }
            state.apply(event)
            if let difference = try compareRecord(of: event.event, database) { return difference }
            if let difference = try compareStates(&next, database) { return difference }
        }
        if let given, given.sequence > state.sequence {
            return .stateAhead(sequence: given.sequence, last: state.sequence)
        }
        if let sequence = next.first {
            return .checkpointUnusable(sequence: sequence, detail: "the log ends with event \(state.sequence)")
        }
        let found =
            try Int.fetchOne(
                database, sql: "SELECT count(*) FROM ended WHERE \(LedgerBase.wasNotOver)", arguments: base.requestArguments)
            ?? 0
        if found != ends { return .tooManyRecords(expected: ends, found: found) }
        let violations = state.violations
        return violations.isEmpty
            ? .agrees(events: state.sequence - base.sequence, checkpoints: checkpoints.count) : .violated(violations)
    }

    /// With the given state and the checkpoint that stand here.
    private func compareStates(_ next: inout ArraySlice<Int64>, _ database: Database) throws -> ReplayCheck? {
        if state.sequence == given?.sequence, state != given { return .stateDiffers(sequence: state.sequence) }
        guard state.sequence == next.first else { return nil }
        next.removeFirst()
        return try compareCheckpoint(database)
    }

    private func compareCheckpoint(_ database: Database) throws -> ReplayCheck? {
        let row = try Row.fetchOne(
            database, sql: "SELECT * FROM checkpoint WHERE sequence = ?", arguments: [state.sequence])
        guard let row else { return nil }
        do throws(CheckpointError) {
            return try CheckpointCoding.decode(row) == state ? nil : .stateDiffers(sequence: state.sequence)
        } catch {
            // Passed over at a start too: the log holds everything.
            if case .otherVersion(let found, let known) = error, found < known { return nil }
            return .checkpointUnusable(sequence: state.sequence, detail: error.description)
        }
    }

    private mutating func compareRecord(of event: Event, _ database: Database) throws -> ReplayCheck? {
        guard event.endsRequest, let id = event.subject, let record = state.requests[id] else { return nil }
        ends += 1
        let body = try String.fetchOne(
            database.cachedStatement(sql: "SELECT body FROM ended WHERE id = ?"), arguments: [id.number])
        guard let body, let stored = try? StoreJSON.value(RequestRecord.self, from: body), stored == record else {
            return .recordDiffers(id)
        }
        return nil
    }
}
