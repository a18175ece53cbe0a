import CheckoutService
import DevicePolicy
import EngineInterface
import FleetModel
import FleetTestKit
import LeaseLedger
import Scheduling
import Synchronization
import Testing

/// A running service on an in-memory log and a scripted engine.
struct ServiceBench {
    let service: CheckoutService
    let engine: ScriptedEngine
    let log: InMemoryEventLog
    let clock: ManualClock
    let ballast: Ballast
    let around: LedgerWriter.Surroundings

    final class Ballast: Sendable {
        let isThere = Mutex(true)
        let hasRoom = Mutex(false)
    }

    static let alice = Requester(UserName("alice"))

    /// A disk that takes its time.
    private struct SlowLog: EventLog {
        let log: InMemoryEventLog
        let pause: Duration

        func load() async throws -> (checkpoint: LedgerState?, tail: [RecordedEvent]) { try await log.load() }
        func checkpoint(_ state: LedgerState) async throws { try await log.checkpoint(state) }
        func append(_ batch: LogBatch, after sequence: Int64) async throws(AppendError) {
            try? await Task.sleep(for: pause)
            try await log.append(batch, after: sequence)
        }
    }

    /// - Parameters:
    ///   - pause: how long each append takes.
    ///   - isCompared: whether the engine's list counts as compared, so that plans are adopted also while nothing runs.
    init(
        log: InMemoryEventLog = InMemoryEventLog(), devices: String = "a100:4", pause: Duration = .zero,
        isCompared: Bool = true, observer: (any DeviceObserver)? = nil, returns: ReturnSettings = .usual
    ) async throws {
        let clock = ManualClock(), ballast = Ballast(), engine = ScriptedEngine()
        let (checkpoint, tail) = try await log.load()
        var state = checkpoint ?? LedgerState()
        for event in tail { state.apply(event) }
        around = LedgerWriter.Surroundings(
            log: SlowLog(log: log, pause: pause), archive: log, clock: clock, plan: { Scheduler.plan($0, at: $1) },
            releaseBallast: {
                ballast.isThere.withLock { isThere in
                    defer { isThere = false }
                    return isThere
                }
            },
            restoreBallast: { ballast.hasRoom.withLock { $0 } },
            giveUp: { fatalError("the service gave up: \($0)") })
        let report = try FleetBuilder.report("n1", devices)
        service = CheckoutService(
            state: state, around: around, engine: engine, console: engine, observer: observer, returns: returns,
            // Tests look when their clock has moved and devices have shown something; a look in between would find old readings.
            idleLooks: .hours(24), nodeReport: { report })
        (self.engine, self.log, self.clock, self.ballast) = (engine, log, clock, ballast)
        try await service.takeInventory()
        if isCompared { try await service.writer.compared([]) }
    }

    /// Runs the service beside the body, and ends it.
    func running(_ body: () async throws -> Void) async throws {
        let service = service
        let task = Task { await service.run() }
        defer { task.cancel() }
        try await body()
    }

    func submit(
        _ user: String = "alice", gpus: Int = 1, time: TimeSpan? = nil, key: IdempotencyKey? = nil,
        session: SessionKind? = nil, forecast: WorkForecast? = nil
    ) async throws(ServiceError) -> WriterAnswer {
        let resources = ResourceRequest(
            devices: DeviceSelector(count: gpus), cores: .cores(1), memory: .gibibytes(1), duration: time)
        let order = WorkOrder(command: ["true"], directory: "/", environment: [], takesInput: false, uid: nil)
        var submission = Submission(
            user: UserName(user), name: "work", resources: resources, wishes: WorkWishes(session: session))
        submission.forecast = forecast
        return try await service.writer.submit(NewWork(submission: submission, order: order, key: key))
    }

    func record(_ id: Int64) async throws -> RequestRecord? { try await service.record(LeaseID(id)) }

    /// Waits until something holds; beside a thousand other tests on two cores a minute is not for ever.
    func eventually(
        _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ holds: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(240)
        while try await !holds() {
            guard .now < deadline else {
                Issue.record("never: \(what)", sourceLocation: sourceLocation)
                return
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    func phase(_ id: Int64) async throws -> LeasePhase? { try await record(id)?.lease?.phase }
}

extension ManualClock: LedgerClock {}
