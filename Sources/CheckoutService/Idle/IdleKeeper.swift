import DevicePolicy
import EngineInterface
package import FleetModel
import LeaseLedger
import Scheduling

/// Looks at each lease that runs on devices, has `DevicePolicy` judge whether it is used, and tells the ledger what is to
/// be said about it, and at last that it is idle. The ledger takes in what holds, and writes it down before it is done.
package actor IdleKeeper {
    package nonisolated let board = IdleBoard()
    private let devices: DeviceBoard
    private let engine: any EngineDriver
    private let writer: LedgerWriter
    private let clock: any LedgerClock
    private let period: TimeSpan
    private var lookouts: [AttemptKey: IdleLookout] = [:]

    /// From one look at a lease to the next.
    package static let usualPeriod = TimeSpan.seconds(15)
    /// A reading older than this says nothing of the device now.
    private static let stale = TimeSpan.seconds(30)

    init(
        board: DeviceBoard, engine: any EngineDriver, writer: LedgerWriter, clock: any LedgerClock, period: TimeSpan
    ) {
        devices = board
        self.engine = engine
        self.writer = writer
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
        let state = writer.publisher.state, settings = state.policy.idle
        guard settings.mode != .off else {
            lookouts = [:]
            return board.show([:])
        }
        if state.idleWatchedSince == nil { try? await writer.observe([.idleWatchBegan]) }
        let running = state.liveLeases.filter {
            $0.lease.phase == .running && $0.lease.contact == .known && !$0.lease.allocation.devices.isEmpty
        }
        let keys = running.map { AttemptKey(lease: $0.id, number: $0.lease.attempt) }
        let alive = Set(keys)
        lookouts = lookouts.filter { alive.contains($0.key) }
        guard !keys.isEmpty else { return board.show([:]) }
        let uses = (try? await engine.use(of: keys)) ?? []
        let byKey = Dictionary(uses.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let demand = DeviceDemand(state), now = clock.now()
        var verdicts: [LeaseID: IdleVerdict] = [:], told: [Observation] = []
        for (key, (id, record, lease)) in zip(keys, running) {
            var lookout = lookouts[key] ?? IdleLookout(record.kind, startedAt: lease.startedAt ?? lease.grantedAt)
            lookout.look(lease.allocation.devices.map { activity(of: $0, at: now) }, byKey[key], at: now, settings)
            lookouts[key] = lookout
            let known = lease.idle ?? IdleRecord()
            let situation = IdleSituation(
                someoneWaits: settings.mode == .release && demand.wants(lease, of: record.team),
                installedAt: state.idleWatchedSince ?? now, keptAt: known.keptAt, keptUntil: known.keptUntil,
                notices: known.notices)
            let verdict = IdleRule.judge(lookout.window, situation, at: now, settings)
            verdicts[id] = verdict
            if let said = verdict.notice(after: known, lookout.window) {
                told.append(.idle(key, said.notice, said.evidence))
            }
        }
        board.show(verdicts)
        // On a full disk it is lost, and seen again in the next round.
        if !told.isEmpty { try? await writer.observe(told) }
    }

    private func activity(of key: DeviceKey, at now: Timestamp) -> DeviceActivity {
        guard let newest = devices.newest(key), now - newest.at <= Self.stale else { return DeviceActivity(key) }
        return DeviceActivity(newest.reading)
    }
}
