import DevicePolicy
import EngineInterface
package import FleetModel
package import LeaseLedger

/// Watches the devices of the pool, has `DevicePolicy` judge what is seen, and tells the ledger: which of them can't be used,
/// which came back as they were lent, and which are well again.
package actor DeviceKeeper {
    let observer: any DeviceObserver
    let engine: any EngineDriver
    let writer: LedgerWriter
    let clock: any LedgerClock
    package nonisolated let board = DeviceBoard()
    let settings: ReturnSettings
    let telemetry: Telemetry?
    let progress: ProgressBook?
    var records: [DeviceKey: DeviceRecord] = [:]
    /// By attempt, the looks at its devices so far.
    var returns: [AttemptKey: ReturnCourse] = [:]
    var breakers: [NodeName: Breaker] = [:]
    /// Nodes that the ledger was told are suspected.
    var suspected: Set<NodeName> = []
    /// Faults that could not be told yet, since the breaker was open or the disk full.
    var owed: [DeviceKey: OwedFault] = [:]
    /// Devices in quarantine that are looked at just now.
    var retested: Set<DeviceKey> = []
    private var watched: [DeviceKey] = []
    private var busy: Set<DeviceKey> = []

    /// How often every device is looked at closely.
    private static let closeLooks = Duration.seconds(60)
    /// A silence that lasts as long was asked about more than once.
    private static let silence = TimeSpan.seconds(5)
    /// At the start oftener, until it is known what free devices keep in use.
    private static let firstLooks = Duration.seconds(1)

    init(
        observer: any DeviceObserver, engine: any EngineDriver, writer: LedgerWriter, clock: any LedgerClock,
        settings: ReturnSettings = .usual, telemetry: Telemetry? = nil,
        progress: ProgressBook? = nil
    ) {
        self.observer = observer
        self.engine = engine
        self.writer = writer
        self.clock = clock
        self.settings = settings
        self.telemetry = telemetry
        self.progress = progress
    }

    /// Runs until cancelled.
    package func run() async {
        adoptSuspicions()
        await withDiscardingTaskGroup { group in
            group.addTask { await self.followNews() }
            group.addTask { await self.followLedger() }
            group.addTask { await self.lookClosely() }
        }
    }

    var state: LedgerState { writer.publisher.state }

    // MARK: - What is followed

    private func followNews() async {
        for await news in observer.news {
            switch news {
            case .reading(let reading): await take(reading)
            case .incident(let incident): await take(incident)
            }
        }
    }

    private func followLedger() async {
        let changes = writer.publisher.changes()
        await follow()
        for await _ in changes { await follow() }
    }

    /// Takes in who holds what now: what is held is watched more closely, and metered.
    func follow() async {
        let state = state, now = clock.now()
        var devices: [Device] = [], held: Set<DeviceKey> = []
        for node in state.nodes {
            let epoch = DriverEpoch(bootID: node.bootID)
            for slot in node.slots {
                let key = slot.device.key
                records[key, default: DeviceRecord()].follow(slot.quarantine, in: epoch)
                // Whoever watches a device has it open, and it could not be reset.
                if slot.condition != .missing, !slot.waitsForReset || retested.contains(key) { devices.append(slot.device) }
                guard let holder = slot.holder else {
                    records[key]?.use = nil
                    continue
                }
                held.insert(key)
                records[key]?.use?.end(at: state.requests[holder]?.lease?.endedAt)
                guard var record = records[key], record.use?.lease != holder else { continue }
                let grantedAt = state.requests[holder]?.lease?.grantedAt ?? now
                record.use = LeaseMeter(
                    lease: holder, since: grantedAt, watchedFrom: now, before: record.newest, lookedAt: record.newestAt)
                records[key] = record
            }
        }
        if !returns.isEmpty {
            let claims = state.claims
            returns = returns.filter { state.accounts(for: $0.key) || claims.contains($0.key) }
        }
        guard devices.map(\.key) != watched || held != busy else { return }
        (watched, busy) = (devices.map(\.key), held)
        await observer.watch(devices, busy: held)
    }

    private func lookClosely() async {
        var looks = 0
        while !Task.isCancelled {
            let devices = state.nodes.flatMap {
                $0.slots.filter { $0.condition != .missing && !$0.waitsForReset }.map(\.device)
            }
            for reading in await observer.examine(devices) { await take(reading) }
            await retest()
            await settleOwed()
            await followBreakers()
            looks += 1
            let pause = Duration.milliseconds(settings.retestPause.milliseconds)
            try? await Task.sleep(for: looks <= MemoryBaseline.looksNeeded ? Self.firstLooks : min(pause, Self.closeLooks))
        }
    }

    // MARK: - What is seen

    func take(_ reading: DeviceReading) async {
        let key = reading.device, now = clock.now()
        guard var record = records[key], let slot = slot(of: key) else { return }
        // One silence may be told twice, by the watch and by the look that waited for it.
        let isOneSilence = reading.contact == .silent && record.silentSince.map { now - $0 < Self.silence } ?? false
        let previous = isOneSilence ? nil : record.newest, counted = record.counted
        record.take(reading, at: now)
        // Also in quarantine while nothing is known, as after a restart of the server: it could never come back otherwise.
        let isUnused = slot.slot.isFree || slot.slot.holder == nil && record.baseline.value == nil
        // Cheap looks list no processes: they could teach what somebody's work holds.
        if isUnused, reading.processes != nil || slot.slot.device.vendor != .nvidia {
            record.baseline.learn(
                reading, in: DriverEpoch(bootID: slot.node.bootID), allowed: settings.allowed)
        }
        records[key] = record
        board.show(reading, at: now)
        telemetry?.take(reading, of: slot.slot.holder, at: now)
        await judge(reading, previous: previous, counted: counted)
    }

    private func take(_ incident: DeviceIncident) async {
        let key = incident.device
        // The kernel's log tells again, after a restart, what led to a quarantine that is over, or came during it.
        if let last = slot(of: key)?.slot.past.last {
            if let end = last.endedAt { if incident.at < end { return } } else if incident.at <= last.since { return }
        }
        records[key]?.take(incident)
        telemetry?.take(incident)
        await judge(records[key]?.newest ?? DeviceReading(key), previous: nil, counted: nil)
    }

    /// How far back a server that starts has to read what was told of devices while there was none: to the newest event.
    package static func lookBack(after state: LedgerState, at now: Timestamp) -> TimeSpan {
        state.sequence == 0 ? .zero : min(max(.zero, now - state.time), longestLookBack)
    }

    private static let longestLookBack = TimeSpan.days(7)

    func slot(of key: DeviceKey) -> (node: NodeRecord, slot: DeviceSlot)? {
        let state = state
        return state.slot(of: key).map { (state.nodes[$0.node], state.nodes[$0.node].slots[$0.slot]) }
    }
}
