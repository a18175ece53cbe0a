import FleetModel
import LeaseLedger
import Scheduling

/// A pool in which every device is taken and many wait: nodes of eight devices, fifty users, requests of 1 to 8 devices.
struct BusyFleet {
    private(set) var state: LedgerState
    /// A lease whose work is over and whose devices are just being looked at.
    let returning: AttemptKey

    private static let start = Timestamp(milliseconds: 1_800_000_000_000)
    private static let devicesOfNode = 8

    /// When the next event comes: a minute after everything else.
    var next: Timestamp { state.time + .minutes(1) }

    init(devices: Int, waiting: Int) {
        var batch = LedgerBatch(from: LedgerState(), at: Self.start)
        let policy = SchedulingPolicy(waitingLimit: 10_000_000)
        Self.accept(batch.submit(.setPolicy(policy, by: Requester(UserName("root"), isAdministrator: true))))
        for first in stride(from: 0, to: devices, by: Self.devicesOfNode) {
            batch.observe(.node(Self.report(first, count: min(Self.devicesOfNode, devices - first))))
        }
        for number in 0..<devices {
            Self.accept(batch.submit(Self.request(number, devices: 1, time: .hours(1 + Int64(number % 20)))))
        }
        // A lease each; what one call leaves over, the next one takes up.
        while batch.state.live.count < devices { batch.finish(evenIf: true, scheduling: Scheduler.plan) }

        var later = LedgerBatch(from: batch.state, at: Self.start + .minutes(1))
        for number in 0..<waiting {
            let count = [1, 1, 1, 1, 1, 1, 2, 2, 4, 8][number % 10]
            Self.accept(later.submit(Self.request(number, devices: count, time: .hours(1 + Int64(number % 8)))))
        }
        let key = AttemptKey(lease: later.state.live[later.state.live.count / 2], number: 1)
        later.observe(.attemptRunning(key))
        later.observe(.attemptEnded(key, .exited(code: 0)))
        later.finish(scheduling: Scheduler.plan)
        state = later.state
        returning = key
    }

    static func request(_ number: Int, devices: Int, time: TimeSpan) -> Command {
        let resources = ResourceRequest(
            devices: DeviceSelector(count: devices), cores: .cores(Int64(devices)), memory: .gibibytes(Int64(devices)),
            duration: time)
        return .submit(Submission(user: UserName("user\(number % 50)"), name: "job", resources: resources))
    }

    private static func report(_ first: Int, count: Int) -> NodeReport {
        let name = "n\(first / devicesOfNode)"
        let devices = (0..<count).map { index in
            Device(key: DeviceKey("\(name):\(index)"), model: "NVIDIA A100-SXM4-80GB", memory: .gibibytes(80), minor: index)
        }
        return NodeReport(
            node: NodeName(name), bootID: "boot", cores: .cores(64), memory: .gibibytes(512), devices: devices)
    }

    private static func accept(_ result: Result<[RecordedEvent], Rejection>) {
        if case .failure(let rejection) = result { fatalError("the ledger refused: \(rejection)") }
    }
}
