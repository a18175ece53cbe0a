import FleetModel
import FleetTestKit
import LeaseLedger
import Testing

/// When an effect that is owed is asked for, and when again.
@Suite struct OwedEffectsTests {
    private static let key = AttemptKey(lease: LeaseID(1), number: 1)
    private static let start = ManualClock.start

    /// A ledger whose lease 1 wants its first attempt launched.
    private static func starting() throws -> LedgerState {
        var state = LedgerState()
        _ = state.handle(.node(try FleetBuilder.report("n1", "a100:2")), at: start)
        let resources = ResourceRequest(devices: DeviceSelector(count: 1))
        _ = try state.handle(.submit(Submission(user: UserName("alice"), name: "x", resources: resources)), at: start)
        let allocation = Allocation(node: NodeName("n1"), devices: [FleetBuilder.key("n1", 0)], cores: .zero, memory: .zero)
        _ = try state.handle(.adopt(Plan(grants: [Grant(id: LeaseID(1), allocation: allocation, reasons: [])])), at: start)
        return state
    }

    private static func due(
        _ owed: inout OwedEffects, _ state: LedgerState, _ listed: [AttemptStatus] = [], after: TimeSpan = .zero
    ) -> [Reconciliation.Effect] {
        owed.willList()
        return owed.compare(state, at: start, listed: listed, steady: start + after).effects
    }

    @Test func anEffectUnderWayIsNotAskedForTwice() throws {
        let state = try Self.starting()
        var owed = OwedEffects()
        #expect(Self.due(&owed, state) == [.launch(Self.key)])
        #expect(Self.due(&owed, state) == [])
        #expect(owed.pending == [Self.key])
    }

    @Test func aListFromBeforeTheAnswerIsNotTrusted() throws {
        let state = try Self.starting()
        var owed = OwedEffects()
        #expect(Self.due(&owed, state) == [.launch(Self.key)])
        owed.willList()
        _ = owed.finish(.launch(Self.key), failed: false, steady: Self.start)
        // The list was asked for before the launch was answered, so that it says nothing of it.
        #expect(owed.compare(state, at: Self.start, listed: [], steady: Self.start + .hours(1)).effects == [])
        #expect(Self.due(&owed, state, after: .hours(1)) == [.launch(Self.key)])
    }

    @Test func failuresPauseTwiceAsLongEachTimeUpToTheLongest() throws {
        let state = try Self.starting()
        var owed = OwedEffects()
        var at = TimeSpan.zero
        var pauses: [TimeSpan] = []
        for _ in 0..<9 {
            #expect(Self.due(&owed, state, after: at) == [.launch(Self.key)])
            let answer = owed.finish(.launch(Self.key), failed: true, steady: Self.start + at)
            let pause = try #require(answer)
            pauses.append(pause)
            #expect(Self.due(&owed, state, after: at + pause + TimeSpan(milliseconds: -1)) == [])
            at = at + pause
        }
        #expect(pauses.map(\.milliseconds) == [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    }

    @Test func whatIsOwedNoLongerStartsAnewWhenItIsOwedAgain() throws {
        let state = try Self.starting()
        var owed = OwedEffects()
        for _ in 0..<5 {
            _ = Self.due(&owed, state, after: .hours(1))
            _ = owed.finish(.launch(Self.key), failed: true, steady: Self.start)
        }
        let preparing = [AttemptStatus(key: Self.key, phase: .preparing)]
        #expect(Self.due(&owed, state, preparing, after: .hours(2)) == [])
        #expect(Self.due(&owed, state, after: .hours(2)) == [.launch(Self.key)])
        let anew = owed.finish(.launch(Self.key), failed: true, steady: Self.start)
        #expect(anew == OwedEffects.firstPause)
    }

    @Test func devicesAreLookedAtAgainSoonAndThenMoreSeldom() throws {
        var state = try Self.starting()
        _ = state.handle(.attemptEnded(Self.key, .exited(code: 0)), at: Self.start)
        let ended = [AttemptStatus(key: Self.key, phase: .ended(.exited(code: 0)))]
        var owed = OwedEffects()
        var at = TimeSpan.zero
        var pauses: [Int64] = []
        for _ in 0..<15 {
            #expect(Self.due(&owed, state, ended, after: at) == [.verify(Self.key)])
            let answer = owed.finish(.verify(Self.key), failed: false, steady: Self.start + at)
            let pause = try #require(answer)
            pauses.append(pause.milliseconds)
            at = at + pause
        }
        #expect(pauses.prefix(5) == [4, 8, 16, 32, 64])
        #expect(pauses.last == 30_000)
    }

    @Test func askingWorkToEndIsAskedOnceAndForcingItIsRepeated() throws {
        var state = try Self.starting()
        _ = state.handle(.attemptRunning(Self.key), at: Self.start)
        _ = try state.handle(.giveBack(LeaseID(1), by: Requester(UserName("alice"))), at: Self.start)
        let running = [AttemptStatus(key: Self.key, phase: .running)]
        var owed = OwedEffects()
        #expect(Self.due(&owed, state, running) == [.stop(Self.key, force: false)])
        let rests = owed.finish(.stop(Self.key, force: false), failed: false, steady: Self.start)
        #expect(rests == nil)
        #expect(Self.due(&owed, state, running, after: .minutes(59)) == [])
        owed.willList()
        let forced = owed.compare(state, at: Self.start + .hours(1), listed: running, steady: Self.start).effects
        #expect(forced == [.stop(Self.key, force: true)])
        let again = owed.finish(.stop(Self.key, force: true), failed: false, steady: Self.start)
        #expect(again == OwedEffects.firstPause)
    }
}
