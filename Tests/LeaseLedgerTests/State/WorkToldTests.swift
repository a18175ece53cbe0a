import FleetModel
import Testing

@testable import LeaseLedger

/// When the signal that a user wished for is owed, and when it is not any more.
@Suite struct WorkToldTests {
    private static let bob = UserName("bob"), alice = UserName("alice"),
        root = Requester(UserName("root"), isAdministrator: true)
    private static let first = AttemptKey(lease: LeaseID(1), number: 1)
    private var state = LedgerState()
    private var now = Timestamp(milliseconds: 1_000_000)

    init() throws {
        try begin(before: .minutes(5))
        let resources = ResourceRequest(devices: DeviceSelector(count: 1), duration: .hours(2))
        _ = try state.handle(.submit(Submission(user: Self.alice, name: "y", resources: resources)), at: now)
    }

    /// Bob's work, two hours long, on the only GPU.
    private mutating func begin(before: TimeSpan?) throws {
        let device = Device(key: DeviceKey("n1:a"), model: "A100", memory: .gibibytes(80))
        let report = NodeReport(
            node: NodeName("n1"), bootID: "boot", cores: .cores(8), memory: .gibibytes(64), devices: [device])
        _ = state.handle(.node(report), at: now)
        _ = try state.handle(
            .setTeam(TeamChange(name: TeamName("vision"), guarantee: 1, adding: [Self.alice]), by: Self.root), at: now)
        let resources = ResourceRequest(devices: DeviceSelector(count: 1), duration: .hours(2))
        let wishes = WorkWishes(warnSignal: SignalNumber(10), warnBefore: before, requeues: true)
        _ = try state.handle(.submit(Submission(user: Self.bob, name: "x", resources: resources, wishes: wishes)), at: now)
        let allocation = Allocation(node: NodeName("n1"), devices: [device.key], cores: .cores(1), memory: .gibibytes(1))
        let grant = Grant(id: LeaseID(1), allocation: allocation, reasons: [.nobodyElseWaited])
        _ = try state.handle(.adopt(Plan(grants: [grant])), at: now)
        _ = state.handle(.attemptRunning(Self.first), at: now)
    }

    private func owed() -> [Reconciliation.Effect] {
        let listed = AttemptStatus(key: Self.first, phase: .running, devices: [DeviceKey("n1:a")])
        return Reconciliation(state, at: now, listed: [listed], pending: []).effects
    }

