package import FleetModel
import Synchronization

/// Counts what people did in the pages of sessions, for the rule of idle return. It is lost when the server ends, and the rest
/// is counted from then on anyway.
package final class SessionUse: Sendable {
    private let acts = Mutex<[AttemptKey: Int64]>([:])

    package init() {}

    /// Somebody did something in this session: sent, saved, ran.
    package func note(_ attempt: AttemptKey) { acts.withLock { $0[attempt, default: 0] += 1 } }

    /// What came since it was asked last, of those that still run.
    func take(_ running: Set<AttemptKey>) -> [AttemptKey: Int64] {
        acts.withLock { acts in
            defer { acts = [:] }
            return acts.filter { running.contains($0.key) }
        }
    }
}
