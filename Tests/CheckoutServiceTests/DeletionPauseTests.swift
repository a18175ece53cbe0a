import CheckoutService
import FleetModel
import Synchronization
import Testing

@Suite("Deleting events by age")
struct DeletionPauseTests {
    private static let day: Int64 = 86_400_000
    private let machine = BootClockTests.Machine()
    private let start: Int64 = 1_700_000_000_000

    private func clock(newest: Int64, kept: ClockAnchor? = nil) -> BootClock {
        BootClock(source: machine.source, bootID: "b", kept: kept, newestEvent: Timestamp(milliseconds: newest))
    }

    private func mayDelete(_ pause: DeletionPause, _ clock: BootClock) -> Bool {
        pause.isOver(now: clock.now(), wallAhead: clock.wallAhead())
    }

    @Test("a server that was away for minutes may delete at once")
    func shortAbsence() {
        let clock = clock(newest: start - 300_000), pause = DeletionPause(anchor: clock.anchor, serverStart: clock.now())
        machine.pass(60_000)
        #expect(mayDelete(pause, clock))
    }

    @Test("a clock that seems to have jumped ahead must run for a day, also when the server starts again meanwhile")
    func farAhead() {
        let first = clock(newest: start - 500 * Self.day)
        let pause = DeletionPause(anchor: first.anchor, serverStart: first.now())
        machine.pass(60_000)
        #expect(!mayDelete(pause, first))
        // The first server has recorded something by this clock.
        let second = clock(newest: start + 60_000, kept: first.anchor)
        let again = DeletionPause(anchor: second.anchor, serverStart: second.now())
        machine.pass(60_000)
        #expect(!mayDelete(again, second))
        machine.pass(Self.day)
        #expect(mayDelete(again, second))
    }

    @Test("a clock that was set right meanwhile pauses it for as long as the ledger's is ahead")
    func corrected() {
        let clock = clock(newest: start - 500 * Self.day)
        let pause = DeletionPause(anchor: clock.anchor, serverStart: clock.now())
        machine.wall.withLock { $0 -= 500 * Self.day }
        machine.pass(90 * Self.day)
        #expect(!mayDelete(pause, clock))
    }

    @Test("clocks that differ by more than an hour pause it either way", arguments: [61, -61])
    func disagreement(_ minutes: Int64) {
        let clock = clock(newest: start), pause = DeletionPause(anchor: clock.anchor, serverStart: clock.now())
        machine.wall.withLock { $0 += minutes * 60_000 }
        #expect(!mayDelete(pause, clock))
        machine.wall.withLock { $0 -= minutes * 30_000 }
        #expect(mayDelete(pause, clock))
    }

    @Test("the anchor of an older Carrel tells nothing, so that it takes a day")
    func olderAnchor() {
        let clock = clock(newest: start, kept: ClockAnchor(bootID: "b", milliseconds: start - 1_000))
        let pause = DeletionPause(anchor: clock.anchor, serverStart: clock.now())
        #expect(!mayDelete(pause, clock))
        machine.pass(Self.day)
        #expect(mayDelete(pause, clock))
    }
}
