package import FleetModel
package import LeaseLedger

/// A ledger that keeps its events and checks after every step that nothing is broken.
///
/// Every step throws `LedgerFault` when an invariant is violated, when a rejection changed something, when the ledger's
/// time went back, when an event is out of its place, or when an observation that is repeated is news again.
package struct RecordedLedger: Sendable {
    package private(set) var state: LedgerState
    /// Every event since the empty ledger, in order.
    package private(set) var events: [RecordedEvent] = []

    package init() { state = LedgerState() }

    /// Lets the ledger handle a command.
    /// - Returns: the events, or why the ledger said no.
    package mutating func handle(_ command: Command, at now: Timestamp) throws -> Result<[RecordedEvent], Rejection> {
        let before = state
        do {
            let came = try state.handle(command, at: now)
            try take(came, since: before, of: "\(command)")
            return .success(came)
        } catch let rejection as Rejection {
            if state != before { throw LedgerFault("a rejection changed the state: \(rejection) of \(command)") }
            return .failure(rejection)
        }
    }

    /// Lets the ledger take an observation in.
    package mutating func handle(_ observation: Observation, at now: Timestamp) throws -> [RecordedEvent] {
        let before = state
        let came = state.handle(observation, at: now)
        try take(came, since: before, of: "\(observation)")
        let again = state.observe(observation, at: now)
        if !again.isEmpty {
            throw LedgerFault("the same observation gives events twice: \(again) of \(observation)")
        }
        return came
    }

    private mutating func take(_ came: [RecordedEvent], since before: LedgerState, of cause: String) throws {
        for (offset, event) in came.enumerated() where event.sequence != before.sequence + 1 + Int64(offset) {
            throw LedgerFault("event \(event.sequence) is out of its place after \(before.sequence): \(cause)")
        }
        if came.isEmpty && state != before { throw LedgerFault("the state changed without an event: \(cause)") }
        if state.time < before.time { throw LedgerFault("the ledger's time went back: \(cause)") }
        events += came
        let violations = state.violations
        if !violations.isEmpty { throw LedgerFault("violated: \(violations.joined(separator: "; ")); after \(cause)") }
    }
}
