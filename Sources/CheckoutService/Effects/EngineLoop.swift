package import EngineInterface
import FleetModel
import LeaseLedger

/// Brings the engine to what the ledger owes it, and tells the ledger what the engine shows. Level-triggered: a lost
/// wake-up, a doubled one or a restart changes nothing.
package actor EngineLoop {
    private let engine: any EngineDriver
    private let console: any AttemptConsole
    private let writer: LedgerWriter
    private let archive: any LedgerArchive
    private let clock: any LedgerClock
    private var owed = OwedEffects()
    /// Signals that were sent, and are not recorded yet.
    private var sent: [AttemptKey: AnnouncedEnd] = [:]
    /// nil: nobody watches devices; the engine's own checks are all there are.
    private let keeper: DeviceKeeper?
    /// nil: there are no data sets.
    private let data: (any DataCatalog)?
    private let began = ContinuousClock.now
    private var isTurning = false
    private var turnAgain = false
    /// A whole comparison is in the ledger.
    private var hasCompared = false
    /// What the newest failure of the engine was; nil: the newest effect went well.
    package private(set) var trouble: EngineError?

    init(
        engine: any EngineDriver, console: any AttemptConsole, writer: LedgerWriter, archive: any LedgerArchive,
        clock: any LedgerClock,
        keeper: DeviceKeeper? = nil, data: (any DataCatalog)? = nil
    ) {
        self.keeper = keeper
        self.data = data
        self.engine = engine
        self.console = console
        self.writer = writer
        self.archive = archive
        self.clock = clock
    }

    /// Turns whenever the ledger or the engine has changed, until cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { for await _ in self.writer.publisher.changes() { await self.turn() } }
            group.addTask { for await _ in self.engine.changes { await self.turn() } }
            group.addTask { await self.turn() }
        }
    }

    /// One comparison of what is owed with what is there.
    package func turn() async {
        turnAgain = true
        guard !isTurning else { return }
        isTurning = true
        while turnAgain {
            turnAgain = false
            await compare()
        }
        isTurning = false
    }

    private func compare() async {
        owed.willList()
        let listed: [AttemptStatus]
        do throws(EngineError) { listed = try await engine.list() } catch {
            trouble = error
            return wake(after: OwedEffects.firstPause)
        }
        let due = owed.compare(
            writer.publisher.state, at: clock.now(), listed: listed, steady: steady, isFirst: !hasCompared)
        if !due.observations.isEmpty || !hasCompared {
            do throws(ServiceError) {
                try await writer.compared(due.observations)
                hasCompared = true
            } catch { wake(after: .seconds(1)) }
        }
        for effect in due.effects { start(effect) }
    }

    private func start(_ effect: Reconciliation.Effect) {
        Task {
            trouble = await carryOut(effect)
            if let pause = owed.finish(effect, failed: trouble != nil, steady: steady) { wake(after: pause) }
            await turn()
        }
    }

    private func carryOut(_ effect: Reconciliation.Effect) async -> EngineError? {
        do throws(EngineError) {
            switch effect {
            case .launch(let key):
                // What kept the last attempt from beginning may pass.
                let tries = writer.publisher.state.requests[key.lease]?.lease?.attemptsMade ?? 1
                if tries > 1 { try? await Task.sleep(for: .milliseconds(100 << min(tries, 8))) }
                guard let order = try await launchOrder(key) else { return nil }
                do throws(EngineError) { try await engine.launch(order) } catch {
                    guard case .alreadyOver = error else { throw error }
                    // It ran in a time that a restored ledger doesn't know.
                    return await tell(.attemptEnded(key, .unknown))
                }
            case .tell(let key, let end, let signal):
                // Where it could not be written down that it was sent, only that is tried again.
                if sent[key] != end { try await console.signal(key, signal.number) }
                sent[key] = end
                let trouble = await tell(.told(key, end))
                if trouble == nil { sent[key] = nil }
                return trouble
            case .stop(let key, let force):
                if !force { await sayLastWord(to: key) }
                try await engine.stop(key, force: force)
            case .forget(let key): try await engine.forget(key)
            case .verify(let key):
                let devices = writer.publisher.state.devicesToVerify(after: key)
                let work = try await engine.verify(key, devices: devices)
                guard let round = await keeper?.examineReturn(of: key, devices, work: work) else {
                    return await tell(.verified(key, work))
                }
                return await tell(.verified(key, round.checks, giveUp: round.giveUp, use: round.use))
            }
            return nil
        } catch {
            return error
        }
    }

    /// The signal that its user wished for, where nothing came before the end. Nothing may keep work from being ended.
    private func sayLastWord(to key: AttemptKey) async {
        guard let lease = writer.publisher.state.requests[key.lease]?.lease, lease.attempt == key.number,
            let end = lease.endToTell(at: clock.now()), let signal = lease.warning?.signal
        else { return }
        do throws(EngineError) { try await console.signal(key, signal.number) } catch { return }
        _ = await tell(.told(key, end))
    }

    private func tell(_ seen: Observation) async -> EngineError? {
        do throws(ServiceError) { try await writer.observe([seen]) } catch {
            return .failed(detail: "the ledger could not take the result in: \(error)")
        }
        return nil
    }

    /// nil: the lease has moved on meanwhile.
    private func launchOrder(_ key: AttemptKey) async throws(EngineError) -> LaunchOrder? {
        let state = writer.publisher.state
        guard let record = state.requests[key.lease], let lease = record.lease, lease.phase == .starting else { return nil }
        let work: WorkOrder?
        do { work = try await archive.workOrder(of: key.lease) } catch { throw .failed(detail: "\(error)") }
        guard let work else { throw .failed(detail: "the work of request \(key.lease) is not in the store") }
        let team = state.team(of: record.user)
        return LaunchOrder(
            attempt: key, user: record.user, work: work, node: lease.allocation.node,
            devices: state.devices(of: lease.allocation), cores: lease.allocation.cores, memory: lease.allocation.memory,
            endsAt: lease.endsAt + clock.wallAhead(), data: grants(for: record, work, in: state),
            team: team == .everyone ? nil : team)
    }

    /// Looked up now: what was removed, or is not for this user any more, is not given. Whoever copies a set reads it for all that
    /// it is for.
    private func grants(for record: RequestRecord, _ work: WorkOrder, in state: LedgerState) -> [DataGrant] {
        let team = state.team(of: record.user)
        return (record.wishes?.data ?? []).map { name in
            guard let set = data?.dataSet(name) else { return DataGrant(name: name, .removed) }
            return set.isFor(team) || work.copying?.name == name
                ? DataGrant(name: name, folder: set.folder) : DataGrant(name: name, .forOthers)
        }
    }

    /// The time since this loop was made, for its pauses.
    private var steady: Timestamp {
        let passed = (ContinuousClock.now - began).components
        return Timestamp(milliseconds: passed.seconds * 1_000 + passed.attoseconds / 1_000_000_000_000_000)
    }

    private func wake(after pause: TimeSpan) {
        Task {
            try? await Task.sleep(for: .milliseconds(pause.milliseconds))
            await turn()
        }
    }
}
