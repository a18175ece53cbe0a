import CheckoutService
import DevicePolicy
import EngineInterface
import FleetModel
import FleetTestKit
import LeaseLedger
import Testing

@Suite("The keeper of devices")
struct DeviceKeeperTests {
    private static func bench(
        _ devices: String, log: InMemoryEventLog = InMemoryEventLog(), _ observer: ScriptedObserver
    ) async throws -> ServiceBench {
        var settings = ReturnSettings.usual
        settings.retestPause = TimeSpan(milliseconds: 20)
        return try await ServiceBench(log: log, devices: devices, observer: observer, returns: settings)
    }

    private static func slot(_ index: Int, _ bench: ServiceBench) -> DeviceSlot { bench.service.state.nodes[0].slots[index] }

    /// Waits until every device is watched and was looked at closely once: what counts errors has something to count from.
    private static func watched(_ count: Int, _ bench: ServiceBench, _ observer: ScriptedObserver) async throws {
        let keys = bench.service.state.nodes[0].slots.map(\.device.key)
        try await bench.eventually("watched and looked at") {
            observer.with { $0.watched.count } == count
                && keys.allSatisfy { bench.service.keeper?.board[$0]?.uncorrectedErrors != nil }
        }
    }

    /// Runs one lease to its end and waits until it is closed.
    private static func runOne(_ bench: ServiceBench, id: Int64 = 1) async throws -> Receipt? {
        _ = try await bench.submit()
        try await bench.eventually("running") { try await bench.phase(id) == .running }
        bench.clock.advance(by: .minutes(1))
        bench.engine.end(id, .exited(code: 0))
        try await bench.eventually("closed") { try await bench.phase(id) == .closed }
        return try await bench.record(id)?.lease?.receipt
    }

    @Test("a device that comes back as it was lent is shown clean, with the energy that the lease took")
    func clean() async throws {
        let observer = ScriptedObserver(), bench = try await Self.bench("a100:1", observer)
        let key = Self.slot(0, bench).device.key
        try await bench.running {
            try await bench.eventually("looked at") { bench.service.keeper?.board[key] != nil }
            _ = try await bench.submit()
            try await bench.eventually("metered") { observer.with { $0.busy.contains(key) } }
            bench.clock.advance(by: .minutes(1))
            observer.show(key) { $0.energy = Energy(millijoules: 13_000_000) }
            bench.engine.end(1, .exited(code: 0))
            try await bench.eventually("closed") { try await bench.phase(1) == .closed }
            let receipt = try await bench.record(1)?.lease?.receipt
            #expect(receipt?.verdict == .clean, "\(String(describing: receipt?.checks))")
            #expect(receipt?.checks.contains(CleanCheck(.probePassed, .passed, on: key)) ?? false)
            guard case .measured(let energy)? = receipt?.use?.energy else {
                Issue.record("not measured: \(String(describing: receipt?.use))")
                return
            }
            #expect(energy.energy == Energy(millijoules: 12_000_000) && energy.method == .counter)
        }
    }

    @Test("memory that stays is waited for, then that device alone is quarantined; let go, it comes back by itself")
    func stuck() async throws {
        let observer = ScriptedObserver(), bench = try await Self.bench("a100:4", observer)
        let keys = bench.service.state.nodes[0].slots.map(\.device.key)
        try await bench.running {
            try await bench.eventually("looked at") { keys.allSatisfy { bench.service.keeper?.board[$0] != nil } }
            _ = try await bench.submit(gpus: 2)
            try await bench.eventually("running") { try await bench.phase(1) == .running }
            let held = bench.service.state.nodes[0].slots.indices.filter { Self.slot($0, bench).holder != nil }
            let bad = Self.slot(held[0], bench).device.key
            observer.show(bad) { $0.memoryUsed = .gibibytes(4) }
            bench.engine.end(1, .exited(code: 0))
            try await bench.eventually("not clean yet") {
                try await bench.record(1)?.lease?.failedChecks.isEmpty == false
            }
            #expect(try await bench.phase(1) == .verifying)
            bench.clock.advance(by: .minutes(2))
            try await bench.eventually("closed") { try await bench.phase(1) == .closed }
            #expect(try await bench.record(1)?.lease?.receipt?.verdict == .failed)
            #expect(Self.slot(held[0], bench).quarantine?.cure == .retest)
            #expect(Self.slot(held[1], bench).isFree)
            #expect(!observer.with { $0.probed.contains(bad) }, "a probe would have been in somebody's way")
            observer.show(bad) { $0.memoryUsed = MemoryBytes(1 << 20) }
            try await bench.eventually("back") {
                bench.clock.advance(by: .minutes(1))
                return Self.slot(held[0], bench).isFree
            }
        }
    }

