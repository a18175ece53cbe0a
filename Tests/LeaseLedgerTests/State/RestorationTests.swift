import FleetModel
import FleetTestKit
import LeaseLedger
import Testing

/// What follows when a backup is put back under an engine that has gone on.
@Suite struct RestorationTests {
    private static func restored(_ state: LedgerState, next: Int64 = 1, _ launched: (Int64, Int)...) -> LedgerBatch {
        var batch = LedgerBatch(from: state, at: ManualClock.start)
        batch.restore(
            nextID: LeaseID(next), launched: launched.map { AttemptKey(lease: LeaseID($0.0), number: $0.1) })
        return batch
    }

    private static func state(granted: Int, waiting: Int) throws -> LedgerState {
        var state = LedgerState()
        let now = ManualClock.start
        _ = state.handle(.node(try FleetBuilder.report("n1", "a100:8")), at: now)
        for number in 0..<granted + waiting {
            let resources = ResourceRequest(devices: DeviceSelector(count: 1))
            _ = try state.handle(.submit(Submission(user: UserName("alice"), name: "x", resources: resources)), at: now)
            if number < granted { try grant(Int64(number + 1), device: number, &state) }
        }
        return state
    }

    private static func grant(_ id: Int64, device: Int, _ state: inout LedgerState) throws {
        let allocation = Allocation(
            node: NodeName("n1"), devices: [FleetBuilder.key("n1", device)], cores: .zero, memory: .zero)
        _ = try state.handle(
            .adopt(Plan(grants: [Grant(id: LeaseID(id), allocation: allocation, reasons: [])])), at: ManualClock.start)
    }

    @Test func numbersGoOnAboveEverythingThatWasLaunched() throws {
        let state = try Self.state(granted: 0, waiting: 2)
        var after = Self.restored(state, next: 40, (17, 1), (90, 3)).state
        #expect(after.nextID == LeaseID(91) && after.attemptsAbove == 3)
        #expect(Self.restored(state, next: 400, (17, 1)).state.nextID == LeaseID(400))
        try Self.grant(1, device: 0, &after)
        #expect(after.requests[LeaseID(1)]?.lease?.attempt == 4)
        // And above both restores after a second one.
        #expect(Self.restored(after, (90, 2)).state.attemptsAbove == 3)
    }

    @Test func aRequestWhoseWorkHasBegunSinceIsNotRunTwice() throws {
        let batch = Self.restored(try Self.state(granted: 0, waiting: 2), (2, 1))
        let after = batch.state
        #expect(after.waiting.map { $0 } == [LeaseID(1)])
        #expect(after.requests[LeaseID(2)]?.refusal == .begunBeforeRestore)
        #expect(after.requests[LeaseID(2)]?.refusal?.exitCode == ExitCode.notKnown)
        #expect(batch.ended.map(\.id) == [LeaseID(2)])
        #expect(after.violations == [])
    }

    @Test func aLeaseThatHadAnotherAttemptSinceEndsAsNotKnown() throws {
        let after = Self.restored(try Self.state(granted: 2, waiting: 0), (1, 2), (2, 1)).state
        #expect(after.requests[LeaseID(1)]?.lease?.phase == .verifying)
        #expect(after.requests[LeaseID(1)]?.lease?.outcome == .unknown)
        // The same attempt as in the backup: the engine's list says what became of it.
        #expect(after.requests[LeaseID(2)]?.lease?.phase == .starting)
    }

    @Test func tenTriesAreNotMadeOfFiveByHigherNumbers() throws {
        var state = Self.restored(try Self.state(granted: 0, waiting: 1), (9, 70)).state
        try Self.grant(1, device: 0, &state)
        var numbers: [Int] = []
        while let lease = state.requests[LeaseID(1)]?.lease, lease.phase == .starting {
            numbers.append(lease.attempt)
            _ = state.handle(
                .attemptEnded(AttemptKey(lease: LeaseID(1), number: lease.attempt), .neverBegan), at: ManualClock.start)
        }
        #expect(numbers == [71, 72, 73, 74, 75])
        _ = state.handle(.verified(AttemptKey(lease: LeaseID(1), number: 75), []), at: ManualClock.start)
        #expect(state.requests[LeaseID(1)]?.lease?.receipt?.attempts == 5)
        #expect(state.requests[LeaseID(1)]?.lease?.receipt?.exitCode == 126)
    }

    @Test func triesBeforeARestoreCountToo() throws {
        var state = try Self.state(granted: 1, waiting: 0)
        state = Self.restored(state, (1, 1), (9, 6)).state
        _ = state.handle(.attemptEnded(AttemptKey(lease: LeaseID(1), number: 1), .neverBegan), at: ManualClock.start)
        #expect(state.requests[LeaseID(1)]?.lease?.attempt == 7)
        #expect(state.requests[LeaseID(1)]?.lease?.attemptsMade == 2)
        #expect(state.violations == [])
    }
}