    private func tell(_ end: AnnouncedEnd) throws -> Reconciliation.Effect {
        .tell(Self.first, end, try #require(SignalNumber(10)))
    }

    @Test func theEndByTimeIsToldOnceAndAnewWhenItMoves() throws {
        var test = self
        let end = test.now + .hours(2)
        #expect(test.owed() == [])
        #expect(test.state.nextDeadline(after: test.now) == test.now + .minutes(115))
        test.now = test.now + .minutes(115)
        #expect(test.owed() == [try tell(.expiring(endsAt: end))])
        // Owed until it is written down: a crash before that sends it again.
        #expect(test.owed() == [try tell(.expiring(endsAt: end))])
        #expect(test.state.handle(.told(Self.first, .expiring(endsAt: end)), at: test.now).count == 1)
        #expect(test.state.handle(.told(Self.first, .expiring(endsAt: end)), at: test.now).isEmpty)
        #expect(test.owed() == [])
        #expect(test.state.nextDeadline(after: test.now) == end)
        _ = try test.state.handle(.extend(LeaseID(1), by: .hours(1), Requester(Self.bob)), at: test.now)
        #expect(test.owed() == [])
        test.now = test.now + .hours(1)
        #expect(test.owed() == [try tell(.expiring(endsAt: end + .hours(1)))])
        #expect(test.state.violations == [])
    }

    @Test func aReclaimIsToldWhileItStands() throws {
        var test = self
        test.now = test.now + .hours(1) + .minutes(1)
        let warnedAt = test.now
        _ = try test.state.handle(
            .adopt(Plan(reclaims: [ProposedReclaim(of: LeaseID(1), for: LeaseID(2))])), at: test.now)
        #expect(test.owed() == [try tell(.takenBack(warnedAt: warnedAt))])
        var spared = test
        _ = try spared.state.handle(.adopt(Plan(withdrawals: [LeaseID(1)])), at: spared.now)
        #expect(spared.owed() == [])
        _ = test.state.handle(.told(Self.first, .takenBack(warnedAt: warnedAt)), at: test.now)
        #expect(test.owed() == [])
        test.now = test.now + .minutes(6)
        _ = try test.state.handle(.advanceClock, at: test.now)
        // It knows: nothing more is said before it is asked to end.
        #expect(test.state.requests[LeaseID(1)]?.lease?.endToTell(at: test.now) == nil)
        #expect(test.owed() == [.stop(Self.first, force: false)])
    }

    @Test func whatWasNeverAnnouncedIsToldAtTheEnd() throws {
        var test = self
        _ = try test.state.handle(.revoke(LeaseID(1), reason: "service", by: Self.root), at: test.now)
        #expect(test.state.requests[LeaseID(1)]?.lease?.endToTell(at: test.now) == .ending(since: test.now))
        _ = test.state.handle(.told(Self.first, .ending(since: test.now)), at: test.now)
        #expect(test.state.requests[LeaseID(1)]?.lease?.endToTell(at: test.now) == nil)
        var returned = self
        _ = try returned.state.handle(.giveBack(LeaseID(1), by: Requester(Self.bob)), at: returned.now)
        #expect(returned.state.requests[LeaseID(1)]?.lease?.endToTell(at: returned.now) == nil)
    }

    private func reasonOfEnd(_ outcome: AttemptOutcome) -> EndReason? {
        var test = self
        _ = test.state.handle(.attemptEnded(Self.first, outcome), at: test.now)
        return test.state.requests[LeaseID(1)]?.lease?.ending?.reason
    }

    @Test func aDrainThatIsFarAheadIsToldShortlyBefore() throws {
        var test = self
        test.state = LedgerState()
        try test.begin(before: nil)
        let end = test.now + .hours(1)
        _ = try test.state.handle(.drain(NodeName("n1"), by: end, detail: "", Self.root), at: test.now)
        #expect(test.owed() == [])
        #expect(test.state.nextDeadline(after: test.now) == test.now + .minutes(55))
        test.now = test.now + .minutes(55)
        #expect(test.owed() == [try tell(.expiring(endsAt: end))])
        #expect(test.reasonOfEnd(.signalled(signal: 10)) == .finished, "it was sent by somebody else")
        _ = test.state.handle(.told(Self.first, .expiring(endsAt: end)), at: test.now)
        #expect(test.state.violations == [])
        #expect(test.reasonOfEnd(.signalled(signal: 10)) == .drained)
        #expect(test.reasonOfEnd(.exited(code: 138)) == .drained)
        #expect(test.reasonOfEnd(.exited(code: 0)) == .finished)
        #expect(test.reasonOfEnd(.signalled(signal: 11)) == .finished)
    }

    @Test func whatTheSignalOfAReclaimEndsIsTakenBack() throws {
        var test = self
        test.now = test.now + .hours(1)
        _ = try test.state.handle(
            .adopt(Plan(reclaims: [ProposedReclaim(of: LeaseID(1), for: LeaseID(2))])), at: test.now)
        _ = test.state.handle(.told(Self.first, .takenBack(warnedAt: test.now)), at: test.now)
        #expect(test.reasonOfEnd(.signalled(signal: 10)) == .preempted)
        _ = try test.state.handle(.adopt(Plan(withdrawals: [LeaseID(1)])), at: test.now)
        #expect(test.reasonOfEnd(.signalled(signal: 10)) == .finished, "it was spared")
    }
}
