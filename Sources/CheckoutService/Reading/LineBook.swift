import FleetModel
import LeaseLedger
import Scheduling

/// The line of those who wait, and who asked for what is not over: found once for a state, whoever asks. A page that everybody has
/// open would else walk thousands of requests for each of them.
final class LineBook: Sendable {
    /// The order in the line changes with the time, too, and slowly.
    private static let freshness = TimeSpan.seconds(1)

    private let line = Remembered<[LeaseID]>()
    private let open = Remembered<[UserName: [LeaseID]]>()

    func line(of state: LedgerState, at now: Timestamp) -> [LeaseID] {
        line.value(of: state.sequence, at: now, freshness: Self.freshness) { Scheduler.line(state, at: now) }
    }

    /// The newest last.
    func open(of user: UserName, in state: LedgerState) -> [LeaseID] {
        let all = open.value(of: state.sequence, at: state.time, freshness: nil) {
            var found: [UserName: [LeaseID]] = [:]
            for id in Array(state.live) + state.waiting {
                if let user = state.requests[id]?.user { found[user, default: []].append(id) }
            }
            for user in found.keys { found[user]?.sort() }
            return found
        }
        return all[user] ?? []
    }
}
