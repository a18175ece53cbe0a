import FleetModel
import Foundation
import Synchronization
import Testing

@testable import TelemetryStore

@Suite("The store of telemetry")
struct TelemetryStoreTests {
    private final class Notices: Sendable {
        let all = Mutex<[String]>([])
    }

    private static func with(
        size: MemoryBytes = TelemetryStore.usualSize, _ body: (String, () -> TelemetryStore, Notices) async throws -> Void
    ) async throws {
        let folder = "/var/tmp/carrel-telemetry-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let notices = Notices()
        try await body(
            folder,
            { TelemetryStore(directory: folder, size: size) { words in notices.all.withLock { $0.append(words) } } }, notices
        )
    }

    private static let start = Timestamp(milliseconds: 1_800_000_000_000)

    private static func row(
        _ minute: Int64, _ utilization: Int?, device: String = "GPU-1", lease: Int64? = 1, energy: Int64? = nil,
        level: TelemetryLevel = .minute
    ) -> TelemetryRow {
        var reading = DeviceReading(DeviceKey(device))
        reading.utilization = utilization
        var rollup = Rollup(reading)
        if let energy {
            rollup.energy = .init(energy: Energy(millijoules: energy), covered: .seconds(10))
        }
        return TelemetryRow(
            TelemetryPlace(
                level: level, start: start + .minutes(minute), device: DeviceKey(device), lease: lease.map { LeaseID($0) }),
            rollup)
    }

    private static func points(
        _ store: TelemetryStore, _ subject: TelemetrySubject, step: TimeSpan = .minutes(1)
    ) async throws -> [TelemetryPoint] {
        try await store.points(
            of: subject, level: .minute, from: start, until: start + .days(1), step: step)
    }

    @Test("adding to a place again and again, also after a restart, is the same as folding at once")
    func merging() async throws {
        try await Self.with { _, open, _ in
            let rows = [
                Self.row(0, 10, energy: 5), Self.row(0, 90), Self.row(0, nil, energy: 7), Self.row(0, 50),
                Self.row(0, 20, device: "GPU-2"), Self.row(0, 70, lease: nil), Self.row(2, 0),
            ]
            let store = open()
            for row in rows.prefix(3) { try await store.add([row]) }
            await store.close()
            let successor = open()
            try await successor.add(Array(rows.dropFirst(3)))
            func folded(_ wanted: (TelemetryPlace) -> Bool) -> Rollup {
                rows.filter { wanted($0.place) }.reduce(into: Rollup()) { $0.merge($1.rollup) }
            }
            let lease = try await Self.points(successor, .lease(LeaseID(1)))
            // The minute between is a gap, not a zero.
            #expect(lease.map(\.start) == [Self.start, Self.start + .minutes(2)])
            #expect(lease.first?.rollup == folded { $0.lease != nil && $0.start == Self.start })
            #expect(lease.last?.rollup.utilization == Spread(0))
            #expect(lease.last?.rollup.energy == nil)
            let device = try await Self.points(successor, .device(DeviceKey("GPU-1")))
            #expect(device.first?.rollup == folded { $0.device.name == "GPU-1" && $0.start == Self.start })
            let wide = try await Self.points(successor, .device(DeviceKey("GPU-1")), step: .minutes(5))
            #expect(wide.map(\.rollup) == [folded { $0.device.name == "GPU-1" }])
            #expect(try await Self.points(successor, .lease(LeaseID(9))).isEmpty)
            #expect(try await Self.points(successor, .device(DeviceKey("GPU-9"))).isEmpty)
        }
    }

    @Test("what is older than its level is kept goes, each level by its own time")
    func ages() async throws {
        try await Self.with { _, open, _ in
            let store = open()
            try await store.add([Self.row(0, 1), Self.row(60, 2), Self.row(0, 3, level: .quarterHour)])
            try await store.trim(at: Self.start + .days(2) + .minutes(1))
            #expect(try await Self.points(store, .lease(LeaseID(1))).map(\.rollup.utilization) == [Spread(2)])
            let quarters = try await store.points(
                of: .lease(LeaseID(1)), level: .quarterHour, from: Self.start, until: Self.start + .days(1),
                step: .minutes(15))
            #expect(quarters.count == 1)
        }
    }

    @Test("beyond its size the oldest goes, and the file becomes smaller")
    func size() async throws {
        try await Self.with(size: MemoryBytes(1_500_000)) { _, open, _ in
            let store = open()
            for hour in 0..<25 as Range<Int64> {
                try await store.add(
                    (0..<60).flatMap { minute in
                        (0..<20).map { Self.row(hour * 60 + minute, Int(minute), device: "GPU-\($0)", energy: 99_999_999) }
                    })
            }
            #expect(try await store.bytes() > 1_500_000)
            try await store.trim(at: Self.start + .days(1))
            #expect(try await store.bytes() <= 1_500_000)
            let left = try await store.points(
                of: .lease(LeaseID(1)), level: .minute, from: Self.start, until: Self.start + .days(2), step: .minutes(1))
            #expect(left.last?.start == Self.start + .minutes(25 * 60 - 1))
            #expect((left.first?.start ?? Self.start) > Self.start)
        }
    }

    @Test(
        "a file that is damaged, or is something else, is put aside with a message and begun anew",
        arguments: ["at the start", "under way", "another database"])
    func damage(how: String) async throws {
        try await Self.with { folder, open, notices in
            let path = folder + "/telemetry.sqlite"
            var store = open()
            try await store.add((0..<5_000).map { Self.row($0, 1) })
            await store.close()
            let file = try #require(FileHandle(forUpdatingAtPath: path))
            switch how {
            case "at the start": try file.write(contentsOf: Data(repeating: 0x5a, count: 200))
            case "another database":
                // The number of the application, at offset 68 of the header.
                try file.seek(toOffset: 68)
                try file.write(contentsOf: Data([1, 2, 3, 4]))
            default:
                // Behind the header and the schema, as by a disk that loses its mind.
                try file.seek(toOffset: 4_096 * 3)
                try file.write(contentsOf: Data(repeating: 0x5a, count: 4_096 * 60))
            }
            try file.close()
            store = open()
            for minute in 0..<5_000 as Range<Int64> where minute % 100 == 0 {
                try await store.add([Self.row(minute, 2)])
                _ = try await Self.points(store, .lease(LeaseID(1)))
            }
            #expect(notices.all.withLock { $0.count } == 1, "\(notices.all.withLock { $0 })")
            #expect(notices.all.withLock { $0.first?.contains("begun anew") ?? false })
            #expect(FileManager.default.fileExists(atPath: store.damagedPath))
            #expect(try await Self.points(store, .lease(LeaseID(1))).last?.rollup.utilization == Spread(2))
        }
    }

    @Test("a folder that can't be written is a failure with a code, and nothing ends")
    func noFolder() async throws {
        let store = TelemetryStore(directory: "/proc/none")
        await #expect(throws: TelemetryFailure.self) { try await store.add([Self.row(0, 1)]) }
    }

    @Test("only its owner can read the file")
    func rights() async throws {
        try await Self.with { folder, open, _ in
            let store = open()
            try await store.add([Self.row(0, 1)])
            for suffix in ["", "-wal"] {
                let found = try FileManager.default.attributesOfItem(atPath: folder + "/telemetry.sqlite" + suffix)
                #expect((found[.posixPermissions] as? Int ?? 0) & 0o077 == 0, "\(suffix)")
            }
        }
    }
}
