import FleetModel
import LeaseLedger
import Scheduling
import Testing

/// What is taken back, beside a naive account of it: of all choices of leases on all nodes the one that the rules name.
@Suite struct ReclaimOracleTests {
    @Test(arguments: 0..<8) func whatIsTakenIsWhatTheRulesName(part: Int) {
        var taken = 0, left = 0
        for seed in part * 150..<(part + 1) * 150 {
            let ledger = LentPool(seed: UInt64(seed)).ledger
            let plan = Scheduler.plan(ledger.state, at: ledger.now)
            guard plan.grants.isEmpty, plan.refusals.isEmpty else { continue }
            let oracle = ReclaimOracle(state: ledger.state, now: ledger.now)
            let expected = oracle.firstChoice
            let first = plan.reclaims.first?.request
            #expect(first == expected?.request, "seed \(seed)")
            let chosen = plan.reclaims.filter { $0.request == first }.map(\.lease)
            if let expected { #expect(oracle.worth(chosen) == expected.worth, "seed \(seed): \(chosen)") }
            for reclaim in plan.reclaims { #expect(oracle.mayTake(reclaim.lease), "seed \(seed): \(reclaim)") }
            if plan.reclaims.isEmpty { left += 1 } else { taken += 1 }
            // Adopted, it is proposed no second time and nothing of it is withdrawn.
            var next = ledger
            next.command(.adopt(plan))
            let second = Scheduler.plan(next.state, at: next.now)
            let again = Set(second.reclaims.map(\.lease)).intersection(plan.reclaims.map(\.lease))
            #expect(second.withdrawals.isEmpty && again.isEmpty, "seed \(seed): \(second)")
            #expect(next.state.violations == [], "seed \(seed)")
        }
        #expect(taken > 4 && left > 8, "too little to prove anything: \(taken) taken, \(left) left")
    }

    /// Several whom guarantees cover want the same nodes: in one moment no lease is warned twice, plans come to an end, and
    /// while nothing changes but the time, nobody who was warned is spared or warned anew.
    @Test(arguments: 0..<6) func severalWhoTakeFromOneNodeTakeOnce(part: Int) {
        var together = 0
        for seed in part * 60..<(part + 1) * 60 {
            var ledger = LentPool(seed: UInt64(seed), isContested: true).ledger
            var warned: [String] = []
            for step in 0...4 {
                let lines = ledger.schedule(atMost: 40)
                let spared = lines.filter { $0.hasPrefix("spare ") }
                #expect(spared.isEmpty, "seed \(seed), step \(step): \(lines)")
                warned += lines.filter { $0.hasPrefix("take ") }.map { String($0.split(separator: " ")[1]) }
                ledger.pass(.minutes(1))
            }
            #expect(Set(warned).count == warned.count, "seed \(seed): \(warned)")
            #expect(ledger.state.violations == [], "seed \(seed)")
            let places = ledger.state.liveLeases.filter { $0.lease.reclaim != nil }
                .map { "\($0.lease.allocation.node) \($0.lease.reclaim?.for ?? $0.id)" }
            let nodes = Set(places).map { $0.split(separator: " ")[0] }
            if Set(nodes).count < nodes.count { together += 1 }
        }
        #expect(together > 1, "too little to prove anything: \(together)")
    }

    /// Whatever happens, nothing is taken that is not borrowed, every lease that was warned ends or is spared, and no plan
    /// undoes in the same moment what another one did.
    @Test(arguments: 1...12, [false, true]) func reclaimsComeToAnEnd(seed: Int, isLimited: Bool) {
        var crowd = RandomCrowd(seed: UInt64(seed) &* 31, takesBack: true)
        for step in 1...40 {
            if isLimited, step % 8 == 1 { crowd.limit() }
            crowd.step()
            crowd.ledger.command(.advanceClock)
            let lines = crowd.ledger.schedule()
            let warned = lines.filter { $0.hasPrefix("take ") }.map { $0.split(separator: " ")[1] }
            let spared = lines.filter { $0.hasPrefix("spare ") }.map { $0.split(separator: " ")[1] }
            #expect(Set(warned).count == warned.count, "seed \(seed), step \(step): \(lines)")
            #expect(Set(warned).isDisjoint(with: spared), "seed \(seed), step \(step): \(lines)")
            #expect(crowd.ledger.state.violations == [])
            for (id, record, lease) in crowd.ledger.state.liveLeases
            where lease.reclaim != nil && lease.phase.mayBecome(.ending) {
                #expect(crowd.ledger.state.devicesBorrowed(by: record.team) >= 0, "seed \(seed): lease \(id)")
                #expect((lease.reclaim?.endsAt ?? lease.endsAt) < lease.endsAt)
            }
        }
    }
}

/// A pool that was lent out while nothing could be taken back, and people whose guarantees cover what they ask for.
private struct LentPool {
    var ledger: TestLedger

    /// - Parameter isContested: several people ask at once, and guarantees cover most of it.
    init(seed: UInt64, isContested: Bool = false) {
        var random = TestRandom(seed: seed &* 104_729)
        ledger = TestLedger(holdAfter: .days(30), takesBack: false)
        let kinds = ["NVIDIA A100-SXM4-80GB", "NVIDIA H100 80GB HBM3"]
        for number in 1...(isContested ? 1 : 1 + random.below(3)) {
            ledger.node(
                "n\(number)", gpus: (isContested ? 4 : 1) + random.below(5),
                models: random.chance(40) ? kinds : [random.pick(kinds)],
                cores: random.pick([8, 16, 64]), memory: 1_000)
        }
        ledger.team("vision", guarantee: (isContested ? 3 : 1) + random.below(4), members: ["alice", "ann"])
        ledger.team("speech", guarantee: random.below(3), members: ["carol"])
        for _ in 1...(6 + random.below(12)) {
            ledger.ask(
                random.pick(["bob", "bob", "carol", "dave"]), random.pick(["1", "1", "1", "2", "a100:1", "0"]),
                time: .minutes(Int64(random.pick([61, 64, 66, 600, 600, 3_000]))),
                cores: random.chance(30) ? Int64(1 + random.below(12)) : nil)
            ledger.schedule()
            if random.chance(50) { ledger.pass(.minutes(Int64(random.below(20)))) }
        }
        for (id, _, lease) in ledger.state.liveLeases where lease.phase == .starting {
            ledger.begin(id)
            if random.chance(8) { ledger.end(id) }
        }
        ledger.pass(.minutes(Int64(random.pick([20, 45, 60, 61, 61, 120]))))
        ledger.command(.advanceClock)
        for _ in 1...((isContested ? 3 : 1) + random.below(4)) {
            ledger.ask(
                random.pick(["alice", "alice", "ann", "carol", "dave"]),
                random.pick(["1", "1", "2", "3", "h100:1", "a100:2", "4", "0"]),
                cores: random.chance(20) ? Int64(1 + random.below(16)) : nil)
        }
        var policy = ledger.state.policy
        policy.reclaim.isOn = true
        ledger.command(.setPolicy(policy, by: Requester(UserName("root"), isAdministrator: true)))
    }
}

private struct ReclaimOracle {
    let state: LedgerState
    let now: Timestamp

    struct Worth: Equatable {
        let leases: Int
        let devices: Int
        let oldest: Timestamp

        func isBetter(than other: Worth) -> Bool {
            (leases, devices, -oldest.milliseconds) < (other.leases, other.devices, -other.oldest.milliseconds)
        }
    }

    private var noticeIsOver: Timestamp { now + state.policy.reclaim.notice }

    /// The first request in line that is covered and that leases make room for.
    var firstChoice: (request: LeaseID, worth: Worth)? {
        let line = state.waiting.compactMap { state.requests[$0] }
            .sorted { (state.recentUsage(of: $0.user, at: now), $0.id) < (state.recentUsage(of: $1.user, at: now), $1.id) }
        var promised: [TeamName: Int] = [:]
        for record in line {
            let asked = record.resources.devices.count
            guard asked > 0, let guarantee = state.team(named: record.team)?.guarantee,
                held(by: record.team) + promised[record.team, default: 0] + asked <= guarantee
            else { continue }
            if state.nodes.contains(where: { hasRoom(for: record.resources, on: $0, without: []) }) {
                promised[record.team, default: 0] += asked
                continue
            }
            if let worth = bestWorth(for: record.resources) { return (record.id, worth) }
        }
        return nil
    }

    func worth(_ ids: [LeaseID]) -> Worth {
        let leases = ids.compactMap { state.requests[$0]?.lease }
        return Worth(
            leases: leases.count, devices: leases.reduce(0) { $0 + $1.allocation.devices.count },
            oldest: leases.map(\.grantedAt).min() ?? now)
    }

    func mayTake(_ id: LeaseID) -> Bool {
        guard let record = state.requests[id], let lease = record.lease else { return false }
        return (lease.phase == .running || lease.phase == .starting) && !lease.allocation.devices.isEmpty
            && lease.grantedAt + state.policy.reclaim.minimumRun <= now && lease.endsAt > noticeIsOver
            && borrowed(by: record.team) >= lease.allocation.devices.count
    }

    private func bestWorth(for asked: ResourceRequest) -> Worth? {
        var best: Worth?
        for node in state.nodes {
            let there = state.liveLeases.filter { $0.lease.allocation.node == node.name && mayTake($0.id) }.map(\.id)
            for choice in 1..<(1 << there.count) {
                let chosen = there.indices.filter { choice & (1 << $0) != 0 }.map { there[$0] }
                let worth = worth(chosen)
                if let best, !worth.isBetter(than: best) { continue }
                if isBorrowed(chosen), hasRoom(for: asked, on: node, without: chosen) { best = worth }
            }
        }
        return best
    }

    private func isBorrowed(_ chosen: [LeaseID]) -> Bool {
        var sums: [TeamName: Int] = [:]
        for id in chosen {
            guard let record = state.requests[id], let lease = record.lease else { return false }
            sums[record.team, default: 0] += lease.allocation.devices.count
            if sums[record.team, default: 0] > borrowed(by: record.team) { return false }
        }
        return true
    }

    /// Whether a node has room when the notice is over: with what comes back by itself, and with the devices of some leases.
    private func hasRoom(for asked: ResourceRequest, on node: NodeRecord, without chosen: [LeaseID]) -> Bool {
        var free = node.slots.filter { $0.holder == nil }.map(\.device), cores = node.coresFree, memory = node.memoryFree
        for (id, _, lease) in state.liveLeases where lease.allocation.node == node.name {
            let isLeaving = lease.phase == .ending || lease.phase == .verifying
            guard chosen.contains(id) || isLeaving || lease.endsAt <= noticeIsOver else { continue }
            free += state.devices(of: lease.allocation)
            cores = cores + lease.allocation.cores
            memory = memory + lease.allocation.memory
        }
        free = free.filter { asked.devices.matches($0) }
        guard free.count >= asked.devices.count else { return false }
        let some = Array(free.prefix(asked.devices.count))
        return Sizing.cores(for: asked, on: node) <= cores && Sizing.memory(for: asked, devices: some, on: node) <= memory
    }

    private func held(by team: TeamName) -> Int {
        state.liveLeases.reduce(0) { $0 + ($1.record.team == team ? $1.lease.allocation.devices.count : 0) }
    }

    /// Without what is coming back.
    private func borrowed(by team: TeamName) -> Int {
        let staying = state.liveLeases.reduce(0) { sum, entry in
            let isStaying = entry.record.team == team && entry.lease.phase != .ending && entry.lease.phase != .verifying
            return sum + (isStaying ? entry.lease.allocation.devices.count : 0)
        }
        return staying - (state.team(named: team)?.guarantee ?? 0)
    }
}
