import ChildProcess
import DeviceInventory
import DeviceProbe
import EngineInterface
import FleetModel
import LocalEngine
import Synchronization

/// Watches this machine's devices, real and simulated ones, for the service.
final class NodeWatch: DeviceObserver {
    let news: AsyncStream<DeviceNews>
    private let publish: AsyncStream<DeviceNews>.Continuation
    /// Says that a device's node has another number now: the inventory is to be read anew.
    let movements: AsyncStream<Void>
    private let moved: AsyncStream<Void>.Continuation
    private let real: DeviceWatch
    private let simulated: SimulatedWatch
    private let prober: DeviceProbeProcess
    private let problem = Mutex<[InventoryProblem]>([])

    /// A look at a GPU's first moment may take the driver seconds, and a hung one must be told from a slow one.
    private static let patience = TimeSpan.seconds(25)

    /// - Parameters:
    ///   - engine: has the launcher start what looks at devices.
    ///   - lookBack: how long nobody watched before now.
    init(
        simulated devices: [Device], engine: LocalEngine, lookBack: TimeSpan, now: @escaping @Sendable () -> Timestamp
    ) {
        (news, publish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(8_192))
        (movements, moved) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        simulated = SimulatedWatch(devices, now: now)
        real = DeviceWatch(lookBack: lookBack, now: now) { () throws(ReaderFailure) in
            try .starting(with: .launcher(engine, .watch))
        }
        prober = DeviceProbeProcess(starter: .launcher(engine, .probe))
    }

    /// What is the matter with the watching itself.
    var problems: [InventoryProblem] { problem.withLock { $0 } }

    /// Passes news on until cancelled, then ends the watch processes.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { [self] in await pass(real.updates) }
            group.addTask { [self] in await pass(simulated.updates) }
        }
        await real.stop()
        await simulated.stop()
    }

    private func pass(_ updates: AsyncStream<DeviceUpdate>) async {
        for await update in updates {
            switch update {
            case .reading(let reading): publish.yield(.reading(reading))
            case .incident(let incident): publish.yield(.incident(incident))
            case .minor: moved.yield()
            case .problems(let found): problem.withLock { $0 = found }
            }
        }
    }

    func watch(_ devices: [Device], busy: Set<DeviceKey>) async {
        let watched = devices.map { device in
            WatchedDevice(
                device, period: busy.contains(device.key) ? WatchedDevice.leasedPeriod : WatchedDevice.freePeriod)
        }
        let made = Set(devices.filter(\.isSimulated).map(\.key))
        await real.watch(watched.filter { !made.contains($0.key) })
        await simulated.watch(watched.filter { made.contains($0.key) })
    }

    func examine(_ devices: [Device]) async -> [DeviceReading] {
        let made = devices.filter(\.isSimulated).map(\.key), rest = devices.filter { !$0.isSimulated }.map(\.key)
        var readings: [DeviceKey: DeviceReading] = [:]
        if !made.isEmpty {
            for reading in await simulated.examine(made, within: Self.patience) { readings[reading.device] = reading }
        }
        if !rest.isEmpty {
            for reading in await real.examine(rest, within: Self.patience) { readings[reading.device] = reading }
        }
        return devices.map {
            readings[$0.key] ?? DeviceReading($0.key, contact: .unreadable(words: "nobody looked at it"))
        }
    }

    func probe(_ device: Device) async -> ProbeResult {
        if device.isSimulated { return .notRun(reason: "a simulated device computes nothing") }
        switch await prober.probe(device) {
        case .passed: return .passed
        case .failed(let failure): return .failed(detail: failure.text)
        // Its own last probe hangs in the driver: that is no want of a look.
        case .notRun(let obstacle):
            if case .stuckChild = obstacle { return .failed(detail: obstacle.text) }
            return .notRun(reason: obstacle.text)
        }
    }
}
