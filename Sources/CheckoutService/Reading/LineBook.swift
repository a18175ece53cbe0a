import FleetModel
import LeaseLedger
import Scheduling
import Synchronization

/// The line of those who wait, and who asked for what is not over: found once for a state, whoever asks. A page that everybody has
/// open would else walk thousands of requests for each of them.
final class LineBook: Sendable {
    private struct Entry<Value: Sendable>: Sendable {
        let sequence: Int64
        let at: Timestamp
        let value: Value
    }

    /// The order in the line changes with the time, too, and slowly.
    private static let freshness = TimeSpan.seconds(1)

    private let line = Mutex<Entry<[LeaseID]>?>(nil)
    private let open = Mutex<Entry<[UserName: [LeaseID]]>?>(nil)

    func line(of state: LedgerState, at now: Timestamp) -> [LeaseID] {
        line.withLock { known in
            if let known, known.sequence == state.sequence, known.at <= now, now - known.at < Self.freshness {
                return known.value
            }
            let value = Scheduler.line(state, at: now)
            known = Entry(sequence: state.sequence, at: now, value: value)
            return value
        }
    }

    /// The newest last.
    func open(of user: UserName, in state: LedgerState) -> [LeaseID] {
        open.withLock { known in
            if let known, known.sequence == state.sequence { return known.value[user] ?? [] }
            var value: [UserName: [LeaseID]] = [:]
            for id in Array(state.live) + state.waiting {
                if let user = state.requests[id]?.user { value[user, default: []].append(id) }
            }
            for user in value.keys { value[user]?.sort() }
            known = Entry(sequence: state.sequence, at: state.time, value: value)
            return value[user] ?? []
        }
    }
}
