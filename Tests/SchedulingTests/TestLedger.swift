import FleetModel
import LeaseLedger
import Scheduling
import Testing

/// A ledger on one screen: nodes, people who ask, and plans as text.
///
/// A plan reads `1@n1:ab`: request 1 gets devices a and b of node n1; `2@n1:` gets cores only; `3 never`: refused.
struct TestLedger {
    private(set) var state = LedgerState()
    private(set) var now = Timestamp(milliseconds: 1_000_000_000_000)
    private var reports: [String: NodeReport] = [:]

    init(holdAfter: TimeSpan = .hours(24), halfLife: TimeSpan = .hours(24), takesBack: Bool = true) {
        var policy = SchedulingPolicy()
        policy.reclaim.isOn = takesBack
        policy.holdAfter = holdAfter
        policy.usageHalfLife = halfLife
        do { _ = try state.handle(.setPolicy(policy, by: Self.root), at: now) } catch { Issue.record("policy: \(error)") }
    }

    static let root = Requester(UserName("root"), isAdministrator: true)
    private static let letters = "abcdefghijklmnopqrstuvwx".map(String.init)

    mutating func node(
        _ name: String, gpus: Int = 0, models: [String] = [], gigabytes: [Int64] = [], cores: Int64 = 64,
        memory: Int64 = 1_000, links: [[Int]] = [], numa: [Int] = [], without gone: String = ""
    ) {
        let devices = (0..<gpus).filter { !gone.contains(Self.letters[$0]) }.map { index in
            Device(
                key: DeviceKey("\(name):\(Self.letters[index])"),
                model: models.isEmpty ? "NVIDIA A100-SXM4-80GB" : models[index % models.count],
                memory: MemoryBytes((gigabytes.isEmpty ? 80 : gigabytes[index % gigabytes.count]) * 1_000_000_000),
                numaNode: numa.isEmpty ? nil : numa[index % numa.count])
        }
        let report = NodeReport(
            node: NodeName(name), bootID: "boot", cores: .cores(cores), memory: MemoryBytes(memory * 1_000_000_000),
            devices: devices, links: links)
        reports[name] = report
        see(.node(report))
    }

    mutating func team(_ name: String, guarantee: Int = 0, limit: Int? = nil, members: [String]) {
        let change = TeamChange(
            name: TeamName(name), guarantee: guarantee, limit: limit.map { .devices($0) } ?? TeamChange.Limit.none,
            adding: members.map { UserName($0) })
        command(.setTeam(change, by: Self.root))
    }

    /// `devices` at once and GPU-`hours` a week for each person; nil: as many as there are.
    mutating func limitEverybody(devices: Int? = nil, hours: Int? = nil, longest: TimeSpan? = nil) {
        changePolicy {
            $0.limits.setEverybody(UseLimits(devicesAtOnce: devices, deviceHoursAWeek: hours, longestLease: longest))
        }
    }

    mutating func limit(_ user: String, devices: Int? = nil, hours: Int? = nil) {
        changePolicy {
            $0.limits.set(UseLimits(devicesAtOnce: devices, deviceHoursAWeek: hours), of: UserName(user))
        }
    }

    mutating func limitTeam(_ team: String, hours: Int) {
        changePolicy { $0.limits.set(UseLimits(deviceHoursAWeek: hours), of: TeamName(team)) }
    }

    private mutating func changePolicy(_ change: (inout SchedulingPolicy) -> Void) {
        var policy = state.policy
        change(&policy)
        command(.setPolicy(policy, by: Self.root))
    }

    /// `gpus` as a user types it: `2`, `a100:2`, `24GB..:1`, `0`.
    @discardableResult
    mutating func ask(
        _ user: String, _ gpus: String = "1", time: TimeSpan = .hours(1), cores: Int64? = nil, memory: Int64? = nil,
        under reservation: Int64? = nil, requeues: Bool = false, mayBeRefused: Bool = false
    ) -> LeaseID {
        let id = state.nextID
        guard let devices = try? DeviceSelector(parsing: gpus) else {
            Issue.record("\(gpus) is no selector")
            return id
        }
        let resources = ResourceRequest(
            devices: devices, cores: cores.map { .cores($0) }, memory: memory.map { MemoryBytes($0 * 1_000_000_000) },
            duration: time, reservation: reservation.map { ReservationID($0) })
        let asked = Command.submit(
            Submission(user: UserName(user), name: "work", resources: resources, wishes: WorkWishes(requeues: requeues)))
        if mayBeRefused, (try? state.decide(asked, at: now)) == nil { return id }
        command(asked)
        return id
    }

