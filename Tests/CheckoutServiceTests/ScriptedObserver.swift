import EngineInterface
import FleetModel
import Synchronization

/// Devices that show what a test says.
final class ScriptedObserver: DeviceObserver, Sendable {
    struct Inside {
        var readings: [DeviceKey: DeviceReading] = [:]
        var probes: [DeviceKey: ProbeResult] = [:]
        var probed: [DeviceKey] = []
        var watched: [DeviceKey] = []
        var busy: Set<DeviceKey> = []
        /// Happens once, while one device alone is looked at.
        var meanwhile: (@Sendable () async -> Void)?
    }

    let news: AsyncStream<DeviceNews>
    private let publish: AsyncStream<DeviceNews>.Continuation
    private let inside = Mutex(Inside())

    init() { (news, publish) = AsyncStream.makeStream() }

    func with<Value: Sendable>(_ change: (inout sending Inside) -> sending Value) -> Value { inside.withLock(change) }

    /// Changes what a device shows from now on.
    func show(_ key: DeviceKey, _ change: (inout DeviceReading) -> Void) {
        inside.withLock { inside in
            var reading = inside.readings[key] ?? Self.well(key)
            change(&reading)
            inside.readings[key] = reading
        }
    }

    func tell(_ key: DeviceKey, _ kind: DeviceIncident.Kind, at moment: Timestamp) {
        publish.yield(.incident(DeviceIncident(key, kind, at: moment)))
    }

    /// Says what a device shows now.
    func tellReading(_ key: DeviceKey) { publish.yield(.reading(with { $0.readings[key] ?? Self.well(key) })) }

    static func well(_ key: DeviceKey) -> DeviceReading {
        var reading = DeviceReading(key)
        reading.utilization = 0
        reading.memoryUsed = MemoryBytes(1 << 20)
        reading.energy = Energy(millijoules: 1_000_000)
        reading.uncorrectedErrors = 0
        reading.recovery = .nothing
        reading.rows = RowRemapping()
        reading.processes = []
        return reading
    }

    func watch(_ devices: [Device], busy: Set<DeviceKey>) async {
        with {
            $0.watched = devices.map(\.key)
            $0.busy = busy
        }
    }

    func examine(_ devices: [Device]) async -> [DeviceReading] {
        if devices.count == 1 {
            let meanwhile = with { inside in
                defer { inside.meanwhile = nil }
                return inside.meanwhile
            }
            await meanwhile?()
        }
        return with { inside in devices.map { inside.readings[$0.key] ?? Self.well($0.key) } }
    }

    func probe(_ device: Device) async -> ProbeResult {
        with { inside in
            inside.probed.append(device.key)
            return inside.probes[device.key] ?? .passed
        }
    }
}
