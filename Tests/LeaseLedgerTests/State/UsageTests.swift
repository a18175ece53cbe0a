import FleetModel
import FleetTestKit
import Glibc
import Testing

@testable import LeaseLedger

/// Decayed usage, against the same formula in floating point.
@Suite struct UsageTests {
    private let start = ManualClock.start

    /// Usage of one user who holds a number of devices from the start, in a ledger with this half-life.
    private func ledger(devices: Int, halfLife: TimeSpan = .hours(24)) throws -> RecordedLedger {
        var ledger = RecordedLedger()
        _ = try ledger.handle(.node(FleetBuilder.report("n1", "a100:8")), at: start)
        var policy = SchedulingPolicy()
        policy.usageHalfLife = halfLife
        let root = Requester(UserName("root"), isAdministrator: true)
        _ = try ledger.handle(.setPolicy(policy, by: root), at: start).get()
        try hold(&ledger, devices, at: start)
        return ledger
    }

    private let alice = UserName("alice")

    private func hold(_ ledger: inout RecordedLedger, _ devices: Int, at now: Timestamp) throws {
        let resources = ResourceRequest(devices: DeviceSelector(count: devices), duration: .days(30))
        let id = ledger.state.nextID
        _ = try ledger.handle(.submit(Submission(user: alice, name: "x", resources: resources)), at: now).get()
        let keys = (0..<devices).map { FleetBuilder.key("n1", $0) }
        let allocation = Allocation(node: NodeName("n1"), devices: keys, cores: .zero, memory: .zero)
        _ = try ledger.handle(.adopt(Plan(grants: [Grant(id: id, allocation: allocation, reasons: [])])), at: now).get()
    }

    private func release(_ ledger: inout RecordedLedger, at now: Timestamp) throws {
        let id = try #require(ledger.state.live.last)
        let key = AttemptKey(lease: id, number: 1)
        _ = try ledger.handle(.attemptEnded(key, .exited(code: 0)), at: now)
        _ = try ledger.handle(.verified(key, []), at: now)
    }

    private func reference(_ value: Double, _ holding: Double, _ span: TimeSpan, _ half: TimeSpan) -> Double {
        let decay = exp2(-Double(span.milliseconds) / Double(half.milliseconds))
        return value * decay + holding * Double(half.milliseconds) / log(2.0) * (1 - decay)
    }

    static let spans: [TimeSpan] = [
        TimeSpan(milliseconds: 1), TimeSpan(milliseconds: 7), TimeSpan(milliseconds: 999), .seconds(1), .seconds(59),
        .minutes(1), .minutes(17), .hours(1), .hours(12), .hours(23), .hours(24), .hours(25), .hours(36), .days(2), .days(3),
        .days(7), .days(30), .days(63), .days(365),
    ]
    static let halfLives: [TimeSpan] = [.minutes(1), .hours(1), .hours(24), .days(7), .days(30), .days(366)]

