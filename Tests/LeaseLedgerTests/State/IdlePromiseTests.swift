import FleetModel
import FleetTestKit
import LeaseLedger
import Testing

/// Whatever anybody claims to have seen, and in whatever order: what the log says is enough to see that nobody lost a lease
/// without two warnings, while it was kept, or before the time that was told.
@Suite struct IdlePromiseTests {
    private struct Story {
        var random: SplitMix64
        var ledger = RecordedLedger()
        var now = ManualClock.start

        init(seed: UInt64) throws {
            random = SplitMix64(seed: seed)
            var policy = SchedulingPolicy()
            policy.idle.dryRun = .hours(2)
            policy.idle.keepEvery = .minutes(20)
            policy.idle.keepFor = .minutes(40)
            let root = Requester(UserName("root"), isAdministrator: true)
            _ = try ledger.handle(.setPolicy(policy, by: root), at: now)
            _ = try ledger.handle(.node(FleetBuilder.report("n1", "a100:4")), at: now)
            // Somebody always waits, for more than there ever is.
            let all = ResourceRequest(devices: DeviceSelector(count: 4))
            _ = try ledger.handle(.submit(Submission(user: UserName("bob"), name: "work", resources: all)), at: now)
        }

        mutating func step() throws {
            now = now + .minutes(Int64(random.number(0...6)))
            if ledger.state.live.count < 4 { try begin() }
            let id = random.element(Array(ledger.state.live)) ?? LeaseID(2)
            let key = AttemptKey(lease: id, number: ledger.state.requests[id]?.lease?.attempt ?? 1)
            switch random.number(0...39) {
            case 0: _ = try ledger.handle(.keep(id, by: Requester(UserName("alice"))), at: now)
            case 1: _ = try ledger.handle(.idleWatchBegan, at: now)
            case 2:
                _ = try ledger.handle(.attemptEnded(key, .exited(code: 0)), at: now)
                _ = try ledger.handle(.verified(key, []), at: now)
            default: _ = try ledger.handle(.idle(key, notice(), evidence()), at: now)
            }
        }

        private mutating func begin() throws {
            let id = ledger.state.nextID, taken = ledger.state.liveLeases.flatMap(\.lease.allocation.devices)
            guard let free = (0..<4).map({ FleetBuilder.key("n1", $0) }).first(where: { !taken.contains($0) }) else {
                return
            }
            let asked = ResourceRequest(devices: DeviceSelector(count: 1), duration: .days(20))
            _ = try ledger.handle(.submit(Submission(user: UserName("alice"), name: "work", resources: asked)), at: now)
            let place = Allocation(node: NodeName("n1"), devices: [free], cores: .cores(1), memory: .gibibytes(1))
            _ = try ledger.handle(.adopt(Plan(grants: [Grant(id: id, allocation: place, reasons: [])])), at: now)
            _ = try ledger.handle(.attemptRunning(AttemptKey(lease: id, number: 1)), at: now)
        }

        private mutating func notice() -> IdleNotice {
            let time = now + .minutes(Int64(random.number(-5...30)))
            let all: [IdleNotice] = [
                .warned(releaseAt: time), .warned(releaseAt: nil), .warnedAgain(releaseAt: time),
                .warnedAgain(releaseAt: time), .released, .released, .released, .advised, .wouldBeReleased,
            ]
            if random.oneIn(20) { return .withdrawn }
            return random.element(all) ?? .released
        }

        private mutating func evidence() -> IdleEvidenceSummary {
            IdleEvidenceSummary(since: now + .minutes(-Int64(random.number(30...120))))
        }
    }

    @Test(arguments: Array(1...15) as [UInt64]) func nobodyIsTakenByUnlessTheLogSaysWhy(seed: UInt64) throws {
        var story = try Story(seed: seed)
        for _ in 0..<1_600 { try story.step() }
        try story.ledger.verifyHistory()
        var watchedSince: Timestamp?, warnings: [LeaseID: [(at: Timestamp, releaseAt: Timestamp?)]] = [:]
        var keptUntil: [LeaseID: Timestamp] = [:], releases = 0
        for event in story.ledger.events {
            switch event.event {
            case .idleWatchBegan: watchedSince = event.at
            case .leaseKept(let kept):
                keptUntil[kept.id] = kept.until
                warnings[kept.id] = []
            case .idleNoticed(let noticed):
                if noticed.notice == .withdrawn { warnings[noticed.id] = [] }
                if case .warned(let time) = noticed.notice { warnings[noticed.id] = [(event.at, time)] }
                if case .warnedAgain(let time) = noticed.notice {
                    warnings[noticed.id, default: []].append((event.at, time))
                }
            case .leaseEnding(let ending) where ending.reason == .idle:
                releases += 1
                let said = warnings[ending.id] ?? []
                #expect(said.count >= 2, "lease \(ending.id) was taken after \(said.count) warnings")
                #expect(said.last?.releaseAt.map { $0 <= event.at } ?? false, "lease \(ending.id) was taken too early")
                #expect(keptUntil[ending.id].map { $0 <= event.at } ?? true, "lease \(ending.id) was kept")
                #expect(watchedSince.map { event.at - $0 >= .hours(2) } ?? false, "lease \(ending.id): the dry run")
            default: break
            }
        }
        #expect(releases > 0, "seed \(seed) took nothing: it shows nothing")
    }
}
