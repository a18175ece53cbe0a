import FleetModel
import Testing

@testable import LeaseLedger

/// What was expected stays with its request, and with the one that waits again for it.
@Suite struct ForecastTests {
    @Test func aForecastStaysWithItsRequestAndGoesOnWithIt() throws {
        var state = LedgerState()
        let now = Timestamp(milliseconds: 1_000)
        let device = Device(key: DeviceKey("n1:a"), model: "A100", memory: .gibibytes(80))
        _ = state.handle(
            .node(
                NodeReport(
                    node: NodeName("n1"), bootID: "boot", cores: .cores(8), memory: .gibibytes(64), devices: [device])),
            at: now)
        let forecast = WorkForecast(work: "1", time: ForecastRange(lower: 1, expected: 2, upper: 3, runs: 1))
        var submission = Submission(
            user: UserName("bob"), name: "x",
            resources: ResourceRequest(devices: DeviceSelector(count: 1), duration: .hours(2)),
            wishes: WorkWishes(requeues: true))
        submission.forecast = forecast
        _ = try state.handle(.submit(submission), at: now)
        #expect(state.requests[LeaseID(1)]?.forecast == forecast)
        let lease = try #require(state.requests[LeaseID(1)])
        let again = state.requeue(of: lease)
        // It does not wait again while nothing ended.
        #expect(again == nil)
        let allocation = Allocation(node: NodeName("n1"), devices: [device.key], cores: .cores(1), memory: .gibibytes(1))
        let grant = Grant(id: LeaseID(1), allocation: allocation, reasons: [.nobodyElseWaited])
        _ = try state.handle(.adopt(Plan(grants: [grant])), at: now)
        _ = state.handle(.attemptRunning(AttemptKey(lease: LeaseID(1), number: 1)), at: now)
        var taken = try #require(state.requests[LeaseID(1)])
        taken.lease?.ending = Lease.Ending(reason: .preempted, since: now, killAt: now)
        guard case .requestSubmitted(let event) = state.requeue(of: taken) else {
            Issue.record("it does not wait again")
            return
        }
        #expect(event.forecast == forecast && event.requeue?.of == LeaseID(1))
    }
}
