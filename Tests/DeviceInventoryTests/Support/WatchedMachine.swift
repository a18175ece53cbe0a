import DeviceInventory
import FleetModel
import FleetTestKit
import Synchronization
import Testing

/// A stub machine whose devices are watched, with what has been told of them.
final class WatchedMachine: Sendable {
    let machine: StubMachine
    let watch: DeviceWatch
    let devices: [Device]
    let news = News()
    /// The processes that were started, by their numbers.
    let children: Children
    private let collecting: Task<Void, Never>

    /// What was told, in order.
    final class News: Sendable {
        private let all = Mutex<[DeviceUpdate]>([])

        private let lastProblems = Mutex<[InventoryProblem]>([])

        func add(_ update: DeviceUpdate) {
            all.withLock { $0.append(update) }
            if case .problems(let problems) = update { lastProblems.withLock { $0 = problems } }
        }
        func clear() { all.withLock { $0.removeAll() } }
        var updates: [DeviceUpdate] { all.withLock { $0 } }
        var readings: [DeviceReading] {
            updates.compactMap { if case .reading(let reading) = $0 { reading } else { nil } }
        }
        var incidents: [DeviceIncident] {
            updates.compactMap { if case .incident(let incident) = $0 { incident } else { nil } }
        }
        /// As they were told last, whatever was cleared.
        var problems: [InventoryProblem] { lastProblems.withLock { $0 } }
        func last(of key: DeviceKey) -> DeviceReading? { readings.last { $0.device == key } }
    }

    /// Stands between the watch and its processes.
    final class Children: Sendable {
        let started = Mutex<[WatchChannel]>([])
        /// While this holds, no process ends, as when it sleeps in the kernel where no signal wakes it.
        let areStuck = Mutex(false)
        /// Nothing can be started for this reason.
        let refusal = Mutex<ReaderFailure?>(nil)

        var count: Int { started.withLock(\.count) }

        func start(_ machine: StubMachine) throws(ReaderFailure) -> WatchChannel {
            if let refusal = refusal.withLock({ $0 }) { throw refusal }
            let executable: String
            do { executable = try StubMachine.reader } catch { throw .notStarted(executable: "inventory-reader", errno: 2) }
            let channel = try WatchChannel.spawning(
                executable: executable, arguments: [machine.scratch.path, "watch"], environment: machine.environment)
            started.withLock { $0.append(channel) }
            return channel.replacingEnd { [self] in !areStuck.withLock { $0 } && channel.hasEnded() }
        }
    }

    static let quick: WatchLimits = {
        var limits = WatchLimits()
        limits.patience = .seconds(2)
        limits.firstPatience = .seconds(4)
        limits.coldPatience = .seconds(4)
        limits.firstRest = TimeSpan(milliseconds: 300)
        limits.longestRest = .seconds(3)
        return limits
    }()

    /// - Parameter facts: the lines of the stub's state file.
    init(
        _ facts: String, devices: [Device], library: StubLibrary = .current, limits: WatchLimits = WatchedMachine.quick
    ) async throws {
        let machine = try StubMachine(facts, library: library)
        let children = Children()
        self.machine = machine
        self.devices = devices
        self.children = children
        watch = DeviceWatch(limits: limits, lookBack: .hours(1), now: { Timestamp(milliseconds: 1_800_000_000_000) }) {
            () throws(ReaderFailure) in try children.start(machine)
        }
        let updates = watch.updates, news = news
        collecting = Task { for await update in updates { news.add(update) } }
    }

    /// Ends all processes; a machine that isn't stopped leaves none, since their input ends with it.
    func stop() async {
        children.areStuck.withLock { $0 = false }
        await watch.stop()
        collecting.cancel()
    }

    /// Watches all devices, at a pace for tests.
    func begin(period: TimeSpan = TimeSpan(milliseconds: 200)) async {
        await watch.watch(devices.map { WatchedDevice($0, period: period) })
    }

    func eventually<Result>(_ what: String, _ body: () async throws -> Result?) async throws -> Result {
        do {
            return try await FleetTestKit.eventually(what, seconds: 60, body)
        } catch {
            Issue.record("told so far: \(news.updates.suffix(20))")
            throw error
        }
    }

    /// A device as `StubMachine.gpu` makes it.
    static func device(_ index: Int, uuid: String? = nil) -> Device {
        Device(
            key: DeviceKey(uuid ?? "GPU-000\(index)"), model: "NVIDIA A100-SXM4-80GB", memory: MemoryBytes(85_899_345_920),
            minor: index, pciAddress: "0000:\(index)b:00.0")
    }

    /// The facts of GPUs that are well and idle.
    static func healthy(_ count: Int) -> String {
        "driver 580.159.04\n"
            + (0..<count).map {
                StubMachine.gpu($0) + """
                    gpu \($0) util 0
                    gpu \($0) power 61000
                    gpu \($0) energy 1000\($0)
                    gpu \($0) temp 31
                    gpu \($0) clocks 1
                    gpu \($0) ecc 0 0
                    gpu \($0) rows 0 0 0 0
                    gpu \($0) recovery 0

                    """
            }.joined()
    }
}