    @Test("a fatal error ends the lease; an error of the program does not, and both are in the receipt")
    func incidents() async throws {
        let observer = ScriptedObserver(), bench = try await Self.bench("a100:2", observer)
        try await bench.running {
            _ = try await bench.submit(gpus: 1)
            try await bench.eventually("running") { try await bench.phase(1) == .running }
            let place = try #require((0...1).first { Self.slot($0, bench).holder != nil })
            let key = Self.slot(place, bench).device.key
            try await bench.eventually("metered") { observer.with { $0.busy.contains(key) } }
            observer.tell(key, .xid(31), at: Timestamp(milliseconds: 0))  // another lease's
            observer.tell(key, .xid(13), at: bench.clock.now())
            observer.tell(key, .xid(79), at: bench.clock.now())
            try await bench.eventually("closed") { try await bench.phase(1) == .closed }
            let receipt = try await bench.record(1)?.lease?.receipt
            guard case .deviceFailed? = receipt?.reason else {
                Issue.record("\(String(describing: receipt?.reason))")
                return
            }
            #expect(receipt?.use?.incidents.map(\.kind) == [.xid(13), .xid(79)])
            #expect(Self.slot(place, bench).quarantine?.reason == .xid(79))
            #expect(Self.slot(1 - place, bench).isFree)
            // Looking again brings nothing back that waits for a restart.
            bench.clock.advance(by: .hours(2))
            try await Task.sleep(for: .milliseconds(100))
            #expect(Self.slot(place, bench).quarantine != nil)
        }
    }

    @Test("a driver that is silent once is asked again, twice is out")
    func silent() async throws {
        let observer = ScriptedObserver(), bench = try await Self.bench("a100:3", observer)
        let key = Self.slot(0, bench).device.key
        try await bench.running {
            try await Self.watched(3, bench, observer)
            observer.show(key) { $0 = DeviceReading(key, contact: .silent) }
            observer.tellReading(key)
            try await bench.eventually("silent") { bench.service.keeper?.board[key]?.contact == .silent }
            try await Task.sleep(for: .milliseconds(50))
            #expect(Self.slot(0, bench).quarantine == nil, "once is no proof")
            bench.clock.advance(by: .seconds(10))
            observer.tellReading(key)
            try await bench.eventually("out") { Self.slot(0, bench).quarantine?.reason == .silent }
            #expect(try await Self.runOne(bench)?.exitCode == 0)
            observer.show(key) { $0 = ScriptedObserver.well(key) }
            bench.clock.advance(by: .minutes(1))
            try await bench.eventually("back") { Self.slot(0, bench).isFree }
        }
    }

