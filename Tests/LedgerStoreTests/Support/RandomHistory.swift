import FleetModel
import LeaseLedger

/// A long, varied life of a ledger that a seed decides: batches as the service makes them.
struct RandomHistory {
    private(set) var state = LedgerState()
    private var random: SplitMix
    private var now = Timestamp(milliseconds: 1_700_000_000_000)
    private var keys = 0

    init(seed: UInt64) { random = SplitMix(state: seed) }

    /// The next batch that holds an event. The state moves on with it.
    mutating func next() -> LogBatch {
        while true {
            var batch = LedgerBatch(from: state, at: now)
            var orders: [(id: LeaseID, order: WorkOrder)] = []
            for _ in 0...random.below(4) { step(&batch, &orders) }
            batch.finish(scheduling: Self.plan)
            now = now + TimeSpan(milliseconds: Int64(random.below(20 * 60_000)))
            state = batch.state
            if !batch.events.isEmpty {
                var answered: [AnsweredKey] = []
                for (id, _) in orders where random.below(3) == 0 { answered.append(answer(id)) }
                return LogBatch(events: batch.events, ended: batch.ended, orders: orders, answered: answered)
            }
        }
    }

    private mutating func step(_ batch: inout LedgerBatch, _ orders: inout [(id: LeaseID, order: WorkOrder)]) {
        let boss = Requester(UserName("root"), isAdministrator: true)
        switch random.below(20) {
        case 0: batch.observe(.node(report()))
        case 1...6:
            let id = batch.state.nextID
            if case .success = batch.submit(.submit(submission())) { orders.append((id, Self.order(id))) }
        case 7: giveBack(&batch, by: boss)
        case 8:
            if let id = random.element(Array(batch.state.live)) { _ = batch.submit(.extend(id, by: .hours(1), boss)) }
        case 9: _ = batch.submit(.setPolicy(policy(), by: boss))
        case 10: _ = batch.submit(.setTeam(team(), by: boss))
        case 11: _ = batch.submit(.removeTeam(TeamName("team\(random.below(3))"), by: boss))
        case 12: batch.observe(.contact(node(), random.below(3) == 0 ? .lost : .known))
        case 13: observeStray(&batch)
        case 14: _ = batch.submit(.advanceClock)
        default: advance(&batch)
        }
    }

    private mutating func giveBack(_ batch: inout LedgerBatch, by requester: Requester) {
        if let id = random.element(Array(batch.state.live) + batch.state.waiting) {
            _ = batch.submit(.giveBack(id, by: requester))
        }
    }

    /// The engine says something about a live lease.
    private mutating func advance(_ batch: inout LedgerBatch) {
        guard let id = random.element(Array(batch.state.live)), let lease = batch.state.requests[id]?.lease else { return }
        let key = AttemptKey(lease: id, number: lease.attempt)
        switch lease.phase {
        case .starting where random.below(4) != 0: batch.observe(.attemptRunning(key))
        case .starting, .running, .ending: batch.observe(.attemptEnded(key, outcome()))
        case .verifying: batch.observe(.verified(key, checks()))
        case .pledged, .closed: break
        }
    }

    private mutating func observeStray(_ batch: inout LedgerBatch) {
        if let claim = random.element(batch.state.claims) {
            batch.observe(.strayGone(claim))
        } else {
            let key = AttemptKey(lease: LeaseID(Int64(1_000_000 + random.below(9))), number: 1)
            batch.observe(.stray(key, devices: [device(node(), random.below(4)).key]))
        }
    }

    private mutating func answer(_ id: LeaseID) -> AnsweredKey {
        keys += 1
        return AnsweredKey(user: user(), key: "key-\(keys)", digest: "digest-\(id)", id: id, at: state.time)
    }

