import CheckoutService
import EngineInterface
import FleetModel
import FleetTestKit
import LeaseLedger
import Testing

@Suite("A lease's way through the service")
struct LeaseCycleTests {
    @Test("work runs, ends, is verified and closed; its devices are offered again")
    func cycle() async throws {
        let bench = try await ServiceBench()
        try await bench.running {
            let answer = try await bench.submit(gpus: 2)
            #expect(answer.id == LeaseID(1))
            try await bench.eventually("running") { try await bench.phase(1) == .running }
            #expect(bench.service.state.nodes[0].slots.count { $0.holder == LeaseID(1) } == 2)
            bench.engine.end(1, .exited(code: 7))
            try await bench.eventually("closed") { try await bench.phase(1) == .closed }
            let receipt = try await bench.record(1)?.lease?.receipt
            #expect(receipt?.exitCode == 7)
            #expect(receipt?.verdict == .clean)
            #expect(bench.service.state.nodes[0].slots.allSatisfy { $0.isFree })
            try await bench.eventually("forgotten") { bench.engine.with { $0.forgotten.count } == 1 }
            #expect(try await bench.log.workOrder(of: LeaseID(1)) == nil)
        }
    }

    @Test("a lease whose time is over is asked to end, and ended by force after the grace")
    func expiry() async throws {
        let bench = try await ServiceBench()
        bench.engine.with { $0.endsOnSignal = false }
        try await bench.running {
            _ = try await bench.submit(time: .hours(1))
            try await bench.eventually("running") { try await bench.phase(1) == .running }
            bench.clock.advance(by: .hours(1))
            // The bench's clock stands still between moves; a command makes the service look at it.
            _ = try await bench.service.writer.perform(.advanceClock)
            try await bench.eventually("asked") { bench.engine.with { $0.stops.first?.force } == false }
            #expect(try await bench.phase(1) == .ending)
            bench.clock.advance(by: .seconds(61))
            await bench.service.engineLoop.turn()
            try await bench.eventually("closed") { try await bench.phase(1) == .closed }
            #expect(bench.engine.with { $0.stops.last?.force } == true)
            #expect(try await bench.record(1)?.lease?.receipt?.exitCode == ExitCode.expired)
        }
    }

    @Test("a jump of the wall clock ends no lease")
    func wallClock() async throws {
        let bench = try await ServiceBench()
        try await bench.running {
            _ = try await bench.submit(time: .hours(1))
            try await bench.eventually("running") { try await bench.phase(1) == .running }
            bench.clock.setWall(ahead: .days(300))
            _ = try await bench.service.writer.perform(.advanceClock)
            #expect(try await bench.phase(1) == .running)
        }
    }

    @Test("a launch that fails is tried again")
    func launchFails() async throws {
        let bench = try await ServiceBench()
        bench.engine.with { $0.launchFailures = 2 }
        try await bench.running {
            _ = try await bench.submit()
            try await bench.eventually("running") { try await bench.phase(1) == .running }
            #expect(bench.engine.with { $0.launched.count } == 1)
        }
    }

    @Test("devices that are not clean are held back and looked at again")
    func dirty() async throws {
        let bench = try await ServiceBench()
        bench.engine.with { $0.dirtyLooks = 2 }
        try await bench.running {
            _ = try await bench.submit()
            try await bench.eventually("running") { try await bench.phase(1) == .running }
            bench.engine.end(1, .exited(code: 0))
            try await bench.eventually("held back") { try await bench.record(1)?.lease?.failedChecks.isEmpty == false }
            #expect(bench.service.state.nodes[0].slots.contains { $0.holder == LeaseID(1) })
            try await bench.eventually("closed") { try await bench.phase(1) == .closed }
        }
    }

    @Test("a server that starts again finds running work and launches nothing twice")
    func restart() async throws {
        let first = try await ServiceBench()
        try await first.running {
            _ = try await first.submit()
            try await first.eventually("running") { try await first.phase(1) == .running }
        }
        let second = try await ServiceBench(log: first.log.reopened())
        second.engine.with { $0.phases[AttemptKey(lease: LeaseID(1), number: 1)] = .ended(.exited(code: 3)) }
        try await second.running {
            try await second.eventually("closed") { try await second.phase(1) == .closed }
            #expect(second.engine.with { $0.launched.isEmpty })
            #expect(try await second.record(1)?.lease?.receipt?.exitCode == 3)
        }
    }

    @Test("an attempt that no lease accounts for is ended by force")
    func stray() async throws {
        let bench = try await ServiceBench()
        let stray = AttemptKey(lease: LeaseID(99), number: 1)
        bench.engine.with { $0.phases[stray] = .running }
        try await bench.running {
            try await bench.eventually("ended") {
                bench.engine.with { $0.stops }.contains(.init(attempt: stray, force: true))
            }
            try await bench.eventually("forgotten") { bench.engine.with { $0.forgotten }.contains(stray) }
        }
    }

    @Test("output is followed to the end of the work")
    func console() async throws {
        let bench = try await ServiceBench()
        try await bench.running {
            _ = try await bench.submit()
            var reader = ConsoleReader(bench.service, LeaseID(1), follow: true)
            guard case .chunk(let chunk) = try await reader.next() else {
                Issue.record("no output")
                return
            }
            #expect(chunk.piece == .bytes(offset: 0, bytes: [97, 98, 99]))
            try await bench.eventually("running") { try await bench.phase(1) == .running }
            bench.engine.end(1, .exited(code: 0))
            guard case .over = try await reader.next() else {
                Issue.record("the output did not end")
                return
            }
        }
    }
}
