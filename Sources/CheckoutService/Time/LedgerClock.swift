package import FleetModel
import Synchronization

/// The ledger's clock. It never goes backwards while a server runs.
package protocol LedgerClock: Sendable {
    func now() -> Timestamp
    /// By how much the wall clock is ahead of the ledger's; screens add it.
    func wallAhead() -> TimeSpan
}

/// The two clocks of a machine, in milliseconds; tests hand in their own.
package struct ClockSource: Sendable {
    /// Since boot, suspended time included.
    package let boot: @Sendable () -> Int64
    /// Since 1970-01-01T00:00:00Z, as somebody set it.
    package let wall: @Sendable () -> Int64

    package init(boot: @escaping @Sendable () -> Int64, wall: @escaping @Sendable () -> Int64) {
        self.boot = boot
        self.wall = wall
    }
}

/// Where boot time 0 lies on the ledger's clock, kept in the data directory: it holds for one boot.
package struct ClockAnchor: Codable, Equatable, Sendable {
    package let bootID: String
    package let milliseconds: Int64
    /// The boot clock when this was made; nil: an older Carrel made it.
    package let madeAt: Int64?
    /// How much later than the newest event that was, by the wall clock.
    package let silence: TimeSpan?

    package init(bootID: String, milliseconds: Int64, madeAt: Int64? = nil, silence: TimeSpan? = nil) {
        self.bootID = bootID
        self.milliseconds = milliseconds
        self.madeAt = madeAt
        self.silence = silence
    }
}

/// Runs with the boot clock, so that a jump of the wall clock ends no lease early or late.
package final class BootClock: LedgerClock {
    /// From this difference on, the wall clock is said to have jumped.
    package static let jump = TimeSpan.seconds(5)

    /// A smaller difference from the last answer is how the two clocks are read and disciplined: with it, what is
    /// recorded once would be shown a millisecond earlier or later each time.
    static let wander = TimeSpan(milliseconds: 100)

    package let anchor: ClockAnchor
    private let source: ClockSource
    private let shown = Mutex<TimeSpan?>(nil)

    /// Goes on with `kept` when it is of this boot. Otherwise starts from the wall clock, and never before the newest
    /// event: time that passed while the machine was off can't be known better.
    package init(source: ClockSource, bootID: String, kept: ClockAnchor?, newestEvent: Timestamp) {
        self.source = source
        if let kept, kept.bootID == bootID, kept.milliseconds + source.boot() >= newestEvent.milliseconds {
            anchor = kept
        } else {
            let start = max(source.wall(), newestEvent.milliseconds), boot = source.boot()
            anchor = ClockAnchor(
                bootID: bootID, milliseconds: start - boot, madeAt: boot,
                silence: Timestamp(milliseconds: start) - newestEvent)
        }
    }

    package func now() -> Timestamp { Timestamp(milliseconds: anchor.milliseconds + source.boot()) }

    package func wallAhead() -> TimeSpan {
        let measured = Timestamp(milliseconds: source.wall()) - now()
        return shown.withLock { shown in
            if let last = shown, Self.isWander(from: last, to: measured) { return last }
            shown = measured
            return measured
        }
    }

    private static func isWander(from last: TimeSpan, to measured: TimeSpan) -> Bool {
        measured < last + wander && last < measured + wander
    }
}
