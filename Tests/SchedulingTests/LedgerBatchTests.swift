import FleetModel
import LeaseLedger
import Scheduling
import Testing

/// One transaction: commands, observations and plans on a copy.
@Suite struct LedgerBatchTests {
    private static let now = Timestamp(milliseconds: 1_000_000)
    private static let alice = UserName("alice")

    private static func report(_ devices: Int) -> NodeReport {
        NodeReport(
            node: NodeName("n1"), bootID: "boot", cores: .cores(64), memory: MemoryBytes(1_000_000_000_000),
            devices: (0..<devices).map {
                Device(key: DeviceKey("n1:\($0)"), model: "NVIDIA L4", memory: MemoryBytes(24_000_000_000))
            })
    }

    private static func submission(_ devices: Int = 1) -> Command {
        .submit(
            Submission(
                user: alice, name: "work", resources: ResourceRequest(devices: DeviceSelector(count: devices))))
    }

    /// A ledger with a node.
    private static func ledger(devices: Int) -> LedgerState {
        var batch = LedgerBatch(from: LedgerState(), at: now)
        batch.observe(.node(report(devices)))
        return batch.state
    }

    @Test func everythingOfABatchFollowsTheStateItCameFrom() {
        let state = Self.ledger(devices: 2)
        var batch = LedgerBatch(from: state, at: Self.now)
        #expect(batch.submit(Self.submission()).isAccepted)
        batch.finish(scheduling: Scheduler.plan)
        #expect(batch.base == state.sequence)
        #expect(batch.events.map(\.sequence) == [2, 3, 4])
        #expect(batch.events.allSatisfy { $0.at == Self.now })
        var replayed = state
        for event in batch.events { replayed.apply(event) }
        #expect(replayed == batch.state)
        #expect(batch.state.live == [LeaseID(1)])
        #expect(batch.rejectedPlan == nil)
    }

    @Test func aRejectionChangesNothingAndTheRestGoesOn() {
        var batch = LedgerBatch(from: Self.ledger(devices: 1), at: Self.now)
        let before = batch.state
        #expect(batch.submit(.giveBack(LeaseID(9), by: Requester(Self.alice))) == .failure(.unknown(LeaseID(9))))
        #expect(batch.state == before)
        #expect(batch.events.isEmpty)
        #expect(batch.submit(Self.submission()).isAccepted)
    }

    @Test func requestsThatEndAreKeptAsTheyWereAtTheirEnd() {
        var batch = LedgerBatch(from: Self.ledger(devices: 1), at: Self.now)
        for devices in [1, 1, 5] { _ = batch.submit(Self.submission(devices)) }
        _ = batch.submit(.giveBack(LeaseID(2), by: Requester(Self.alice)))
        batch.finish(scheduling: Scheduler.plan)
        let key = AttemptKey(lease: LeaseID(1), number: 1)
        batch.observe(.attemptEnded(key, .exited(code: 3)))
        batch.observe(.verified(key, [CleanCheck(.processesGone, .passed)]))
        #expect(batch.ended.map(\.id) == [LeaseID(2), LeaseID(3), LeaseID(1)])
        #expect(batch.ended.map(\.phase) == [.cancelled, .refused, .granted])
        #expect(batch.ended.last?.lease?.receipt?.exitCode == 3)
        #expect(batch.ended.allSatisfy { $0.isOver })
    }

    @Test func manyEndsInOneBatchAreAllKept() {
        var batch = LedgerBatch(from: LedgerState(), at: Self.now)
        let count = LedgerState.closedKept + 50
        for _ in 1...count { _ = batch.submit(Self.submission(5)) }
        batch.observe(.node(Self.report(1)))
        batch.finish(scheduling: Scheduler.plan)
        #expect(batch.ended.count == count, "more than the state remembers")
        #expect(batch.state.over.count == LedgerState.closedKept)
    }

    @Test func theSchedulerIsAskedOnlyWhenItCouldChangeItsMind() {
        var asked = 0
        func plan(_ state: LedgerState, _ at: Timestamp) -> Plan {
            asked += 1
            return Scheduler.plan(state, at: at)
        }
        var batch = LedgerBatch(from: Self.ledger(devices: 1), at: Self.now)
        batch.finish(scheduling: plan)
        #expect(asked == 0, "nobody waits")
        for _ in 1...2 { _ = batch.submit(Self.submission()) }
        batch.finish(scheduling: plan)
        #expect(asked == 2, "once for the plan, once to hear that there is nothing more")
        batch.observe(.attemptRunning(AttemptKey(lease: LeaseID(1), number: 1)))
        _ = batch.submit(.advanceClock)
        batch.finish(scheduling: plan)
        #expect(asked == 2, "that work runs frees nothing")
        batch.finish(evenIf: true, scheduling: plan)
        #expect(asked == 3)
        _ = batch.submit(.giveBack(LeaseID(1), by: Requester(Self.alice)))
        batch.finish(scheduling: plan)
        #expect(asked == 4, "a lease that ends moves what is expected")
    }

    @Test func aPlanThatDoesNotHoldIsReportedAndNotAdopted() {
        var batch = LedgerBatch(from: Self.ledger(devices: 1), at: Self.now)
        _ = batch.submit(Self.submission())
        let before = batch.state
        let wrong = Grant(
            id: LeaseID(1),
            allocation: Allocation(node: NodeName("n7"), devices: [], cores: .cores(1), memory: MemoryBytes(1)),
            reasons: [.nobodyElseWaited])
        batch.finish { _, _ in Plan(grants: [wrong]) }
        #expect(batch.rejectedPlan == .staleGrant(LeaseID(1), .unknownNode(NodeName("n7"))))
        #expect(batch.state == before)
    }

    @Test func whatHoldsOfSuchAPlanIsAdopted() throws {
        var batch = LedgerBatch(from: Self.ledger(devices: 1), at: Self.now)
        for _ in 1...2 { _ = batch.submit(Self.submission()) }
        batch.finish { state, now in
            let sound = Scheduler.plan(state, at: now).grants
            guard let first = sound.first else { return Plan() }
            // The same device once more, for the other request.
            return Plan(grants: [Grant(id: LeaseID(2), allocation: first.allocation, reasons: first.reasons), first])
        }
        #expect(batch.rejectedPlan != nil)
        #expect(batch.state.live.count == 1 && batch.state.waiting.count == 1)
        #expect(batch.state.violations == [])
    }

    @Test func aSchedulerThatNeverEndsIsStopped() {
        var batch = LedgerBatch(from: Self.ledger(devices: 0), at: Self.now)
        for _ in 1...100 { _ = batch.submit(Self.submission()) }
        batch.finish { state, _ in
            Plan(refusals: state.waiting.prefix(1).map { RefusedRequest(id: $0, refusal: .noDevices) })
        }
        #expect(batch.ended.count == LedgerBatch.mostPlans)
        #expect(batch.state.waiting.count == 100 - LedgerBatch.mostPlans)
    }

    @Test func timeNeverGoesBack() {
        var batch = LedgerBatch(from: Self.ledger(devices: 1), at: Timestamp(milliseconds: 5))
        _ = batch.submit(Self.submission())
        var plannedAt: Timestamp?
        batch.finish { state, at in
            plannedAt = at
            return Scheduler.plan(state, at: at)
        }
        #expect(plannedAt == Self.now)
        #expect(batch.events.allSatisfy { $0.at == Self.now })
    }
}

extension Result<[RecordedEvent], Rejection> {
    fileprivate var isAccepted: Bool { if case .success(let events) = self { !events.isEmpty } else { false } }
}
