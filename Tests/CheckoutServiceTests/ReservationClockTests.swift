import CheckoutService
import FleetModel
import LeaseLedger
import Synchronization
import Testing

/// A reservation runs on the ledger's clock, as leases do: whatever is done to the wall clock, what was promised is kept.
@Suite("The clock of reservations")
struct ReservationClockTests {
    private static let root = Requester(UserName("root"), isAdministrator: true)

    private static func reserved(at now: Timestamp) throws -> LedgerState {
        var state = LedgerState()
        let device = Device(key: DeviceKey("GPU-0"), model: "NVIDIA A100", memory: .gibibytes(80))
        _ = state.handle(
            .node(
                NodeReport(
                    node: NodeName("n1"), bootID: "b", cores: .cores(8), memory: .gibibytes(64), devices: [device], links: []
                )), at: now)
        let wish = NewReservation(
            owner: .user(UserName("alice")), name: "claim", devices: DeviceSelector(count: 1), startsAt: now + .hours(2),
            span: .hours(1))
        _ = try state.handle(.reserve(wish, by: root), at: now)
        return state
    }

    private static func begins(_ state: LedgerState, at now: Timestamp) -> Bool {
        state.reservationUpkeep(at: now).contains(.reservationBegan(ReservationBegan(id: ReservationID(1))))
    }

    @Test(
        "a jump of the wall clock neither starts nor delays it, also over a restart of the server",
        arguments: [3 * 3_600_000, -86_400_000])
    func jump(by milliseconds: Int64) throws {
        let machine = BootClockTests.Machine()
        let clock = BootClock(source: machine.source, bootID: "b", kept: nil, newestEvent: Timestamp(milliseconds: 0))
        let state = try Self.reserved(at: clock.now())
        machine.wall.withLock { $0 += milliseconds }
        #expect(!Self.begins(state, at: clock.now()))
        #expect(state.nextDeadline(after: clock.now()) == clock.now() + .hours(2))
        machine.pass(7_199_000)
        let restarted = BootClock(source: machine.source, bootID: "b", kept: clock.anchor, newestEvent: state.time)
        #expect(!Self.begins(state, at: restarted.now()))
        machine.pass(1_000)
        #expect(Self.begins(state, at: restarted.now()))
        // What screens show moves with the wall clock: the moment at which it really begins.
        let shown = try #require(state.reservations.first).startsAt + restarted.wallAhead()
        #expect(shown.milliseconds == machine.wall.withLock { $0 })
    }

    @Test("after a reboot time has gone on by the wall clock: it begins at once if its time has come, and is over after it")
    func reboot() throws {
        let machine = BootClockTests.Machine()
        let clock = BootClock(source: machine.source, bootID: "b", kept: nil, newestEvent: Timestamp(milliseconds: 0))
        let state = try Self.reserved(at: clock.now())
        machine.pass(9_000_000)
        machine.boot.withLock { $0 = 5_000 }
        let after = BootClock(source: machine.source, bootID: "c", kept: clock.anchor, newestEvent: state.time)
        #expect(Self.begins(state, at: after.now()))
        machine.pass(1_800_000)
        #expect(
            state.reservationUpkeep(at: after.now())
                == [.reservationEnded(ReservationEnded(id: ReservationID(1), end: .over))])
    }
}
