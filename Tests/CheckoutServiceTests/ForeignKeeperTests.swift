import CheckoutService
import EngineInterface
import FleetModel
import FleetTestKit
import LeaseLedger
import Testing

@Suite("The keeper of what others use")
struct ForeignKeeperTests {
    private static func slot(_ bench: ServiceBench) -> DeviceSlot { bench.service.state.nodes[0].slots[0] }

    private static func hold(_ bench: ServiceBench, _ pid: Int32?, _ attempt: AttemptKey? = nil, hidden: Int = 0) {
        let key = slot(bench).device.key
        let holder = pid.map { DeviceHolder(device: key, pid: $0, user: "bob", command: "python3", attempt: attempt) }
        bench.engine.with {
            $0.holders = DeviceHolders(holders: [holder].compactMap(\.self), hiddenProcesses: hidden)
        }
    }

    @Test("a device that somebody uses outside is not lent, who waits is told, and it comes back by itself")
    func blocked() async throws {
        let bench = try await ServiceBench(devices: "a100:1", observer: ScriptedObserver())
        let keeper = try #require(bench.service.foreignKeeper)
        try await bench.running {
            Self.hold(bench, 4_711)
            try await bench.eventually("seen in two looks") {
                await keeper.round()
                return Self.slot(bench).foreign != nil
            }
            #expect(Self.slot(bench).foreign?.words == "python3 of bob (process 4711)")
            _ = try await bench.submit()
            #expect(try await bench.phase(1) == nil)
            let record = try #require(try await bench.record(1))
            let words = bench.service.sentences(about: record)?.joined(separator: " ") ?? ""
            #expect(words.contains("1 used by processes that no lease accounts for"), "\(words)")
            Self.hold(bench, nil)
            await keeper.round()
            #expect(Self.slot(bench).foreign == nil)
            try await bench.eventually("lent") { try await bench.phase(1) == .running }
        }
    }

    @Test("who looks for a moment uses nothing, and the work of the lease is no stranger")
    func accountedFor() async throws {
        let bench = try await ServiceBench(devices: "a100:1", observer: ScriptedObserver())
        let keeper = try #require(bench.service.foreignKeeper)
        try await bench.running {
            // Another process each time, as a monitor that is started over and over.
            for pid in Int32(100)..<104 {
                Self.hold(bench, pid)
                await keeper.round()
                #expect(Self.slot(bench).foreign == nil)
            }
            Self.hold(bench, nil)
            _ = try await bench.submit()
            try await bench.eventually("running") { try await bench.phase(1) == .running }
            Self.hold(bench, 200, AttemptKey(lease: LeaseID(1), number: 1))
            for _ in 0..<3 { await keeper.round() }
            #expect(Self.slot(bench).foreign == nil)
            // Another lease's work on this device is.
            Self.hold(bench, 200, AttemptKey(lease: LeaseID(9), number: 1))
            for _ in 0..<3 { await keeper.round() }
            #expect(Self.slot(bench).foreign?.processes.map(\.pid) == [200])
            #expect(try await bench.phase(1) == .running)
        }
    }

    @Test("who can't look into all processes takes the driver's word for a free device")
    func driversWord() async throws {
        let observer = ScriptedObserver(), bench = try await ServiceBench(devices: "a100:1", observer: observer)
        let keeper = try #require(bench.service.foreignKeeper), key = Self.slot(bench).device.key
        observer.show(key) {
            $0.processes = [
                DeviceProcess(pid: 4_712, user: "carol", command: "train"), DeviceProcess(pid: 99),
                DeviceProcess(pid: 5, user: "root", command: "nvidia-persistenced"),
            ]
        }
        try await bench.running {
            try await bench.eventually("looked at") { bench.service.keeper?.board[key]?.processes?.isEmpty == false }
            Self.hold(bench, nil, hidden: 3)
            try await bench.eventually("seen") {
                await keeper.round()
                return Self.slot(bench).foreign?.processes.map(\.pid) == [4_712]
            }
        }
    }

    @Test("only where the policy says so is anybody ended: asked first, by force a round later")
    func ended() async throws {
        let bench = try await ServiceBench(devices: "a100:1", observer: ScriptedObserver())
        let keeper = try #require(bench.service.foreignKeeper)
        try await bench.running {
            Self.hold(bench, 4_711)
            for _ in 0..<3 { await keeper.round() }
            #expect(bench.engine.with { $0.ended.isEmpty })
            var policy = bench.service.state.policy
            policy.foreign = .kill
            _ = try await bench.service.writer.perform(
                .setPolicy(policy, by: Requester(UserName("root"), isAdministrator: true)))
            for _ in 0..<2 { await keeper.round() }
            #expect(bench.engine.with { $0.ended.map(\.pid) } == [4_711, 4_711])
            #expect(bench.engine.with { $0.ended.map(\.force) } == [false, true])
            #expect(Self.slot(bench).foreign?.isWithheld == true)
            Self.hold(bench, nil)
            for _ in 0..<2 { await keeper.round() }
            #expect(bench.engine.with { $0.ended.count } == 2)
        }
    }
}
