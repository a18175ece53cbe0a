import FleetModel
import LeaseLedger
import Scheduling
import Testing

/// Properties over many random fleets, crowds and moments.
@Suite struct RandomStateTests {
    /// Every plan is adopted without a word, plans come to an end, the same state gives the same plan, and nothing that
    /// could start is left waiting.
    @Test(arguments: 1...60) func plansAreAdoptedAndLeaveNothingThatFits(seed: Int) {
        var crowd = RandomCrowd(seed: UInt64(seed))
        for _ in 1...40 {
            crowd.step()
            let before = crowd.ledger.state
            let plan = Scheduler.plan(before, at: crowd.ledger.now)
            #expect(Scheduler.plan(before, at: crowd.ledger.now) == plan)
            #expect(StraightforwardScheduler.plan(before, at: crowd.ledger.now) == plan)
            #expect(plan.grants.allSatisfy { !$0.reasons.isEmpty })
            crowd.ledger.schedule()
            #expect(crowd.ledger.state.violations == [])
            for id in crowd.ledger.state.waiting where !crowd.anythingIsOverdue {
                #expect(!crowd.fits(id), "request \(id) fits and waits")
            }
            for id in crowd.ledger.state.waiting.prefix(4) {
                let sentences = crowd.ledger.sentences(id)
                #expect(sentences.count >= 2)
                guard let explanation = try? crowd.ledger.explain(id) else { continue }
                if case .startsNow = explanation.reason { Issue.record("request \(id) starts now, and it did not") }
                let record = crowd.ledger.state.requests[id]
                let isNew = record?.submittedAt == crowd.ledger.now && record?.requeue == nil
                if case .neverFits = explanation.reason, isNew {
                    Issue.record("request \(id) never fits, and was not refused")
                }
            }
        }
    }

    /// The same where people have limits: plans are adopted, and whoever could start within theirs does.
    @Test(arguments: 1...30) func soItIsWithLimits(seed: Int) {
        var crowd = RandomCrowd(seed: UInt64(seed) &* 17)
        for step in 1...40 {
            if step % 10 == 1 { crowd.limit() }
            crowd.step()
            let before = crowd.ledger.state
            let plan = Scheduler.plan(before, at: crowd.ledger.now)
            #expect(StraightforwardScheduler.plan(before, at: crowd.ledger.now) == plan)
            crowd.ledger.schedule()
            #expect(crowd.ledger.state.violations == [])
            for id in crowd.ledger.state.waiting where !crowd.anythingIsOverdue {
                guard let explanation = try? crowd.ledger.explain(id), crowd.fits(id) else { continue }
                guard case .limit(let hit) = explanation.reason else {
                    Issue.record("seed \(seed), step \(step): request \(id) fits and waits: \(explanation.reason)")
                    continue
                }
                if let start = hit.notBefore { #expect(start >= crowd.ledger.now) }
            }
        }
    }

    /// What is said of a hold comes true: while nobody extends a lease, every device comes back at its lease's end and
    /// nothing breaks, the first request in line that devices are held for starts no later than was said.
    @Test func aHoldIsNeverDelayed() throws {
        let kept = try (1...40).reduce(0) { try $0 + promisesKept(seed: $1) }
        #expect(kept > 40, "too few holds in these runs to prove anything")
    }

    private func promisesKept(seed: Int) throws -> Int {
        var crowd = RandomCrowd(seed: UInt64(seed), users: 1, isCalm: true)
        var promised: (id: LeaseID, latest: Timestamp)?
        var kept = 0
        for _ in 1...120 {
            crowd.step()
            crowd.ledger.schedule()
            if let (id, latest) = promised {
                if let lease = crowd.ledger.state.requests[id]?.lease {
                    #expect(lease.grantedAt <= latest, "seed \(seed): request \(id) started late")
                    kept += 1
                    promised = nil
                } else {
                    #expect(crowd.ledger.now <= latest, "seed \(seed): request \(id) was to start by \(latest)")
                }
            }
            // One user: the oldest request is the first in line for good.
            if promised == nil, let first = crowd.ledger.state.waiting.first,
                let latest = try crowd.ledger.explain(first).expectedStart.latest
            {
                promised = (first, latest)
            }
        }
        return kept
    }
}

/// People who ask, leave and overstay on a fleet where things break.
struct RandomCrowd {
    private(set) var random: TestRandom
    var ledger: TestLedger
    private let users: [String]
    private let isCalm: Bool