    /// One grant for the oldest request that fits somewhere; a refusal for what is larger than every node.
    private static func plan(_ state: LedgerState, _ now: Timestamp) -> Plan {
        for id in state.waiting {
            guard let record = state.requests[id] else { continue }
            let asked = record.resources.devices
            let most = state.nodes.map(\.slots.count).max() ?? 0
            if most > 0, asked.count > most {
                let refusal = Refusal.tooManyDevices(asked: asked.count, mostOnOneNode: most)
                return Plan(refusals: [RefusedRequest(id: id, refusal: refusal)])
            }
            for node in state.nodes where node.contact == .known {
                let free = node.slots.filter { $0.isFree && asked.matches($0.device) }.prefix(asked.count).map(\.device)
                let cores = Sizing.cores(for: record.resources, on: node)
                let memory = Sizing.memory(for: record.resources, devices: free, on: node)
                guard free.count == asked.count, cores <= node.coresFree, memory <= node.memoryFree else { continue }
                let allocation = Allocation(node: node.name, devices: free.map(\.key), cores: cores, memory: memory)
                let grant = Grant(id: id, allocation: allocation, reasons: [.oldest(of: state.waiting.count)])
                return Plan(grants: [grant])
            }
        }
        return Plan()
    }
}

extension RandomHistory {
    private mutating func user() -> UserName { UserName("user\(random.below(5))") }
    private mutating func node() -> NodeName { NodeName("node\(random.below(3))") }

    private func device(_ node: NodeName, _ index: Int) -> Device {
        Device(key: DeviceKey("GPU-\(node)-\(index)"), model: "NVIDIA A100-SXM4-80GB", memory: .gibibytes(80), minor: index)
    }

    private mutating func report() -> NodeReport {
        let node = node()
        let count = 2 + random.below(3)
        return NodeReport(
            node: node, bootID: "boot\(random.below(2))", cores: .cores(64), memory: .gibibytes(512),
            devices: (0..<count).map { device(node, $0) })
    }

    private mutating func submission() -> Submission {
        Submission(
            user: user(), name: "train \(random.below(100)) ü/\"", kind: random.below(2) == 0 ? .job : .session,
            resources: ResourceRequest(
                devices: DeviceSelector(count: random.below(6)),
                duration: random.below(2) == 0 ? nil : .minutes(Int64(1 + random.below(300)))))
    }

    static func order(_ id: LeaseID) -> WorkOrder {
        WorkOrder(
            command: ["python", "train.py", "--id", "\(id)"], directory: "/home/ü", environment: ["SECRET=s3cret-\(id)"],
            takesInput: false, uid: 1000)
    }

    private mutating func policy() -> SchedulingPolicy {
        SchedulingPolicy(usageHalfLife: .hours(Int64(1 + random.below(48))), grace: .seconds(Int64(random.below(90))))
    }

    private mutating func team() -> TeamChange {
        let limit: TeamChange.Limit? = random.below(2) == 0 ? nil : .devices(4 + random.below(8))
        return TeamChange(
            name: TeamName("team\(random.below(3))"), guarantee: random.below(4), limit: limit,
            adding: random.below(2) == 0 ? [user()] : [], removing: random.below(2) == 0 ? [user()] : [])
    }

    private mutating func outcome() -> AttemptOutcome {
        let outcomes: [AttemptOutcome] = [
            .exited(code: 0), .exited(code: 7), .signalled(signal: 9), .killed, .neverBegan, .nodeLost, .unknown,
            .launchFailed(because: .commandNotFound(command: "pyhton")),
            .launchFailed(because: .storageFull(detail: "no room")),
        ]
        return outcomes[random.below(outcomes.count)]
    }

    private mutating func checks() -> [CleanCheck] {
        let failed = random.below(4) == 0
        return [
            CleanCheck(.processesGone, .passed), CleanCheck(.probePassed, .notChecked(reason: "simulated")),
            CleanCheck(.memoryReleased, failed ? .failed(detail: "\(random.below(3)) MiB") : .passed),
        ]
    }
}

struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    mutating func element<Element>(_ elements: [Element]) -> Element? { elements.randomElement(using: &self) }
}
