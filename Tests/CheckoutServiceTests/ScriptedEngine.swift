import EngineInterface
import FleetModel
import Synchronization

/// An engine without processes: a test says what its attempts do, and reads what it was told.
final class ScriptedEngine: EngineDriver, AttemptConsole, Sendable {
    struct Inside {
        var phases: [AttemptKey: AttemptStatus.Phase] = [:]
        var launched: [AttemptKey] = []
        var stops: [Stop] = []
        var forgotten: [AttemptKey] = []
        var launchFailures = 0
        var dirtyLooks = 0
        var endsOnSignal = true
        var withstandsForce = false
        var listFailures = 0
        /// Attempts that were forgotten before.
        var over: [AttemptKey] = []
        /// What attempts are said to be on.
        var devices: [AttemptKey: [DeviceKey]] = [:]
        var looks: [AttemptKey] = []
        /// What attempts have made of the machine; those that are not here do nothing.
        var uses: [AttemptKey: AttemptUse] = [:]
        var useFailures = 0
        /// Who is said to have devices' nodes open; nil: nothing can be said.
        var holders: DeviceHolders?
        var looksForHolders = 0
        /// Processes that were to be ended, and whether by force.
        var ended: [(pid: Int32, force: Bool)] = []
    }

    struct Stop: Equatable {
        let attempt: AttemptKey
        let force: Bool
    }

    let changes: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation
    private let inside = Mutex(Inside())

    init() { (changes, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    /// Reads or changes what the engine holds, then says that something may have changed.
    @discardableResult
    func with<Value: Sendable>(_ change: (inout sending Inside) -> sending Value) -> Value {
        defer { bell.yield() }
        return inside.withLock(change)
    }

    func end(_ lease: Int64, _ outcome: AttemptOutcome) {
        with { inside in
            let key = AttemptKey(lease: LeaseID(lease), number: 1)
            inside.phases[key] = .ended(outcome)
        }
    }

    func launch(_ order: LaunchOrder) async throws(EngineError) {
        if with({ $0.over.contains(order.attempt) }) { throw .alreadyOver }
        let failed = with { inside in
            guard inside.launchFailures == 0 else {
                inside.launchFailures -= 1
                return true
            }
            if inside.phases[order.attempt] == nil {
                inside.launched.append(order.attempt)
                inside.phases[order.attempt] = .running
                inside.devices[order.attempt] = order.devices.map(\.key)
            }
            return false
        }
        if failed { throw .failed(detail: "the test wants it") }
    }

    func stop(_ attempt: AttemptKey, force: Bool) async throws(EngineError) {
        with { inside in
            inside.stops.append(Stop(attempt: attempt, force: force))
            if force, inside.withstandsForce { return }
            if force || inside.endsOnSignal { inside.phases[attempt] = .ended(force ? .killed : .signalled(signal: 15)) }
        }
    }

    func list() async throws(EngineError) -> [AttemptStatus] {
        let listed: [AttemptStatus]? = inside.withLock { inside in
            guard inside.listFailures == 0 else {
                inside.listFailures -= 1
                return nil
            }
            return inside.phases.map { AttemptStatus(key: $0.key, phase: $0.value, devices: inside.devices[$0.key]) }
                .sorted { $0.key < $1.key }
        }
        guard let listed else { throw .unreachable(detail: "the test wants it") }
        return listed
    }

    func verify(_ attempt: AttemptKey, devices: [Device]) async throws(EngineError) -> [CleanCheck] {
        let dirty = with { inside in
            inside.dirtyLooks -= 1
            inside.looks.append(attempt)
            return inside.dirtyLooks >= 0
        }
        return [CleanCheck(.processesGone, dirty ? .failed(detail: "process 42 is still there") : .passed)]
    }

    func use(of attempts: [AttemptKey]) async throws(EngineError) -> [AttemptUse] {
        let uses: [AttemptUse]? = inside.withLock { inside in
            guard inside.useFailures == 0 else {
                inside.useFailures -= 1
                return nil
            }
            return attempts.filter { inside.phases[$0] == .running }.map {
                inside.uses[$0] ?? AttemptUse($0, processorTime: .zero, bytes: 0)
            }
        }
        guard let uses else { throw .unreachable(detail: "the test wants it") }
        return uses
    }

    func holders(of devices: [Device]) async throws(EngineError) -> DeviceHolders {
        inside.withLock { inside in
            inside.looksForHolders += 1
            return inside.holders ?? DeviceHolders(holders: [], unknown: devices.map(\.key))
        }
    }

    func endHolder(_ pid: Int32, of device: Device, force: Bool) async throws(EngineError) -> HolderEnd {
        inside.withLock { inside in
            inside.ended.append((pid, force))
            return .signalled
        }
    }

    func forget(_ attempt: AttemptKey) async throws(EngineError) {
        with { inside in
            inside.phases[attempt] = nil
            inside.forgotten.append(attempt)
        }
    }

    func readOutput(
        _ attempt: AttemptKey, _ stream: OutputStream, from offset: Int64, limit: Int
    ) async throws(EngineError) -> OutputPiece? {
        guard stream == .standardOutput, offset < 3 else { return nil }
        return .bytes(offset: offset, bytes: Array([UInt8](arrayLiteral: 97, 98, 99).dropFirst(Int(offset))))
    }

    func writeInput(
        _ attempt: AttemptKey, offset: Int64, bytes: [UInt8], end: Bool
    ) async throws(EngineError) -> Int64 { offset + Int64(bytes.count) }

    func signal(_ attempt: AttemptKey, _ number: Int32) async throws(EngineError) {}
}
