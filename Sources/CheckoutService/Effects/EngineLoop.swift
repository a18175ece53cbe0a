package import EngineInterface
import FleetModel
package import LeaseLedger

/// Brings the engine to what the ledger owes it, and tells the ledger what the engine shows. Level-triggered: a lost
/// wake-up, a doubled one or a restart changes nothing.
package actor EngineLoop {
    private let engine: any EngineDriver
    private let writer: LedgerWriter
    private let archive: any LedgerArchive
    private let clock: any LedgerClock
    /// Effects under way; their attempts are left alone until the answer is there.
    private var pending: Set<AttemptKey> = []
    /// Attempts that had an effect under way at any moment since the newest list was asked for.
    private var touched: Set<AttemptKey> = []
    /// Effects that were carried out and need no repeating, or failed and wait for their next try.
    private var settled: [Reconciliation.Effect: Pause] = [:]
    private var isTurning = false
    private var turnAgain = false
    /// What the newest failure of the engine was; nil: the newest effect went well.
    package private(set) var trouble: EngineError?

    private struct Pause {
        var until: ContinuousClock.Instant
        var length: Duration
    }

    private static let firstPause = Duration.milliseconds(250)
    private static let longestPause = Duration.seconds(30)

    package init(engine: any EngineDriver, writer: LedgerWriter, archive: any LedgerArchive, clock: any LedgerClock) {
        self.engine = engine
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
        // What is under way or ends while the list is on its way may be older there than it is by now.
        touched = pending
        let listed: [AttemptStatus]
        do throws(EngineError) { listed = try await engine.list() } catch {
            trouble = error
            return wake(after: Self.firstPause)
        }
        let owed = Reconciliation(writer.publisher.state, at: clock.now(), listed: listed, pending: pending.union(touched))
        if !owed.observations.isEmpty {
            do throws(ServiceError) { try await writer.observe(owed.observations) } catch { wake(after: .seconds(1)) }
        }
        let stillOwed = Set(owed.effects)
        settled = settled.filter { stillOwed.contains($0.key) || pending.union(touched).contains($0.key.attempt) }
        let now = ContinuousClock.now
        for effect in owed.effects where settled[effect].map({ $0.until <= now }) ?? true {
            start(effect)
        }
    }

    private func start(_ effect: Reconciliation.Effect) {
        pending.insert(effect.attempt)
        touched.insert(effect.attempt)
        Task {
            let failure = await carryOut(effect)
            finish(effect, failure)
            await turn()
        }
    }

    /// A failed effect pauses twice as long each time. One that went well and is still owed is not repeated at once
    /// either: asking work to end takes until it ends, and devices that are not clean yet need a while.
    private func finish(_ effect: Reconciliation.Effect, _ failure: EngineError?) {
        pending.remove(effect.attempt)
        trouble = failure
        let last = settled[effect]?.length ?? Self.firstPause / 2
        let length = failure == nil && effect.isAskedOnce ? .seconds(3_600) : min(last * 2, Self.longestPause)
        settled[effect] = Pause(until: .now + length, length: length)
        wake(after: length)
    }

    private func carryOut(_ effect: Reconciliation.Effect) async -> EngineError? {
        do throws(EngineError) {
            switch effect {
            case .launch(let key):
                // What kept the last attempt from beginning may pass.
                if key.number > 1 { try? await Task.sleep(for: .milliseconds(100 << min(key.number, 8))) }
                guard let order = try await launchOrder(key) else { return nil }
                try await engine.launch(order)
            case .stop(let key, let force): try await engine.stop(key, force: force)
            case .forget(let key): try await engine.forget(key)
            case .verify(let key):
                let checks = try await engine.verify(key, devices: devices(of: key))
                do throws(ServiceError) { try await writer.observe([.verified(key, checks)]) } catch {
                    return .failed(detail: "the ledger could not take the result in: \(error)")
                }
            }
            return nil
        } catch {
            return error
        }
    }

    private func devices(of key: AttemptKey) -> [Device] {
        let state = writer.publisher.state
        return (state.requests[key.lease]?.lease?.allocation).map(state.devices(of:)) ?? []
    }

    /// nil: the lease has moved on meanwhile.
    private func launchOrder(_ key: AttemptKey) async throws(EngineError) -> LaunchOrder? {
        let state = writer.publisher.state
        guard let record = state.requests[key.lease], let lease = record.lease, lease.phase == .starting else { return nil }
        let work: WorkOrder?
        do { work = try await archive.workOrder(of: key.lease) } catch { throw .failed(detail: "\(error)") }
        guard let work else { throw .failed(detail: "the work of request \(key.lease) is not in the store") }
        return LaunchOrder(
            attempt: key, user: record.user, work: work, node: lease.allocation.node,
            devices: state.devices(of: lease.allocation), cores: lease.allocation.cores, memory: lease.allocation.memory,
            endsAt: lease.endsAt + clock.wallAhead())
    }

    private func wake(after pause: Duration) {
        guard pause < .seconds(3_600) else { return }
        Task {
            try? await Task.sleep(for: pause)
            await turn()
        }
    }
}

extension Reconciliation.Effect {
    /// Asking again has no use while the engine lives.
    fileprivate var isAskedOnce: Bool {
        switch self {
        case .stop(_, force: false): true
        case .launch, .verify, .forget, .stop(_, force: true): false
        }
    }
}
