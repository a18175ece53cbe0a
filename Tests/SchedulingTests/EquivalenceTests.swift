import FleetModel
import LeaseLedger
import Scheduling
import Testing

/// What the scheduler leaves out to be fast changes nothing: it plans what a pass over everything plans.
@Suite struct EquivalenceTests {
    @Test(arguments: 1...40) func theFastPlanIsTheStraightforwardOne(seed: Int) {
        var crowd = BigCrowd(seed: UInt64(seed))
        for step in 1...24 {
            crowd.step()
            let state = crowd.ledger.state
            for ahead in [TimeSpan.zero, .minutes(1), .hours(5), .days(3), .days(200)] {
                let now = crowd.ledger.now + ahead
                let plan = Scheduler.plan(state, at: now)
                #expect(
                    plan == StraightforwardScheduler.plan(state, at: now), "seed \(seed), step \(step), \(ahead.text) on")
                if crowd.random.chance(10), let id = state.waiting.last {
                    #expect(Scheduler.explain(id, in: state, at: now)?.sentences.isEmpty == false)
                }
            }
            #expect(state.violations == [])
            // Sometimes a queue builds up over several steps.
            if crowd.random.chance(60) { crowd.ledger.schedule() }
        }
    }

    /// The same where people and teams have limits.
    @Test(arguments: 1...30) func soItIsWithLimits(seed: Int) {
        var crowd = BigCrowd(seed: UInt64(seed) &* 3)
        for step in 1...20 {
            if step % 5 == 1 { crowd.limit() }
            crowd.step()
            let state = crowd.ledger.state
            for ahead in [TimeSpan.zero, .minutes(1), .hours(5), .days(3), .days(8)] {
                let now = crowd.ledger.now + ahead
                #expect(
                    Scheduler.plan(state, at: now) == StraightforwardScheduler.plan(state, at: now),
                    "seed \(seed), step \(step), \(ahead.text) on")
            }
            for id in state.waiting.prefix(3) {
                #expect(Scheduler.explain(id, in: state, at: crowd.ledger.now)?.sentences.isEmpty == false)
            }
            #expect(state.violations == [])
            if crowd.random.chance(70) { crowd.ledger.schedule() }
        }
    }

    /// The same beside reservations of others; without holds, which the straightforward pass makes for shapes alone.
    @Test(arguments: 1...25) func soItIsBesideReservations(seed: Int) {
        var crowd = BigCrowd(seed: UInt64(seed), holdAfter: .days(36_000))
        var reserved = 0
        for step in 1...20 {
            crowd.step()
            crowd.reserve()
            let state = crowd.ledger.state
            reserved += state.reservations.count
            for ahead in [TimeSpan.zero, .minutes(1), .hours(5)] {
                let now = crowd.ledger.now + ahead
                // Whatever is over by then was ended before the scheduler is asked.
                guard state.reservationUpkeep(at: now).isEmpty else { continue }
                #expect(
                    Scheduler.plan(state, at: now) == StraightforwardScheduler.plan(state, at: now),
                    "seed \(seed), step \(step), \(ahead.text) on")
            }
            #expect(state.violations == [])
            if crowd.random.chance(70) { crowd.ledger.schedule() }
        }
        #expect(reserved > 0)
    }
}

/// Many people and kinds of devices, teams with guarantees and limits, and a long queue.
struct BigCrowd {
    var random: TestRandom
    var ledger: TestLedger
    private let users: [String]
    private let models = ["NVIDIA A100-SXM4-80GB", "NVIDIA H100 80GB HBM3", "NVIDIA A10"]