    @Test("where most devices fail at once the checks are suspected: the rest stays")
    func breaker() async throws {
        let observer = ScriptedObserver(), bench = try await Self.bench("a100:4", observer)
        let keys = bench.service.state.nodes[0].slots.map(\.device.key)
        try await bench.running {
            try await Self.watched(4, bench, observer)
            for key in keys {
                observer.show(key) { $0.recovery = .reset }
                observer.tellReading(key)
            }
            try await bench.eventually("an alert") {
                bench.service.state.nodes[0].cordon?.isSuspicion ?? false
            }
            #expect(bench.service.state.nodes[0].slots.count { $0.quarantine != nil } == 2)
            // The two that are left are free, and nobody gets them.
            _ = try await bench.submit()
            #expect(try await bench.phase(1) == nil)
            for key in keys { observer.show(key) { $0.recovery = .nothing } }
            try await bench.eventually("nothing failed for a while") {
                bench.clock.advance(by: .minutes(1))
                return bench.service.state.nodes[0].cordon == nil
            }
            try await bench.eventually("granted") { try await bench.phase(1) != nil }
            #expect(
                bench.service.state.nodes[0].slots.count { $0.quarantine != nil } == 2,
                "the other two were seen to be well before they could be put away")
        }
    }

    @Test("what could not be put away at once is no new failure: the breaker closes, and then it is put away")
    func owedFaults() async throws {
        let observer = ScriptedObserver(), bench = try await Self.bench("a100:4", observer)
        let keys = bench.service.state.nodes[0].slots.map(\.device.key)
        try await bench.running {
            try await Self.watched(4, bench, observer)
            for key in keys { observer.tell(key, .xid(79), at: bench.clock.now()) }
            try await bench.eventually("an alert") { bench.service.state.nodes[0].cordon?.isSuspicion ?? false }
            try await bench.eventually("all are put away") {
                bench.clock.advance(by: .seconds(30))
                return bench.service.state.nodes[0].slots.allSatisfy { $0.quarantine != nil }
            }
        }
    }

    @Test("a device that was put back and lent while it was looked at is not probed")
    func lentMeanwhile() async throws {
        let observer = ScriptedObserver(), bench = try await Self.bench("a100:1", observer)
        let key = Self.slot(0, bench).device.key
        let root = Requester(UserName("root"), isAdministrator: true)
        try await bench.running {
            // Nobody looks by itself at what an hour is waited for.
            try await bench.service.writer.observe([.unhealthy(DeviceFault(key, .xid(95), cure: .reset))])
            observer.with { inside in
                inside.meanwhile = {
                    _ = try? await bench.service.writer.perform(.release(key, by: root))
                    _ = try? await bench.submit()
                    try? await bench.eventually("lent") { try await bench.phase(1) == .running }
                }
            }
            #expect(await bench.service.keeper?.retest(key, wasReset: true) == nil)
            #expect(observer.with { $0.probed.isEmpty })
            #expect(try await bench.phase(1) == .running)
        }
    }

    @Test("what is told again of the time before a quarantine's end changes nothing, and what came after it does")
    func toldAgain() async throws {
        let observer = ScriptedObserver(), bench = try await Self.bench("a100:4", observer)
        let old = Self.slot(0, bench).device.key, new = Self.slot(1, bench).device.key
        let root = Requester(UserName("root"), isAdministrator: true)
        try await bench.running {
            try await Self.watched(4, bench, observer)
            for key in [old, new] {
                try await bench.service.writer.observe([.unhealthy(DeviceFault(key, .xid(79), cure: .reboot))])
            }
            bench.clock.advance(by: .minutes(5))
            let during = bench.clock.now()
            bench.clock.advance(by: .minutes(5))
            for key in [old, new] { _ = try await bench.service.writer.perform(.release(key, by: root)) }
            #expect(Self.slot(0, bench).past.last?.endedAt == bench.clock.now())
            bench.clock.advance(by: .minutes(1))
            observer.tell(old, .xid(79), at: during)
            observer.tell(new, .xid(79), at: bench.clock.now())
            try await bench.eventually("out") { Self.slot(1, bench).quarantine?.reason == .xid(79) }
            #expect(Self.slot(0, bench).quarantine == nil)
        }
    }

    @Test("what led to a quarantine does not keep the device there when it is told again")
    func toldAgainInQuarantine() async throws {
        let observer = ScriptedObserver(), bench = try await Self.bench("a100:2", observer)
        let key = Self.slot(0, bench).device.key
        try await bench.service.writer.observe([.unhealthy(DeviceFault(key, .xid(48), cure: .retest))])
        let since = try #require(Self.slot(0, bench).quarantine?.since)
        try await bench.running {
            try await Self.watched(2, bench, observer)
            observer.tell(key, .xid(94), at: since)
            observer.tell(key, .xid(48), at: since)
            bench.clock.advance(by: .minutes(2))
            try await bench.eventually("back") {
                bench.clock.advance(by: .minutes(1))
                return Self.slot(0, bench).isFree
            }
        }
    }

    @Test("a server that starts reads what was told since the newest event, and no more than a week")
    func lookBack() async throws {
        let bench = try await Self.bench("a100:1", ScriptedObserver())
        let state = bench.service.state
        #expect(DeviceKeeper.lookBack(after: state, at: state.time + .minutes(7)) == .minutes(7))
        #expect(DeviceKeeper.lookBack(after: state, at: state.time + .days(70)) == .days(7))
        #expect(DeviceKeeper.lookBack(after: LedgerState(), at: state.time) == .zero)
    }

    @Test("a device in quarantine stays there through a restart of the server, and still comes back")
    func restart() async throws {
        let log = InMemoryEventLog(), observer = ScriptedObserver()
        let first = try await Self.bench("a100:2", log: log, observer)
        let key = Self.slot(0, first).device.key
        try await first.service.writer.observe([.unhealthy(DeviceFault(key, .silent, cure: .retest))])
        let second = try await Self.bench("a100:2", log: log, ScriptedObserver())
        #expect(Self.slot(0, second).quarantine?.reason == .silent)
        try await second.running {
            second.clock.advance(by: .minutes(1))
            try await second.eventually("back") { Self.slot(0, second).isFree }
        }
    }

    @Test("a memory error that was contained costs the program, and the device comes back by looking again")
    func contained() async throws {
        let observer = ScriptedObserver(), bench = try await Self.bench("a100:4", observer)
        let contained = Self.slot(0, bench).device.key, alone = Self.slot(1, bench).device.key
        try await bench.running {
            try await Self.watched(4, bench, observer)
            let now = bench.clock.now()
            observer.show(contained) { $0.uncorrectedErrors = 1 }
            observer.tellReading(contained)
            observer.tell(contained, .xid(48), at: now)
            observer.tell(contained, .xid(94), at: now)
            observer.tell(alone, .xid(48), at: now)
            try await bench.eventually("judged") { (0...1).allSatisfy { Self.slot($0, bench).quarantine != nil } }
            #expect(Self.slot(0, bench).quarantine?.cure == .retest)
            #expect(Self.slot(1, bench).quarantine?.cure == .reset)
            #expect(Self.slot(1, bench).quarantine?.counters?.uncorrectedErrors == 0)
            try await bench.eventually("back") {
                bench.clock.advance(by: .minutes(1))
                return Self.slot(0, bench).isFree
            }
            #expect(Self.slot(1, bench).quarantine != nil)
        }
    }

    @Test("a device that waits for a reset comes back once its counters began anew, or somebody says so")
    func reset() async throws {
        let observer = ScriptedObserver(), bench = try await Self.bench("a100:4", observer)
        let seen = Self.slot(0, bench).device.key, told = Self.slot(1, bench).device.key
        try await bench.running {
            try await Self.watched(4, bench, observer)
            for key in [seen, told] { observer.tell(key, .xid(95), at: bench.clock.now()) }
            try await bench.eventually("out") { (0...1).allSatisfy { Self.slot($0, bench).quarantine?.cure == .reset } }
            let others = bench.service.state.nodes[0].slots.map(\.device.key).filter { $0 != seen && $0 != told }
            try await bench.eventually("left alone, so that they can be reset") { observer.with { $0.watched } == others }
            observer.with { inside in
                inside.meanwhile = { #expect(observer.with { $0.watched.contains(told) }) }
            }
            guard case .stays = await bench.service.keeper?.retest(told, wasReset: false) else {
                Issue.record("it came back without a reset")
                return
            }
            #expect(observer.with { $0.meanwhile == nil }, "it was looked at once")
            #expect(observer.with { $0.watched } == others)
            // The look after the reset shows more energy again than the one before it, had nobody looked between.
            observer.show(seen) { $0.energy = Energy(millijoules: 5) }
            observer.tellReading(seen)
            observer.show(seen) { $0.energy = Energy(millijoules: 2_000_000) }
            try await bench.eventually("back") {
                bench.clock.advance(by: .minutes(1))
                return Self.slot(0, bench).isFree
            }
            #expect(Self.slot(1, bench).quarantine != nil)
            try await bench.eventually("an administrator's word counts, once no other look is under way") {
                await bench.service.keeper?.retest(told, wasReset: true) == .cameBack(isProven: true)
            }
            #expect(Self.slot(1, bench).isFree)
            #expect(Self.slot(1, bench).past.map(\.reason) == [.xid(95)])
            // The second fault within a month is for a person.
            observer.tell(told, .xid(95), at: bench.clock.now())
            try await bench.eventually("out again") { Self.slot(1, bench).quarantine?.cure == .hardware }
        }
    }

    @Test("an error that comes while the disk is full is written down when there is room")
    func full() async throws {
        let observer = ScriptedObserver(), log = InMemoryEventLog()
        let bench = try await Self.bench("a100:2", log: log, observer)
        let key = Self.slot(0, bench).device.key
        try await bench.running {
            try await Self.watched(2, bench, observer)
            log.failNext(.full)
            observer.tell(key, .xid(79), at: bench.clock.now())
            try await bench.eventually("written") {
                bench.clock.advance(by: .minutes(1))
                return Self.slot(0, bench).quarantine?.reason == .xid(79)
            }
        }
    }

    @Test("a suspicion outlives the server by the time that a breaker takes")
    func suspicionAfterRestart() async throws {
        let log = InMemoryEventLog()
        let first = try await Self.bench("a100:2", log: log, ScriptedObserver())
        let node = first.service.state.nodes[0].name
        try await first.service.writer.observe([.suspected(node, detail: "2 GPUs failed")])
        let second = try await Self.bench("a100:2", log: log, ScriptedObserver())
        try await second.running {
            try await Task.sleep(for: .milliseconds(100))
            #expect(second.service.state.nodes[0].cordon != nil)
            try await second.eventually("over") {
                second.clock.advance(by: .minutes(1))
                return second.service.state.nodes[0].cordon == nil
            }
        }
    }
}
