package import FleetModel

/// Watches the devices of this machine through processes that may hang: the service itself never waits for a driver.
///
/// One process watches all devices of a vendor. A GPU whose look takes too long is told as silent; its process is killed
/// and another one started that leaves that GPU out, so that the others are seen where the driver allows it. The
/// silent one is asked again from time to time by a process of its own, and taken back when it answers. A process that
/// not even a kill ends is waited for: never is a second one started for the same GPU, nor more than
/// `WatchLimits.mostStuck` in all. Each failure that follows another makes the next start later.
package actor DeviceWatch: DeviceWatching {
    package nonisolated let updates: AsyncStream<DeviceUpdate>
    private let publish: AsyncStream<DeviceUpdate>.Continuation
    private let inbox: AsyncStream<Arrival>
    let arrivals: AsyncStream<Arrival>.Continuation
    let start: @Sendable () throws(ReaderFailure) -> WatchChannel
    let limits: WatchLimits
    let now: @Sendable () -> Timestamp
    let lookBack: TimeSpan
    let began = SuspendingClock.now

    var lastTick = SuspendingClock.now
    var devices: [WatchedDevice] = []
    var crews: [CrewName: Crew] = [:]
    /// Processes that were told to end and may still be there.
    var dying: [Dying] = []
    /// How often each GPU has hung of late.
    var hangs: [String: Hangs] = [:]
    var examinations: [Int: Examination] = [:]
    /// A look at some device has been answered: from then on a driver that takes long is no longer one that starts.
    var hasEverRead = false
    var lastID = 0
    var incidents = IncidentFilter()
    /// As far as the kernel's log was read.
    var kernelLogSequence: UInt64?
    var kernelLogErrno: Int32?
    private var toldProblems: [InventoryProblem] = []
    private var tasks: [Task<Void, Never>] = []
    private(set) var isStopped = false

    /// What the actor is told, one after the other.
    enum Arrival: Sendable {
        case tick
        case started(CrewName, crew: Int, Result<WatchChannel, ReaderFailure>)
        case report(child: Int, WatchReport)
        case ended(child: Int)
        case deadline(examination: Int)
    }

    /// Who watches what: the devices of a vendor together, or one GPU apart from the others.
    enum CrewName: Hashable, Sendable {
        case together(DeviceVendor)
        case apart(DeviceVendor, gpu: String)

        var vendor: DeviceVendor {
            switch self {
            case .together(let vendor), .apart(let vendor, _): vendor
            }
        }

        /// The one that is watched apart.
        var gpu: String? { if case .apart(_, let gpu) = self { gpu } else { nil } }
    }

    /// - Parameters:
    ///   - start: starts a watch process. Called on a thread of its own; it may block.
    ///   - lookBack: errors that the kernel's log has from before now are told when they are not older than this.
    ///   - now: the clock that incidents are told by.
    package init(
        limits: WatchLimits = WatchLimits(), lookBack: TimeSpan = .zero, now: @escaping @Sendable () -> Timestamp,
        start: @escaping @Sendable () throws(ReaderFailure) -> WatchChannel
    ) {
        (updates, publish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(8_192))
        (inbox, arrivals) = AsyncStream.makeStream()
        self.limits = limits
        self.lookBack = lookBack
        self.now = now
        self.start = start
    }

    package func watch(_ devices: [WatchedDevice]) {
        guard !isStopped else { return }
        var keys: Set<DeviceKey> = []
        let before = self.devices
        self.devices = devices.filter { keys.insert($0.key).inserted }
        beginListening()
        renewCrews(thatLookedAt: before)
        for name in crews.keys where self.devices(of: name).isEmpty { dismiss(name) }
        for vendor in [DeviceVendor.nvidia, .amd] where self.devices.contains(where: { $0.vendor == vendor }) {
            if crews[.together(vendor)] == nil { crews[.together(vendor)] = Crew(id: nextID()) }
        }
        for name in crews.keys { sendList(to: name) }
        tick()
    }

    /// The watch processes that run, by their numbers. They hold the nodes of the devices that they look at: whoever looks
    /// for holders passes over these, and whoever resets a device has it unwatched first.
    package var processIDs: [Int32] { crews.values.compactMap { $0.child?.channel.pid }.sorted() }

    package func stop() {
        guard !isStopped else { return }
        isStopped = true
        for name in crews.keys { dismiss(name) }
        for id in examinations.keys { finish(id) }
        for task in tasks { task.cancel() }
        // Whoever was asked to end has had no time yet; nothing asks again whether it has.
        for process in dying { process.channel.endSoon() }
        arrivals.finish()
        publish.finish()
    }

    func nextID() -> Int {
        lastID += 1
        return lastID
    }

    func tell(_ update: DeviceUpdate) { publish.yield(update) }

    private func beginListening() {
        guard tasks.isEmpty else { return }
        let inbox = inbox, arrivals = arrivals
        tasks = [
            Task { [weak self] in
                for await arrival in inbox { await self?.take(arrival) }
            },
            Task {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(500))
                    arrivals.yield(.tick)
                }
            },
        ]
    }

    private func take(_ arrival: Arrival) {
        guard !isStopped else {
            if case .started(_, _, .success(let channel)) = arrival { channel.discard() }
            return
        }
        switch arrival {
        case .tick: tick()
        case .started(let name, let crew, let result): started(name, crew, result)
        case .report(let child, let report): heard(report, from: child)
        case .ended(let child): ended(child)
        case .deadline(let examination): finish(examination)
        }
        tellProblems()
    }

    /// Says what is the matter, where that has changed.
    private func tellProblems() {
        var problems: [InventoryProblem] = []
        for name in crews.keys.sorted(by: { "\($0)" < "\($1)" }) {
            if let problem = crews[name]?.problem, !problems.contains(problem) { problems.append(problem) }
        }
        let stuck = dying.count(where: \.isStuck)
        if stuck > 0 { problems.append(.readersStuck(count: stuck)) }
        if let kernelLogErrno { problems.append(.kernelLogClosed(errno: kernelLogErrno)) }
        guard problems != toldProblems else { return }
        toldProblems = problems
        tell(.problems(problems))
    }
}
