import CheckoutService
import FleetModel
import FleetTestKit
import LeaseLedger
import Testing

/// Nothing is granted before the engine has said what runs.
@Suite struct FirstComparisonTests {
    private static let stray = AttemptKey(lease: LeaseID(70), number: 2)

    @Test("before the first comparison nothing is granted, whatever comes in")
    func gate() async throws {
        let bench = try await ServiceBench(isCompared: false)
        _ = try await bench.submit()
        try await bench.service.takeInventory()
        try await bench.service.writer.reconsider()
        #expect(try await bench.record(1)?.phase == .waiting)
        try await bench.service.writer.compared([])
        #expect(try await bench.record(1)?.phase == .granted)
    }

    @Test("work that the ledger doesn't know keeps its devices from others until it is gone and they were looked at")
    func strayFromBefore() async throws {
        let bench = try await ServiceBench(devices: "a100:2", isCompared: false)
        let taken = bench.service.state.nodes[0].slots[0].device.key
        bench.engine.with { inside in
            inside.phases[Self.stray] = .running
            inside.devices[Self.stray] = [taken]
            inside.withstandsForce = true
        }
        _ = try await bench.submit()
        _ = try await bench.submit()
        try await bench.running {
            try await bench.eventually("one runs") { try await bench.phase(1) == .running }
            try await bench.eventually("asked to end") {
                bench.engine.with { $0.stops.contains { $0.attempt == Self.stray } }
            }
            #expect(try await bench.record(1)?.lease?.allocation.devices.contains(taken) == false)
            #expect(try await bench.record(2)?.phase == .waiting)
            bench.engine.with { $0.phases[Self.stray] = .ended(.killed) }
            try await bench.eventually("the other runs") { try await bench.phase(2) == .running }
            #expect(try await bench.record(2)?.lease?.allocation.devices == [taken])
            #expect(bench.engine.with { $0.looks.contains(Self.stray) })
        }
    }

    @Test("while the engine can't be asked, nothing is granted")
    func unreachable() async throws {
        let bench = try await ServiceBench(isCompared: false)
        bench.engine.with { $0.listFailures = 3 }
        _ = try await bench.submit()
        try await bench.running {
            try await bench.eventually("asked in vain") { bench.engine.with { $0.listFailures < 3 } }
            try await bench.eventually("running") { try await bench.phase(1) == .running }
            #expect(bench.engine.with { $0.listFailures } == 0)
        }
    }

    @Test("an attempt that was over and forgotten before a restore ends its lease as not known")
    func alreadyOver() async throws {
        let bench = try await ServiceBench()
        bench.engine.with { $0.over.append(AttemptKey(lease: LeaseID(1), number: 1)) }
        try await bench.running {
            _ = try await bench.submit()
            try await bench.eventually("closed") { try await bench.phase(1) == .closed }
            #expect(try await bench.record(1)?.lease?.receipt?.exitCode == ExitCode.notKnown)
            #expect(bench.engine.with { $0.launched.isEmpty })
        }
    }
}
