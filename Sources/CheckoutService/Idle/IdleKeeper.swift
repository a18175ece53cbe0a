import DevicePolicy
import EngineInterface
package import FleetModel
import LeaseLedger

/// Looks at each lease that runs on devices, has `DevicePolicy` judge whether it is used, and tells the ledger what is to
/// be said about it, and at last that it is idle. The ledger takes in what holds, and writes it down before it is done.
package actor IdleKeeper {
    package nonisolated let board = IdleBoard()
    private let devices: DeviceBoard
    private let engine: any EngineDriver
    private let writer: LedgerWriter
    private let sessionUse: SessionUse
    private let clock: any LedgerClock
    private let period: TimeSpan
    private var lookouts: [AttemptKey: IdleLookout] = [:]

    /// From one look at a lease to the next.
    package static let usualPeriod = TimeSpan.seconds(15)
    /// A reading older than this says nothing of the device now.
    private static let stale = TimeSpan.seconds(30)

    init(
        board: DeviceBoard, engine: any EngineDriver, writer: LedgerWriter, sessionUse: SessionUse, clock: any LedgerClock,
        period: TimeSpan
    ) {
        devices = board
        self.engine = engine
        self.writer = writer
        self.sessionUse = sessionUse
        self.clock = clock
        self.period = period
    }

    /// Runs until cancelled.
    package func run() async {
        while !Task.isCancelled {
            await round()
            try? await Task.sleep(for: .milliseconds(period.milliseconds))
        }
    }

    /// One look at every lease.
    package func round() async {
        guard writer.publisher.state.policy.idle.mode != .off else {
            lookouts = [:]
            _ = sessionUse.take([])
            return board.show([:])
        }
        if writer.publisher.state.idleWatchedSince == nil { try? await writer.observe([.idleWatchBegan]) }
        let uses = (try? await engine.use(of: Self.running(in: writer.publisher.state).map(\.key))) ?? []
        let byKey = Dictionary(uses.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        // What the engine was asked for took its time: judged is what holds now.
        let state = writer.publisher.state, settings = state.policy.idle, running = Self.running(in: state)
        let alive = Set(running.map(\.key))
        lookouts = lookouts.filter { alive.contains($0.key) }
        let acts = sessionUse.take(alive)
        guard settings.mode != .off, !running.isEmpty else { return board.show([:]) }
        var demand = DeviceDemand(state)
        let now = clock.now()
        var verdicts: [LeaseID: IdleVerdict] = [:], told: [Observation] = []
        for (key, record, lease) in running {
            var lookout = lookouts[key] ?? IdleLookout(record.kind, startedAt: lease.startedAt ?? lease.grantedAt)
            lookout.look(
                lease.allocation.devices.map { activity(of: $0, at: now) }, byKey[key],
                acts: record.wishes?.session == nil ? nil : acts[key] ?? 0, at: now, settings)
            lookouts[key] = lookout
            let known = lease.idle ?? IdleRecord()
            let situation = IdleSituation(
                someoneWaits: settings.mode == .release && demand.wants(key.lease),
                installedAt: state.idleWatchedSince ?? now, keptAt: known.keptAt, keptUntil: known.keptUntil,
                notices: known.notices)
            let verdict = IdleRule.judge(lookout.window, situation, at: now, settings)
            verdicts[key.lease] = verdict
            if case .release = verdict { demand.take(key.lease) }
            if let said = verdict.notice(after: known, lookout.window) {
                told.append(.idle(key, said.notice, said.evidence))
            }
        }
        board.show(verdicts)
        // On a full disk it is lost, and seen again in the next round.
        if !told.isEmpty { try? await writer.observe(told) }
    }

    private static func running(in state: LedgerState) -> [(key: AttemptKey, record: RequestRecord, lease: Lease)] {
        state.liveLeases.filter {
            $0.lease.phase == .running && $0.lease.contact == .known && !$0.lease.allocation.devices.isEmpty
        }.map { (AttemptKey(lease: $0.id, number: $0.lease.attempt), $0.record, $0.lease) }
    }

    private func activity(of key: DeviceKey, at now: Timestamp) -> DeviceActivity {
        guard let newest = devices.takeMost(key), now - newest.at <= Self.stale else { return DeviceActivity(key) }
        return DeviceActivity(newest.reading)
    }
}
