package import FleetModel

/// Watches simulated devices. What they show follows from the clock and from what they were told to do, so that it is
/// the same each time; their keys begin with `SIM-`.
package actor SimulatedWatch: DeviceWatching {
    package nonisolated let updates: AsyncStream<DeviceUpdate>
    private let publish: AsyncStream<DeviceUpdate>.Continuation
    private let now: @Sendable () -> Timestamp
    private var devices: [DeviceKey: SimulatedDevice] = [:]
    private var order: [DeviceKey] = []
    private var periods: [DeviceKey: TimeSpan] = [:]
    private var told: [DeviceKey: Timestamp] = [:]
    private var ticker: Task<Void, Never>?

    /// - Parameter devices: the simulated ones; others are not watched.
    package init(_ devices: [Device], now: @escaping @Sendable () -> Timestamp) {
        (updates, publish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(8_192))
        self.now = now
        for device in devices where device.isSimulated {
            self.devices[device.key] = SimulatedDevice(device, at: now())
        }
    }

    /// What goes on on a device from now on.
    /// - Parameters:
    ///   - utilization: per cent.
    ///   - memory: in use; nil: as much of the device's as the utilization is of 100.
    package func setActivity(
        _ key: DeviceKey, utilization: Int, memory: MemoryBytes? = nil, processes: [DeviceProcess] = []
    ) {
        devices[key]?.setActivity(utilization, memory, processes, at: now())
    }

    package func watch(_ watched: [WatchedDevice]) {
        order = watched.map(\.key).filter { devices[$0] != nil }
        // A lease begins: a look now divides what it uses from what was used before.
        for device in watched where periods[device.key].map({ device.period < $0 }) ?? false { told[device.key] = nil }
        periods = Dictionary(watched.map { ($0.key, $0.period) }, uniquingKeysWith: { first, _ in first })
        guard ticker == nil else { return tick() }
        ticker = Task { [weak self] in
            while !Task.isCancelled {
                await self?.tick()
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    package func examine(_ keys: [DeviceKey], within: TimeSpan) -> [DeviceReading] {
        keys.map { key in
            guard order.contains(key) else { return DeviceReading(key, contact: .unreadable(words: "it is not watched")) }
            return reading(key, .examine)
        }
    }

    /// A cheap look at each.
    package func sample(_ keys: [DeviceKey]) -> [DeviceReading] { keys.map { reading($0, .sample) } }

    package func stop() {
        ticker?.cancel()
        publish.finish()
    }

    private func reading(_ key: DeviceKey, _ depth: LookDepth) -> DeviceReading {
        devices[key]?.reading(depth, at: now())
            ?? DeviceReading(key, contact: .unreadable(words: "there is no such simulated device"))
    }

    private func tick() {
        let time = now()
        for key in order where told[key].map({ time - $0 >= periods[key] ?? .zero }) ?? true {
            told[key] = time
            publish.yield(.reading(reading(key, .sample)))
        }
    }
}
