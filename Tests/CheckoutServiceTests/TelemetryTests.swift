import CheckoutService
import EngineInterface
import FleetModel
import FleetTestKit
import LeaseLedger
import Synchronization
import Testing

@Suite("Telemetry in the service")
struct TelemetryTests {
    /// Keeps rows in memory, and fails while it is told to.
    private final class Archive: TelemetryArchive {
        let rows = Mutex<[TelemetryPlace: Rollup]>([:])
        let fails = Mutex(false)

        private func check() throws(TelemetryFailure) {
            if fails.withLock({ $0 }) { throw .storage(code: 13, detail: "the disk is full") }
        }

        func add(_ new: [TelemetryRow]) async throws(TelemetryFailure) {
            try check()
            rows.withLock { rows in for row in new { rows[row.place, default: Rollup()].merge(row.rollup) } }
        }

        func points(
            of subject: TelemetrySubject, level: TelemetryLevel, from: Timestamp, until: Timestamp, step: TimeSpan
        ) async throws(TelemetryFailure) -> [TelemetryPoint] {
            try check()
            var found: [Timestamp: Rollup] = [:]
            for (place, rollup) in rows.withLock({ $0 }) where place.level == level {
                let isOf = subject == .device(place.device) || place.lease.map { subject == .lease($0) } ?? false
                guard isOf, place.start >= from, place.start < until else { continue }
                found[place.start.start(of: step), default: Rollup()].merge(rollup)
            }
            return found.map { TelemetryPoint(start: $0.key, rollup: $0.value) }.sorted { $0.start < $1.start }
        }

        func trim(at now: Timestamp?) async throws(TelemetryFailure) {}
    }

    private static let key = DeviceKey("GPU-1"), start = ManualClock.start

    private static func reading(_ utilization: Int?, energy: Int64? = nil) -> DeviceReading {
        var reading = DeviceReading(key)
        reading.utilization = utilization
        reading.energy = energy.map { Energy(millijoules: $0) }
        return reading
    }

    @Test(
        "a lease has what was seen while it held the device, and the device has all; between two leases energy is nobody's")
    func owners() async {
        let clock = ManualClock(), telemetry = Telemetry(archive: nil, clock: clock)
        for (index, lease) in ([nil, 1, 1, 2, nil] as [Int64?]).enumerated() {
            let reading = Self.reading(index * 10, energy: Int64(index) * 1_000)
            telemetry.take(reading, of: lease.map { LeaseID($0) }, at: clock.now())
            clock.advance(by: .seconds(10))
        }
        func series(_ subject: TelemetrySubject) async -> [TelemetryPoint] {
            await telemetry.series(of: subject, from: Self.start, until: clock.now(), step: .seconds(10)).points
        }
        let first = await series(.lease(LeaseID(1)))
        #expect(first.map(\.rollup.utilization) == [Spread(10), Spread(20)])
        #expect(first.compactMap(\.rollup.energy?.energy.millijoules) == [1_000])
        #expect(await series(.lease(LeaseID(2))).map(\.rollup.utilization) == [Spread(30)])
        let device = await series(.device(Self.key))
        #expect(device.count == 5)
        #expect(device.compactMap(\.rollup.energy?.energy.millijoules) == [1_000, 1_000, 1_000, 1_000])
    }

    @Test("what does not answer leaves a gap, and one that was long has no energy")
    func gaps() async {
        let clock = ManualClock(), telemetry = Telemetry(archive: nil, clock: clock)
        telemetry.take(Self.reading(50, energy: 1_000), of: nil, at: clock.now())
        clock.advance(by: .minutes(1))
        var silent = Self.reading(0)
        silent.contact = .silent
        telemetry.take(silent, of: nil, at: clock.now())
        #expect(telemetry.newest(of: Self.key)?.utilization == 50)
        clock.advance(by: .minutes(2))
        #expect(telemetry.newest(of: Self.key) == nil && telemetry.newestMinute(of: Self.key) == nil)
        telemetry.take(Self.reading(60, energy: 9_000), of: nil, at: clock.now())
        let points = await telemetry.series(
            of: .device(Self.key), from: Self.start, until: clock.now() + .seconds(1), step: .seconds(10)
        ).points
        #expect(points.map(\.rollup.utilization) == [Spread(50), Spread(60)])
        #expect(points.allSatisfy { $0.rollup.energy == nil })
        #expect(points.map(\.start) == [Self.start, Self.start + .minutes(3)])
    }

