import CheckoutService
import DevicePolicy
import EngineInterface
import FleetModel
import FleetTestKit
import LeaseLedger
import Testing

@Suite("The keeper of idle leases")
struct IdleKeeperTests {
    /// A lease on the only device, somebody who waits for it, and a clock that goes by minutes.
    private struct Story {
        let bench: ServiceBench
        let observer: ScriptedObserver
        let device: DeviceKey

        init(log: InMemoryEventLog = InMemoryEventLog()) async throws {
            observer = ScriptedObserver()
            bench = try await ServiceBench(log: log, devices: "a100:1", observer: observer)
            device = bench.service.state.nodes[0].slots[0].device.key
            observer.show(device) { $0.power = Power(milliwatts: 60_000) }
        }

        func begin(somebodyWaits: Bool = true, session: SessionKind? = nil) async throws {
            var policy = bench.service.state.policy
            policy.idle.dryRun = .zero
            let root = Requester(UserName("root"), isAdministrator: true)
            _ = try await bench.service.writer.perform(.setPolicy(policy, by: root))
            _ = try await bench.submit(session: session)
            try await bench.eventually("running") { try await bench.phase(1) == .running }
            if somebodyWaits { _ = try await bench.submit("bob") }
        }

        /// Looks once a minute.
        func pass(minutes: Int, _ change: (Int) -> Void = { _ in }) async throws {
            let keeper = try #require(bench.service.idleKeeper), board = try #require(bench.service.keeper).board
            for minute in 0..<minutes {
                bench.clock.advance(by: .minutes(1))
                change(minute)
                observer.tellReading(device)
                try await bench.eventually("seen") { board.newest(device)?.at == bench.clock.now() }
                await keeper.round()
            }
        }

        /// What was said about lease 1, with the minutes since it was granted.
        var said: [String] {
            get async throws {
                let lease = try #require(try await bench.record(1)?.lease)
                return try await bench.log.events(after: 0, limit: 10_000).compactMap { event in
                    guard case .idleNoticed(let noticed) = event.event else { return nil }
                    return "\((event.at - lease.grantedAt).milliseconds / 60_000) \(noticed.notice.word)"
                }
            }
        }
    }

    @Test("a lease that nobody uses is warned twice and ended, and its receipt has the evidence")
    func ended() async throws {
        let story = try await Story()
        try await story.bench.running {
            try await story.begin()
            try await story.pass(minutes: 140)
            #expect(try await story.said == ["90 warned", "120 warnedAgain", "135 released"])
            try await story.bench.eventually("closed") { try await story.bench.phase(1) == .closed }
            let receipt = try await story.bench.record(1)?.lease?.receipt
            #expect(receipt?.reason == .idle && receipt?.exitCode == ExitCode.idle)
            #expect(receipt?.idle?.utilization == 0 && receipt?.idle?.power == Power(milliwatts: 60_000))
        }
    }

    @Test("where nobody waits its user is told once, and it goes on")
    func alone() async throws {
        let story = try await Story()
        try await story.bench.running {
            try await story.begin(somebodyWaits: false)
            try await story.pass(minutes: 200)
            #expect(try await story.said == ["90 warned"])
            #expect(try await story.bench.record(1)?.lease?.idle?.releaseAt == nil)
        }
    }

    @Test("use takes back what was said, and so does an engine that can't be asked")
    func withdrawn() async throws {
        let story = try await Story()
        try await story.bench.running {
            try await story.begin()
            try await story.pass(minutes: 100)
            story.observer.show(story.device) { $0.utilization = 80 }
            try await story.pass(minutes: 1)
            story.observer.show(story.device) { $0.utilization = 0 }
            try await story.pass(minutes: 65)
            #expect(try await story.said == ["90 warned", "101 withdrawn", "161 warned"])
            story.bench.engine.with { $0.useFailures = 1 }
            try await story.pass(minutes: 50)
            #expect(try await story.said.suffix(2) == ["161 warned", "167 withdrawn"])
            #expect(try await story.bench.phase(1) == .running)
        }
    }