    /// - Parameter isCalm: nothing breaks, nobody leaves, and time stops at every end of a lease.
    init(seed: UInt64, users count: Int = 4, isCalm: Bool = false, takesBack: Bool = false) {
        random = TestRandom(seed: seed)
        self.isCalm = isCalm
        users = Array(["alice", "bob", "carol", "dave"].prefix(count))
        ledger = TestLedger(
            holdAfter: isCalm ? .hours(2) : random.pick([.zero, .hours(3), .hours(24)]), takesBack: takesBack)
        let fabrics = [[], PlacementTests.dgx1V, PlacementTests.pcie, PlacementTests.dgxA100]
        for number in 1...(1 + random.below(3)) {
            let links = random.pick(fabrics)
            ledger.node(
                "n\(number)", gpus: links.isEmpty ? random.below(7) : 8, gigabytes: random.chance(30) ? [80, 24] : [],
                cores: random.pick([8, 32, 64]), memory: random.pick([64, 512]), links: links)
        }
        guard !isCalm else { return }
        ledger.team("vision", guarantee: random.below(4), limit: random.chance(50) ? 4 : nil, members: ["alice", "bob"])
        ledger.team("speech", guarantee: random.below(2), members: ["carol"])
    }

    var anythingIsOverdue: Bool {
        ledger.state.waiting.contains { id in
            guard let record = ledger.state.requests[id] else { return false }
            return record.askedAt + ledger.state.policy.holdAfter <= ledger.now
        }
    }

    mutating func limit() {
        ledger.limitEverybody(devices: random.pick([nil, 2, 5]), hours: random.pick([nil, 20, 100]))
        ledger.limit(random.pick(users), devices: random.pick([nil, 1, 8]), hours: random.pick([nil, 30]))
        ledger.limitTeam("vision", hours: random.pick([10, 60, 400]))
    }

    mutating func step() {
        for _ in 0..<random.below(3) { ask() }
        if isCalm { return calmly() }
        for (id, _, lease) in ledger.state.liveLeases where random.chance(30) {
            switch lease.phase {
            case .starting: ledger.begin(id)
            case .running, .ending: ledger.end(id, losing: random.chance(20))
            case .verifying: ledger.verify(id, random.chance(70) ? .passed : .failed(detail: "memory"))
            case .pledged, .closed: break
            }
        }
        if random.chance(10) { ledger.lose("n1") }
        if random.chance(30) { ledger.see(.contact(NodeName("n1"), .known)) }
        if random.chance(10) {
            let claim = AttemptKey(lease: LeaseID(Int64(1_000 + random.below(3))), number: 1)
            ledger.see(.stray(claim, devices: [DeviceKey("n1:a")]))
        }
        if random.chance(10) { ledger.see(.strayGone(AttemptKey(lease: LeaseID(1_000), number: 1))) }
        if let id = ledger.state.live.first, random.chance(10),
            ledger.state.requests[id]?.lease?.phase.mayBecome(.ending) == true
        {
            ledger.extend(id, by: .minutes(30), mayBeRefused: true)
        }
        ledger.pass(.minutes(Int64(random.below(120))))
    }

    /// Goes on to the next end of a lease, or a little, and lets everything come back on the second.
    private mutating func calmly() {
        let next = ledger.now + .minutes(Int64(1 + random.below(60)))
        let due = ledger.state.nextDeadline.map { min($0, next) } ?? next
        ledger.pass(max(.zero, due - ledger.now))
        for (id, _, lease) in ledger.state.liveLeases where lease.endsAt <= ledger.now { ledger.finish(id) }
    }

    private mutating func ask() {
        let gpus = random.pick(["0", "1", "1", "2", "3", "4", "8", "24GB:1", "80GB..:2"])
        ledger.ask(
            random.pick(users), gpus, time: .minutes(Int64(10 + random.below(600))),
            cores: random.chance(40) ? Int64(1 + random.below(32)) : nil,
            memory: random.chance(20) ? Int64(1 + random.below(200)) : nil, requeues: !isCalm,
            mayBeRefused: true)
    }

    /// Naively: whether a node in contact has the devices, the cores and the memory, and the team's limit allows it.
    func fits(_ id: LeaseID) -> Bool {
        guard let record = ledger.state.requests[id] else { return false }
        let resources = record.resources
        if let limit = ledger.state.team(named: record.team)?.limit, resources.devices.count > 0,
            ledger.state.devicesHeld(by: record.team) + resources.devices.count > limit
        {
            return false
        }
        return ledger.state.nodes.contains { node in
            guard node.contact == .known else { return false }
            let free = node.slots.filter { $0.isFree && resources.devices.matches($0.device) }.map(\.device)
            guard free.count >= resources.devices.count else { return false }
            let least = free.sorted { $0.memory < $1.memory }.prefix(resources.devices.count)
            return Sizing.cores(for: resources, on: node) <= node.coresFree
                && Sizing.memory(for: resources, devices: Array(least), on: node) <= node.memoryFree
        }
    }
}