    init(seed: UInt64, holdAfter: TimeSpan? = nil) {
        random = TestRandom(seed: seed &* 7_919)
        users = (1...(2 + random.below(14))).map { "user\($0)" }
        ledger = TestLedger(
            holdAfter: { $1 ?? $0 }(random.pick([.zero, .hours(2), .hours(24), .days(30)]), holdAfter),
            halfLife: random.pick([.minutes(1), .hours(24), .days(366)]), takesBack: false)
        for number in 1...(1 + random.below(9)) { report(number) }
        for number in 0..<random.below(5) {
            let members = users.filter { _ in random.chance(20) }.filter {
                ledger.state.team(of: UserName($0)) == .everyone
            }
            let guarantee = random.below(6)
            ledger.team(
                "team\(number)", guarantee: guarantee, limit: random.chance(40) ? guarantee + random.below(5) : nil,
                members: members)
        }
        if random.chance(30) {
            ledger.team("everyone", guarantee: random.below(3), limit: random.below(12) + 3, members: [])
        }
    }

    private mutating func report(_ number: Int) {
        let kinds = random.chance(25) ? models : [random.pick(models)]
        ledger.node(
            "n\(number)", gpus: random.pick([0, 1, 2, 4, 8]), models: kinds, gigabytes: kinds.count > 1 ? [80, 80, 24] : [],
            cores: random.pick([4, 16, 64]), memory: random.pick([32, 256, 1_000]))
    }

    /// Asks for some reservations, whether they can be kept or not.
    mutating func reserve() {
        for _ in 0..<random.below(4) {
            let wish = NewReservation(
                owner: .user(UserName("nobody")), name: "claim", devices: DeviceSelector(count: 1 + random.below(3)),
                startsAt: ledger.now + .minutes(Int64(random.below(300))), span: .minutes(Int64(10 + random.below(400))))
            if (try? ledger.state.decide(.reserve(wish, by: TestLedger.root), at: ledger.now)) != nil {
                ledger.command(.reserve(wish, by: TestLedger.root))
            }
        }
    }

    /// Everybody, some people and a team get limits, or lose theirs.
    mutating func limit() {
        ledger.limitEverybody(
            devices: random.pick([nil, 1, 3, 8]), hours: random.pick([nil, 4, 24, 200]),
            longest: random.pick([nil, nil, .hours(2), .hours(5)]))
        ledger.limit(random.pick(users), devices: random.pick([nil, 0, 2]), hours: random.pick([nil, 0, 10, 60]))
        ledger.limitTeam(random.pick(["everyone", "team0", "team1"]), hours: random.pick([6, 40, 400]))
    }

    mutating func step() {
        for _ in 0..<random.below(8) {
            let gpus = random.pick([
                "0", "1", "1", "1", "2", "4", "8", "a100:1", "h100:2", "a10:1", "24GB:1", "80GB..:2", "t4:1",
            ])
            ledger.ask(
                random.pick(users), gpus, time: .minutes(Int64(10 + random.below(5) * 100)),
                cores: random.chance(20) ? Int64(1 + random.below(8)) : nil,
                memory: random.chance(10) ? Int64(1 + random.below(64)) : nil, mayBeRefused: true)
        }
        for (id, _, lease) in ledger.state.liveLeases where random.chance(20) {
            switch lease.phase {
            case .starting: ledger.begin(id)
            case .running, .ending: ledger.end(id)
            case .verifying: ledger.verify(id, random.chance(80) ? .passed : .failed(detail: "memory"))
            case .pledged, .closed: break
            }
        }
        if random.chance(10) { ledger.lose("n1") }
        if random.chance(30) { ledger.see(.contact(NodeName("n1"), .known)) }
        if random.chance(10) { report(1 + random.below(10)) }
        if random.chance(10) {
            ledger.see(
                .stray(AttemptKey(lease: LeaseID(9_000), number: 1), devices: [DeviceKey("n2:a"), DeviceKey("n3:b")]))
        }
        if random.chance(10) { ledger.see(.strayGone(AttemptKey(lease: LeaseID(9_000), number: 1))) }
        if random.chance(10) {
            ledger.team("everyone", guarantee: 0, limit: random.chance(50) ? 2 + random.below(9) : nil, members: [])
        }
        ledger.pass(.minutes(Int64(random.below(90))))
    }
}