    @Test("who does something in a notebook's page uses the lease, and an open page alone doesn't")
    func sessionInUse() async throws {
        let story = try await Story()
        try await story.bench.running {
            try await story.begin(session: .notebook)
            try await story.pass(minutes: 100)
            #expect(try await story.said == ["90 warned"])
            story.bench.service.sessionUse.note(AttemptKey(lease: LeaseID(1), number: 1))
            try await story.pass(minutes: 1)
            #expect(try await story.said == ["90 warned", "101 withdrawn"])
            story.bench.service.sessionUse.note(AttemptKey(lease: LeaseID(2), number: 1))
            try await story.pass(minutes: 61)
            #expect(try await story.said.last == "161 warned")
        }
    }

    @Test("a short burst of use between two looks is use")
    func burst() async throws {
        let story = try await Story()
        try await story.bench.running {
            try await story.begin()
            try await story.pass(minutes: 100)
            story.bench.clock.advance(by: .minutes(1))
            let keeper = try #require(story.bench.service.idleKeeper), board = try #require(story.bench.service.keeper).board
            for share in [80, 0] {
                story.observer.show(story.device) { $0.utilization = share }
                story.observer.tellReading(story.device)
                try await story.bench.eventually("seen") { board[story.device]?.utilization == share }
            }
            await keeper.round()
            #expect(try await story.said == ["90 warned", "101 withdrawn"])
        }
    }

    @Test("work for the processor beside the GPU is told, and counts that are taken back are nothing")
    func processor() async throws {
        let story = try await Story(), key = AttemptKey(lease: LeaseID(1), number: 1)
        try await story.bench.running {
            try await story.begin(somebodyWaits: false)
            try await story.pass(minutes: 100) { minute in
                story.bench.engine.with {
                    $0.uses[key] = AttemptUse(key, processorTime: .seconds(Int64(30 * minute)), bytes: 0)
                }
            }
            #expect(try await story.said == ["90 advised"])
            try await story.pass(minutes: 100) { minute in
                story.bench.engine.with {
                    $0.uses[key] = AttemptUse(key, processorTime: .seconds(Int64(10_000 - 30 * minute)), bytes: 0)
                }
            }
            // The first of these looks shows a leap, and the others less than before.
            #expect(try await story.said.contains { $0.hasSuffix(" warned") })
        }
    }

    @Test("input that the work is fed is use")
    func input() async throws {
        let story = try await Story(), key = AttemptKey(lease: LeaseID(1), number: 1)
        try await story.bench.running {
            try await story.begin()
            try await story.pass(minutes: 150) { minute in
                story.bench.engine.with {
                    $0.uses[key] = AttemptUse(key, processorTime: .zero, bytes: 0, inputBytes: Int64(minute / 50))
                }
            }
            #expect(try await story.said.isEmpty)
        }
    }

    @Test("after a restart the rest begins anew, and a lease that was kept is kept")
    func restart() async throws {
        let log = InMemoryEventLog()
        let first = try await Story(log: log)
        try await first.bench.running {
            try await first.begin()
            try await first.pass(minutes: 125)
            #expect(try await first.said == ["90 warned", "120 warnedAgain"])
        }
        let second = try await Story(log: log)
        second.bench.clock.advance(by: .minutes(126))
        second.bench.engine.with { $0.phases[AttemptKey(lease: LeaseID(1), number: 1)] = .running }
        try await second.bench.running {
            try await second.pass(minutes: 20)
            #expect(try await second.said.last?.hasSuffix("withdrawn") ?? false)
            #expect(try await second.bench.phase(1) == .running)
            _ = try await second.bench.service.writer.perform(.keep(LeaseID(1), by: ServiceBench.alice))
            let before = try await second.said.count
            try await second.pass(minutes: 110)
            #expect(try await second.said.count == before)
        }
    }
}