    @Test(arguments: spans, halfLives) func whatIsHeldCountsAsTheFormulaSays(span: TimeSpan, halfLife: TimeSpan) throws {
        for devices in [1, 3, 8] {
            let used = try ledger(devices: devices, halfLife: halfLife).state.recentUsage(of: alice, at: start + span)
            let expected = reference(0, Double(devices), span, halfLife)
            #expect(
                abs(Double(used) - expected) <= 1 + expected * 1e-6,
                "\(devices) devices for \(span.text): \(used), not \(expected)")
        }
    }

    @Test(arguments: spans, halfLives) func whatWasUsedFadesAsTheFormulaSays(span: TimeSpan, halfLife: TimeSpan) throws {
        var ledger = try ledger(devices: 4, halfLife: halfLife)
        try release(&ledger, at: start + .hours(10))
        let before = Double(ledger.state.recentUsage(of: alice, at: start + .hours(10)))
        let used = ledger.state.recentUsage(of: alice, at: start + .hours(10) + span)
        let expected = reference(before, 0, span, halfLife)
        #expect(abs(Double(used) - expected) <= 2 + expected * 1e-6, "after \(span.text): \(used), not \(expected)")
    }

    @Test func afterOneHalfLifeHalfIsLeft() throws {
        var ledger = try ledger(devices: 1)
        try release(&ledger, at: start + .hours(1))
        let used = ledger.state.recentUsage(of: alice, at: start + .hours(1))
        for halvings in 1...30 as ClosedRange<Int64> {
            let left = ledger.state.recentUsage(of: alice, at: start + .hours(1 + 24 * halvings))
            #expect(abs(left - used >> halvings) <= 1)
        }
        #expect(ledger.state.recentUsage(of: alice, at: start + .days(10_000)) == 0)
    }

    @Test func itRisesWhileDevicesAreHeldAndFallsAfterwards() throws {
        var ledger = try ledger(devices: 2)
        var last: Int64 = -1
        for minute in 0..<3_000 as Range<Int64> {
            let used = ledger.state.recentUsage(of: alice, at: start + .minutes(minute))
            #expect(used > last || minute == 0)
            last = used
        }
        try release(&ledger, at: start + .minutes(3_000))
        last = .max
        for minute in 3_000..<9_000 as Range<Int64> {
            let used = ledger.state.recentUsage(of: alice, at: start + .minutes(minute))
            #expect(used < last)
            last = used
        }
        let plateau = try self.ledger(devices: 2).state.recentUsage(of: alice, at: start + .days(20_000))
        #expect(abs(Double(plateau) - 2 * 86_400_000 / log(2.0)) < 1)
    }

    /// Ten thousand leases of a few milliseconds count as one lease of their sum.
    @Test(arguments: [1, 3, 10] as [Int64], halfLives) func shortSpansAddUp(milliseconds: Int64, halfLife: TimeSpan) throws {
        var meter = try #require(try ledger(devices: 1, halfLife: halfLife).state.usage.first?.meter)
        let whole = meter
        var now = meter.at
        for _ in 0..<10_000 {
            now = now + TimeSpan(milliseconds: milliseconds)
            meter.advance(to: now, halfLife: halfLife, holding: 0)
        }
        let expected = whole.value(at: now, halfLife: halfLife)
        #expect(abs(Double(meter.value - expected)) <= 1 + Double(expected) * 1e-5, "\(meter.value), not \(expected)")
    }

    @Test func usageIsTheSumOfWhatEachDeviceWasHeldFor() throws {
        var ledger = try ledger(devices: 3)
        let first = ledger.state.recentUsage(of: alice, at: start + .hours(5))
        #expect(abs(Double(first) - reference(0, 3, .hours(5), .hours(24))) <= 1)
        try release(&ledger, at: start + .hours(5))
        try hold(&ledger, 5, at: start + .hours(7))
        let second = ledger.state.recentUsage(of: alice, at: start + .hours(8))
        let expected = reference(reference(Double(first), 0, .hours(2), .hours(24)), 5, .hours(1), .hours(24))
        #expect(abs(Double(second) - expected) <= 3)
        #expect(ledger.state.recentUsage(of: UserName("bob"), at: start) == 0)
    }

    @Test func anotherHalfLifeHoldsFromThenOn() throws {
        var ledger = try ledger(devices: 1)
        var policy = ledger.state.policy
        policy.usageHalfLife = .hours(1)
        let root = Requester(UserName("root"), isAdministrator: true)
        _ = try ledger.handle(.setPolicy(policy, by: root), at: start + .hours(24)).get()
        let before = reference(0, 1, .hours(24), .hours(24))
        let expected = reference(before, 1, .hours(3), .hours(1))
        #expect(abs(Double(ledger.state.recentUsage(of: alice, at: start + .hours(27))) - expected) <= 2)
    }

    @Test func nothingOverflows() {
        var meter = DecayingUsage(at: Timestamp(milliseconds: .min))
        meter.advance(to: Timestamp(milliseconds: .min), halfLife: .forever, holding: .max)
        #expect(meter.value(at: Timestamp(milliseconds: .max), halfLife: .forever) == .max)
        #expect(meter.value(at: Timestamp(milliseconds: 0), halfLife: .forever) == .max)
        meter.advance(to: Timestamp(milliseconds: .max), halfLife: .forever, holding: 0)
        #expect(meter.value == .max)
        meter.advance(to: Timestamp(milliseconds: .min), halfLife: .zero, holding: 0)
        #expect(meter.at == Timestamp(milliseconds: .max))
        meter.advance(to: Timestamp(milliseconds: .max), halfLife: TimeSpan(milliseconds: .min), holding: .min)
        #expect(meter.holding == 0)
        var other = DecayingUsage(at: Timestamp(milliseconds: 0))
        other.advance(to: Timestamp(milliseconds: 0), halfLife: .days(366), holding: 1_000_000)
        #expect(other.value(at: Timestamp(milliseconds: 0) + .days(366), halfLife: .days(366)) > 0)
    }
}
