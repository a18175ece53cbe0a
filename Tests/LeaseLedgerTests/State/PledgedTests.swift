import FleetModel
import FleetTestKit
import Testing

@testable import LeaseLedger

/// A lease that is pledged and has launched nothing yet, as engines that place work themselves have it.
@Suite struct PledgedTests {
    private let alice = Requester(UserName("alice"))
    private let now = ManualClock.start

    @Test func itStartsWithItsFirstAttempt() throws {
        var state = try pledged()
        #expect(state.requests[LeaseID(1)]?.lease?.attempt == 0)
        #expect(state.nextDeadline == now + .hours(1))
        state.apply(
            RecordedEvent(sequence: state.sequence + 1, at: now, event: .attemptStarting(AttemptStarting(attempt: key))))
        #expect(state.requests[LeaseID(1)]?.lease?.phase == .starting)
        #expect(state.violations.isEmpty)
    }

    @Test func itIsExtendedAndGivenBackBeforeAnythingWasLaunched() throws {
        var state = try pledged()
        #expect(try state.handle(.extend(LeaseID(1), by: .hours(1), alice), at: now).count == 1)
        #expect(state.nextDeadline == now + .hours(2))
        #expect(try state.handle(.giveBack(LeaseID(1), by: alice), at: now).count == 1)
        try settle(&state, endedBy: .returned(by: alice.user))
    }

    @Test func itExpiresBeforeAnythingWasLaunched() throws {
        var state = try pledged()
        #expect(try state.handle(.advanceClock, at: now + .hours(1)).count == 1)
        try settle(&state, endedBy: .expired)
    }

    @Test func whatIsReportedOfItIsIgnored() throws {
        var state = try pledged()
        let before = state
        #expect(state.handle(.attemptRunning(key), at: now).isEmpty)
        #expect(state.handle(.attemptEnded(key, .exited(code: 0)), at: now).isEmpty)
        #expect(state.handle(.verified(key, []), at: now).isEmpty)
        #expect(state == before)
    }

    /// Nothing will report an end of what was never launched: the engine's empty list says it.
    private func settle(_ state: inout LedgerState, endedBy reason: EndReason) throws {
        let owed = Reconciliation(state, at: now, listed: [], pending: [])
        #expect(owed.effects.isEmpty)
        #expect(owed.observations == [.attemptEnded(key, .neverBegan)])
        for observation in owed.observations { _ = state.handle(observation, at: now) }
        _ = state.handle(.verified(key, []), at: now)
        let lease = try #require(state.requests[LeaseID(1)]?.lease)
        #expect(lease.phase == .closed)
        #expect(lease.receipt?.reason == reason)
        #expect(lease.receipt?.startedAt == nil)
        #expect(state.violations.isEmpty)
        #expect(state.nodes[0].slots.filter(\.isFree).count == 2)
    }

    private let key = AttemptKey(lease: LeaseID(1), number: 1)

    private func pledged() throws -> LedgerState {
        var state = LedgerState()
        _ = state.handle(.node(try FleetBuilder.report("n1", "a100:2")), at: now)
        let resources = ResourceRequest(devices: DeviceSelector(count: 1), duration: .hours(1))
        _ = try state.handle(.submit(Submission(user: alice.user, name: "x", resources: resources)), at: now)
        let allocation = Allocation(
            node: NodeName("n1"), devices: [FleetBuilder.key("n1", 0)], cores: .cores(1), memory: .zero)
        let grant = LeaseGranted(id: LeaseID(1), allocation: allocation, endsAt: now + .hours(1), reasons: [])
        state.apply(RecordedEvent(sequence: state.sequence + 1, at: now, event: .leaseGranted(grant)))
        return state
    }
}
