package import FleetModel
import Synchronization

/// A clock that stands still until a test moves it. Any thread may read and move it.
package final class ManualClock: Sendable {
    private struct Times {
        var ledger: Timestamp
        var wallAhead = TimeSpan.zero
    }

    private let times: Mutex<Times>

    package init(at start: Timestamp = ManualClock.start) { times = Mutex(Times(ledger: start)) }

    /// 2024-10-04T00:00:00Z, where clocks of tests start.
    package static let start = Timestamp(milliseconds: 1_728_000_000_000)

    package func now() -> Timestamp { times.withLock { $0.ledger } }

    /// By how much the wall clock is ahead of this one.
    package func wallAhead() -> TimeSpan { times.withLock { $0.wallAhead } }

    /// Lets time pass; a negative span takes it back, as only broken machines do.
    package func advance(by span: TimeSpan) { times.withLock { $0.ledger = $0.ledger + span } }

    /// Somebody sets the wall clock.
    package func setWall(ahead span: TimeSpan) { times.withLock { $0.wallAhead = span } }
}