    /// What the scheduler proposes; nothing changes.
    var plan: [String] { Self.text(Scheduler.plan(state, at: now)) }

    /// Adopts what the scheduler proposes until it has nothing more, and says what it was.
    @discardableResult
    mutating func schedule(atMost limit: Int = 1_000) -> [String] {
        var lines: [String] = []
        for _ in 1...limit {
            let plan = Scheduler.plan(state, at: now)
            if plan.isEmpty { return lines }
            guard command(.adopt(plan)) else { return lines }
            lines += Self.text(plan)
        }
        Issue.record("plans without end: \(lines.suffix(8))")
        return lines
    }

    mutating func pass(_ span: TimeSpan) {
        now = now + span
        command(.advanceClock)
    }

    mutating func begin(_ id: LeaseID) { see(.attemptRunning(AttemptKey(lease: id, number: 1))) }

    mutating func end(_ id: LeaseID, losing isLost: Bool = false) {
        see(.attemptEnded(AttemptKey(lease: id, number: 1), isLost ? .nodeLost : .exited(code: 0)))
    }

    mutating func verify(_ id: LeaseID, _ result: CleanCheck.Result = .passed) {
        see(.verified(AttemptKey(lease: id, number: 1), [CleanCheck(.processesGone, result)]))
    }

    /// The lease ends and its devices come back clean, all at this moment.
    mutating func finish(_ ids: LeaseID...) {
        for id in ids {
            end(id)
            verify(id)
        }
    }

    mutating func reserve(_ user: String, _ count: Int, in delay: TimeSpan, for span: TimeSpan) {
        let wish = NewReservation(
            owner: .user(UserName(user)), name: "claim", devices: DeviceSelector(count: count), startsAt: now + delay,
            span: span)
        command(.reserve(wish, by: Self.root))
    }

    mutating func extend(_ id: LeaseID, by span: TimeSpan, mayBeRefused: Bool = false) {
        let asked = Command.extend(id, by: span, Self.root)
        if mayBeRefused, (try? state.decide(asked, at: now)) == nil { return }
        command(asked)
    }

    /// As if leases had been looked at for longer than any dry run.
    mutating func watchForIdleness() {
        see(.idleWatchBegan)
        now = now + state.policy.idle.dryRun
    }

    mutating func lose(_ node: String) { see(.contact(NodeName(node), .lost)) }

    mutating func see(_ observation: Observation) { _ = state.handle(observation, at: now) }

    @discardableResult
    mutating func command(_ command: Command) -> Bool {
        do {
            _ = try state.handle(command, at: now)
            return true
        } catch {
            Issue.record("the ledger said no: \(error)")
            return false
        }
    }

    func reasons(_ id: LeaseID) -> [GrantReason] { state.requests[id]?.lease?.reasons ?? [] }

    func explain(_ id: LeaseID) throws -> WaitingExplanation {
        guard case .waiting(let waiting)? = Scheduler.explain(id, in: state, at: now) else { throw NotWaiting(id: id) }
        return waiting
    }

    func sentences(_ id: LeaseID) -> [String] { Scheduler.explain(id, in: state, at: now)?.sentences ?? [] }

    struct NotWaiting: Error { let id: LeaseID }

    static func text(_ plan: Plan) -> [String] {
        plan.refusals.map { "\($0.id) never" }
            + plan.grants.map { grant in
                let prefix = grant.allocation.node.name.count + 1
                let devices = grant.allocation.devices.map { String($0.name.dropFirst(prefix)) }.joined()
                return "\(grant.id)@\(grant.allocation.node):\(devices)"
            } + plan.withdrawals.map { "spare \($0)" }
            + plan.reclaims.map { "take \($0.lease) for \($0.request)" }
    }
}

/// SplitMix64: small, seeded, the same everywhere.
struct TestRandom: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
