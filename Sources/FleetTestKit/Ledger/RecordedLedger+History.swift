import FleetModel
import FoundationEssentials
package import LeaseLedger

extension RecordedLedger {
    /// Checks that the log alone gives this state: replayed in full, and as a checkpoint with the events after it.
    package func verifyHistory() throws {
        try expectSame(Self.replay(events, from: LedgerState()), "a full replay of \(events.count) events")
        let middle = events.count / 2
        let checkpoint = try Self.codingRoundTrip(Self.replay(events[..<middle], from: LedgerState()))
        try expectSame(
            Self.replay(events[middle...], from: checkpoint), "a checkpoint at event \(middle) and the events after it")
        try expectSame(Self.codingRoundTrip(state), "what was encoded and decoded")
    }

    /// The state after the events.
    package static func replay(_ events: some Sequence<RecordedEvent>, from start: LedgerState) -> LedgerState {
        var state = start
        for event in events { state.apply(event) }
        return state
    }

    /// What comes back when a state is written as a checkpoint and read again.
    package static func codingRoundTrip(_ state: LedgerState) throws -> LedgerState {
        try JSONDecoder().decode(LedgerState.self, from: JSONEncoder().encode(state))
    }

    private func expectSame(_ other: LedgerState, _ what: String) throws {
        if other != state { throw LedgerFault("\(what) gives another state: \(differences(to: other))") }
    }

    /// The parts that differ, by name.
    private func differences(to other: LedgerState) -> String {
        let parts: [(String, Bool)] = [
            ("sequence", state.sequence == other.sequence), ("time", state.time == other.time),
            ("nextID", state.nextID == other.nextID), ("policy", state.policy == other.policy),
            ("teams", state.teams == other.teams), ("nodes", state.nodes == other.nodes),
            ("records of requests", state.requests.all == other.requests.all),
            ("shape of the request table", state.requests == other.requests), ("waiting", state.waiting == other.waiting),
            ("live", state.live == other.live), ("over", state.over == other.over), ("usage", state.usage == other.usage),
        ]
        return parts.filter { !$0.1 }.map(\.0).joined(separator: ", ")
    }
}
