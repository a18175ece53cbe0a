import DevicePolicy
import EngineInterface
import FleetModel
import LeaseLedger

/// Looks for processes on devices that no lease accounts for, and tells the ledger of them, and when they are gone.
package actor ForeignKeeper {
    private let board: DeviceBoard
    private let engine: any EngineDriver
    private let writer: LedgerWriter
    /// What the look before this one found. A monitor that looks at a device for a moment is no use of it.
    private var seenBefore: [DeviceKey: Set<Int32>] = [:]
    /// Those that were asked to end: the next round ends them by force.
    private var asked: [DeviceKey: Set<Int32>] = [:]
    /// Those that may not be ended, which was said.
    private var spared: [DeviceKey: Set<Int32>] = [:]
    /// What may hold devices beside leases.
    private let allowed: AllowedPrograms
    private let complain: @Sendable (String) -> Void

    private static let period = Duration.seconds(20)
    /// On one device, in one round.
    private static let mostEnded = 4

    init(
        board: DeviceBoard, engine: any EngineDriver, writer: LedgerWriter, allowed: AllowedPrograms = .usual,
        complain: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.allowed = allowed
        self.complain = complain
        self.board = board
        self.engine = engine
        self.writer = writer
    }

    /// Runs until cancelled.
    package func run() async {
        while !Task.isCancelled {
            await round()
            try? await Task.sleep(for: Self.period)
        }
    }

    /// One look at every device that is free, or on which work runs. What comes back from a lease is looked at by its return.
    package func round() async {
        let before = writer.publisher.state
        let devices = before.nodes.flatMap { $0.slots.filter { Self.isJudged($0, before) }.map(\.device) }
        guard !devices.isEmpty, let told = try? await engine.holders(of: devices) else { return }
        let state = writer.publisher.state
        var seen: [DeviceKey: Set<Int32>] = [:], news: [Observation] = [], lastingOn: [(Device, [DeviceProcess])] = []
        for device in devices {
            guard let place = state.slot(of: device.key), let old = before.slot(of: device.key) else { continue }
            let slot = state.nodes[place.node].slots[place.slot]
            // It went from hand to hand while it was looked at.
            guard slot.holder == before.nodes[old.node].slots[old.slot].holder, Self.isJudged(slot, state),
                !told.unknown.contains(device.key)
            else { continue }
            let all = foreign(on: slot, told)
            seen[device.key] = Set(all.map(\.pid))
            let lasting = all.filter { seenBefore[device.key]?.contains($0.pid) ?? false }
            news.append(.foreign(device.key, lasting))
            lastingOn.append((device, lasting))
        }
        seenBefore = seen
        // What is known gives no event. On a full disk it is lost, and seen again in the next look.
        if !news.isEmpty { try? await writer.observe(news) }
        await end(lastingOn)
    }

    /// Where the policy says so, whoever was seen in two looks is asked to end, and in the round after that ended by force. The
    /// engine confirms that it is so.
    private func end(_ found: [(device: Device, processes: [DeviceProcess])]) async {
        var now: [DeviceKey: Set<Int32>] = [:], spared: [DeviceKey: Set<Int32>] = [:]
        for (device, processes) in found where !processes.isEmpty {
            // Each is searched for anew: the others come in the next round.
            for process in processes.prefix(Self.mostEnded) where writer.publisher.state.policy.foreign == .kill {
                let force = asked[device.key]?.contains(process.pid) ?? false
                guard let result = try? await engine.endHolder(process.pid, of: device, force: force) else { continue }
                let who = [process].words
                switch result {
                case .signalled:
                    now[device.key, default: []].insert(process.pid)
                    complain(
                        "\(who) used \(device.key), which no lease accounts for, and was \(force ? "ended" : "asked to end")"
                    )
                case .spared(let reason):
                    spared[device.key, default: []].insert(process.pid)
                    if !(self.spared[device.key]?.contains(process.pid) ?? false) {
                        complain("\(who) uses \(device.key) and is left alone: \(reason)")
                    }
                case .gone: break
                }
            }
        }
        asked = now
        self.spared = spared
    }

    private func foreign(on slot: DeviceSlot, _ told: DeviceHolders) -> [DeviceProcess] {
        let key = slot.device.key
        var found = told.holders.filter { $0.device == key && ($0.attempt == nil || $0.attempt?.lease != slot.holder) }
            .map { DeviceProcess(pid: $0.pid, user: $0.user, command: $0.command) }
        // Whoever can't look into all processes asks the driver too. It may name processes of other namespaces: one that nothing
        // is known of is none.
        if told.hiddenProcesses > 0, slot.holder == nil, let listed = board.listed(key) {
            let known = Set(found.map(\.pid))
            found += Foreign.processes(in: listed, leased: [], allowed: allowed).filter {
                $0.command != nil && !known.contains($0.pid)
            }
        }
        return found
    }

    private static func isJudged(_ slot: DeviceSlot, _ state: LedgerState) -> Bool {
        guard slot.condition == .offered, !slot.device.isSimulated || slot.foreign != nil else { return false }
        guard let holder = slot.holder else { return true }
        return state.requests[holder]?.lease?.phase == .running
    }
}
