import CheckoutService
import FleetModel
import Synchronization
import Testing

@Suite("The ledger's clock")
struct BootClockTests {
    final class Machine: Sendable {
        let boot = Mutex<Int64>(1_000)
        let wall = Mutex<Int64>(1_700_000_000_000)
        var source: ClockSource { ClockSource(boot: { self.boot.withLock { $0 } }, wall: { self.wall.withLock { $0 } }) }
        func pass(_ milliseconds: Int64) {
            boot.withLock { $0 += milliseconds }
            wall.withLock { $0 += milliseconds }
        }
    }

    @Test("it starts with the wall clock and runs with the boot clock")
    func runs() {
        let machine = Machine()
        let clock = BootClock(source: machine.source, bootID: "b", kept: nil, newestEvent: Timestamp(milliseconds: 0))
        #expect(clock.now() == Timestamp(milliseconds: 1_700_000_000_000))
        machine.pass(5_000)
        #expect(clock.now() == Timestamp(milliseconds: 1_700_000_005_000))
        #expect(clock.wallAhead() == .zero)
    }

    @Test(
        "a jump of the wall clock, either way, moves nothing and shows as a difference", arguments: [3_600_000, -86_400_000])
    func jump(by milliseconds: Int64) {
        let machine = Machine()
        let clock = BootClock(source: machine.source, bootID: "b", kept: nil, newestEvent: Timestamp(milliseconds: 0))
        let before = clock.now()
        machine.wall.withLock { $0 += milliseconds }
        #expect(clock.now() == before)
        #expect(clock.wallAhead() == TimeSpan(milliseconds: milliseconds))
    }

    @Test("a server that starts again in the same boot goes on with the same clock, whatever the wall clock says")
    func restart() {
        let machine = Machine()
        let first = BootClock(source: machine.source, bootID: "b", kept: nil, newestEvent: Timestamp(milliseconds: 0))
        let before = first.now()
        machine.pass(1_000)
        machine.wall.withLock { $0 -= 50_000_000 }
        let second = BootClock(source: machine.source, bootID: "b", kept: first.anchor, newestEvent: before)
        #expect(second.now() - before == .seconds(1))
    }

    @Test("after a reboot it starts from the wall clock, and never before the newest event")
    func reboot() {
        let machine = Machine()
        let kept = ClockAnchor(bootID: "old", milliseconds: 5)
        let newest = Timestamp(milliseconds: 1_800_000_000_000)
        let clock = BootClock(source: machine.source, bootID: "new", kept: kept, newestEvent: newest)
        #expect(clock.now() == newest)
        let other = BootClock(
            source: machine.source, bootID: "new", kept: kept, newestEvent: Timestamp(milliseconds: 1_600_000_000_000))
        #expect(other.now() == Timestamp(milliseconds: 1_700_000_000_000))
    }
}