    @Test("a look with an earlier time goes where it belongs, and gives no energy")
    func backwards() async {
        let clock = ManualClock(), telemetry = Telemetry(archive: nil, clock: clock)
        telemetry.take(Self.reading(10, energy: 1_000), of: nil, at: Self.start + .minutes(5))
        telemetry.take(Self.reading(20, energy: 2_000), of: nil, at: Self.start + .minutes(4))
        telemetry.take(Self.reading(30, energy: 3_000), of: nil, at: Self.start + .minutes(5) + .seconds(10))
        clock.advance(by: .minutes(6))
        let points = await telemetry.series(
            of: .device(Self.key), from: Self.start, until: clock.now(), step: .minutes(1)
        ).points
        var both = Spread(10)
        both.merge(Spread(30))
        #expect(points.map(\.rollup.utilization) == [Spread(20), both])
        #expect(points.compactMap(\.rollup.energy?.energy.millijoules) == [2_000])
    }

    @Test("in memory there is an hour, whatever comes")
    func bounded() async {
        let clock = ManualClock(), telemetry = Telemetry(archive: nil, clock: clock)
        for _ in 0..<3_000 {
            telemetry.take(Self.reading(1), of: nil, at: clock.now())
            clock.advance(by: .seconds(5))
        }
        let points = await telemetry.series(
            of: .device(Self.key), from: clock.now() + .hours(-1), until: clock.now(), step: .seconds(10)
        ).points
        #expect((350...362).contains(points.count))
    }

    @Test("a server that follows goes on in the same minute, and long series come from the archive")
    func restart() async {
        let clock = ManualClock(), archive = Archive()
        let first = Telemetry(archive: archive, clock: clock)
        first.take(Self.reading(10), of: LeaseID(1), at: clock.now())
        await first.flush()
        clock.advance(by: .seconds(20))
        let second = Telemetry(archive: archive, clock: clock)
        second.take(Self.reading(30), of: LeaseID(1), at: clock.now())
        clock.advance(by: .seconds(10))
        // Ten seconds would do, and memory doesn't reach back to before this server.
        let series = await second.series(
            of: .lease(LeaseID(1)), from: Self.start, until: clock.now(), step: .seconds(10))
        #expect(series.step == .minutes(1))
        #expect(series.points.map(\.rollup.utilization) == [Spread(count: 2, sum: 40, least: 10, most: 30)])
    }

    @Test("an archive that can't be written is said once, and gets everything when it can be written again")
    func failing() async {
        let clock = ManualClock(), archive = Archive(), said = Mutex<[String]>([])
        let telemetry = Telemetry(archive: archive, clock: clock) { words in said.withLock { $0.append(words) } }
        archive.fails.withLock { $0 = true }
        for utilization in [10, 20, 30] {
            telemetry.take(Self.reading(utilization), of: nil, at: clock.now())
            await telemetry.flush()
        }
        #expect(telemetry.failure != nil && said.withLock { $0.count } == 1)
        archive.fails.withLock { $0 = false }
        await telemetry.flush()
        #expect(telemetry.failure == nil)
        let minute = TelemetryPlace(level: .minute, start: Self.start, device: Self.key, lease: nil)
        #expect(archive.rows.withLock { $0[minute]?.utilization } == Spread(count: 3, sum: 60, least: 10, most: 30))
    }

    @Test("the keeper's looks arrive with who holds the device, and its Xids")
    func keeper() async throws {
        let observer = ScriptedObserver()
        let bench = try await ServiceBench(devices: "a100:1", observer: observer)
        let key = bench.service.state.nodes[0].slots[0].device.key
        try await bench.running {
            _ = try await bench.submit()
            try await bench.eventually("held") { observer.with { $0.busy.contains(key) } }
            observer.show(key) { $0.utilization = 42 }
            try await bench.eventually("it is the lease's") {
                observer.tellReading(key)
                let series = await bench.service.telemetry.series(
                    of: .lease(LeaseID(1)), from: bench.clock.now() + .minutes(-1), until: bench.clock.now() + .minutes(1),
                    step: .seconds(10))
                return series.points.contains { $0.rollup.utilization?.most == 42 }
            }
        }
    }
}
