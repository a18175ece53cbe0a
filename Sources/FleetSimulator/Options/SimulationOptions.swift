package import FleetModel

/// All that makes one run differ from another; drawn from the seed (swarm testing: each run has some faults and not
/// others, so that rare combinations are met).
package struct SimulationOptions: Hashable, Sendable {
    /// A machine of the fleet.
    package struct Node: Hashable, Sendable {
        package var name: NodeName
        package var devices: [Device]
        package var links: [[Int]]
        package var cores: MilliCores
        package var memory: MemoryBytes
    }

    /// Who asks, and how much.
    package struct Crowd: Hashable, Sendable {
        package var users: [UserName]
        package var teams: [Team]
        /// How many requests come in all.
        package var requests: Int
        /// The longest time that anybody asks for.
        package var longestLease: TimeSpan
    }

    package var nodes: [Node]
    package var crowd: Crowd
    package var policy: SchedulingPolicy
    package var faults: FaultRates
    /// Faults that strike once each, at moments of their own.
    package var strikes: [Fault] = []
    /// How long faults strike; after that everything must come to an end.
    package var safetyPhase: TimeSpan
    /// Commits between two checkpoints.
    package var checkpointEvery: Int
    package var plantedBug: PlantedBug?
    /// Whether the historian judges the run when it is over; off only to show what is not found without it.
    package var isJudged = true

    /// What this seed stands for.
    package init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var shape = random.split(), people = random.split(), faulty = random.split()
        nodes = (1...1 + shape.pick([0, 0, 1, 1, 2, 3])).map { Self.node($0, &shape) }
        crowd = Self.crowd(&people)
        safetyPhase = .hours(Int64(2 + shape.below(6)))
        checkpointEvery = 1 + shape.below(20)
        policy = SchedulingPolicy(
            defaultDuration: .hours(1), longestDuration: shape.pick([.hours(8), .days(30)]),
            holdAfter: shape.pick([.zero, .minutes(10), .hours(1), .hours(24)]),
            usageHalfLife: shape.pick([.minutes(30), .hours(24)]),
            grace: shape.pick([.zero, .seconds(5), .seconds(60)]),
            reclaim: ReclaimPolicy(
                isOn: shape.below(4) > 0, notice: shape.pick([.zero, .seconds(30), .minutes(5)]),
                minimumRun: shape.pick([.zero, .zero, .minutes(10)])))
        // Drawn from a number of its own, so that every other seed stays what it was.
        policy.idle.mode = .off
        if seed % 3 == 0 { policy.idle = Self.shortIdle(seed: seed) }
        if seed % 7 == 4 { policy.limits = Self.limits(seed: seed, crowd) }
        faults = .none
        if seed % 5 == 1 { contend(seed: seed) }
        // One run in sixteen is calm: what goes wrong there is no matter of faults.
        guard faulty.below(16) > 0 else { return }
        // Everything at once leaves little work done: some runs have few kinds of faults, some many.
        let oneIn = faulty.pick([2, 3, 5, 10])
        for fault in Fault.allCases where !Fault.newer.contains(fault) && faulty.below(oneIn) == 0 {
            faults[fault] = Ratio(perMille: faulty.pick([20, 80, 240]))
        }
        // The historian can't follow a log that was taken back: in few runs.
        if faulty.below(4) > 0 { faults[.ledgerRestored] = .never }
        for fault in Fault.newer where faulty.below(oneIn) == 0 {
            faults[fault] = Ratio(perMille: faulty.pick([20, 80, 240]))
        }
    }

    /// Guarantees that are lent out, and all day somebody who wants them back: what is taken back is taken often.
    private mutating func contend(seed: UInt64) {
        var random = SeededGenerator(seed: seed ^ 0xC0DE_C0DE_C0DE_C0DE)
        let users = ["alice", "bob", "carol", "dave"].map { UserName($0) }
        crowd.users = users
        crowd.teams = [
            Team(name: TeamName("speech"), guarantee: 1 + random.below(3), limit: nil, members: [users[1]]),
            Team(name: TeamName("vision"), guarantee: 1 + random.below(4), limit: nil, members: [users[0]]),
        ]
        crowd.requests = 24 + random.below(24)
        crowd.longestLease = .hours(3)
        policy.reclaim = ReclaimPolicy(
            isOn: true, notice: random.pick([.zero, .seconds(30), .minutes(2)]),
            minimumRun: random.pick([.zero, .minutes(2)]))
    }

    /// Limits that bind, from a number of their own as well.
    private static func limits(seed: UInt64, _ crowd: Crowd) -> LimitPolicy {
        var random = SeededGenerator(seed: seed ^ 0x117_117_117_117_117)
        var limits = LimitPolicy()
        limits.setEverybody(
            UseLimits(
                devicesAtOnce: random.pick([nil, 1, 2, 4]), deviceHoursAWeek: random.pick([nil, 2, 6, 20]),
                longestLease: random.pick([nil, nil, .hours(2)])))
        if random.below(2) == 0 {
            limits.set(
                UseLimits(devicesAtOnce: random.pick([nil, 1, 3]), deviceHoursAWeek: random.pick([nil, 1, 8])),
                of: random.pick(crowd.users))
        }
        if let team = crowd.teams.first, random.below(2) == 0 {
            limits.set(UseLimits(deviceHoursAWeek: random.pick([2, 10])), of: team.name)
        }
        return limits
    }

    /// Idle return within minutes, as far as a run is short.
    package static func shortIdle(seed: UInt64) -> IdleSettings {
        var random = SeededGenerator(seed: seed ^ 0x1D1E_1D1E_1D1E_1D1E)
        var idle = IdleSettings()
        idle.mode = random.below(8) == 0 ? .warn : .release
        idle.job = IdleSettings.Timers(
            grace: random.pick([.zero, .minutes(2)]), warnAfter: random.pick([.minutes(4), .minutes(8)]),
            warnAgainAfter: .minutes(3), releaseAfter: random.pick([.minutes(2), .minutes(5)]), busyCores: MilliCores(50))
        idle.processorOnlyAfter = .minutes(20)
        idle.dryRun = random.pick([.zero, .zero, .minutes(30)])
        idle.keepFor = .minutes(10)
        idle.keepEvery = .minutes(5)
        return idle
    }

    private static func node(_ number: Int, _ random: inout SeededGenerator) -> Node {
        let count = random.below(9)
        let kinds: [(String, Int64)] = [("NVIDIA A100-SXM4-80GB", 80), ("NVIDIA L4", 24), ("NVIDIA GeForce RTX 4090", 24)]
        let first = random.pick(kinds), second = random.below(4) == 0 ? random.pick(kinds) : first
        let devices = (0..<count).map { index in
            let kind = index % 2 == 0 ? first : second
            return Device(
                key: DeviceKey("n\(number)-\(index)"), model: kind.0, memory: MemoryBytes(kind.1 * 1_000_000_000),
                isSimulated: true)
        }
        let isLinked = random.below(2) == 0
        let links = (0..<count).map { left in (0..<count).map { $0 == left ? 0 : $0 / 2 == left / 2 ? 100 : 10 } }
        return Node(
            name: NodeName("n\(number)"), devices: devices, links: isLinked ? links : [],
            cores: .cores(Int64(random.pick([4, 16, 64]))), memory: MemoryBytes(random.pick([32, 256]) * 1_000_000_000))
    }

    private static func crowd(_ random: inout SeededGenerator) -> Crowd {
        let users = ["alice", "bob", "carol", "dave"].prefix(1 + random.below(4)).map { UserName($0) }
        var teams: [Team] = []
        if random.below(2) == 0 {
            let guarantee = 1 + random.below(4)
            teams.append(
                Team(
                    name: TeamName("vision"), guarantee: guarantee,
                    limit: random.below(2) == 0 ? guarantee + random.below(5) : nil, members: Array(users.prefix(2))))
        }
        if random.below(3) == 0, users.count > 2 {
            teams.append(Team(name: TeamName("speech"), guarantee: random.below(3), members: [users[2]]))
        }
        return Crowd(
            users: users, teams: teams, requests: 6 + random.below(24),
            longestLease: random.pick([.minutes(20), .hours(1), .hours(3)]))
    }
}

extension SimulationOptions {
    /// On one line, to be printed before anything runs.
    package var text: String {
        let fleet = nodes.map { "\($0.name)=\($0.devices.count)" }.joined(separator: " ")
        let struck = Fault.allCases.filter { faults[$0] != .never }.map { "\($0)=\(faults[$0].perMille)" }
        let teams = crowd.teams.map { "\($0.name)=\($0.guarantee)/\($0.limit.map(String.init) ?? "-")" }
        return "nodes[\(fleet)] requests=\(crowd.requests) users=\(crowd.users.count) teams\(teams)"
            + " hold=\(policy.holdAfter.milliseconds / 1_000)s grace=\(policy.grace.milliseconds / 1_000)s"
            + (policy.limits.isEmpty ? "" : " limits")
            + (policy.idle.mode == .off ? "" : " idle=\(policy.idle.mode.rawValue)")
            + " reclaim=\(policy.reclaim.isOn ? policy.reclaim.notice.text : "off")"
            + " checkpoint=\(checkpointEvery) safety=\(safetyPhase.text)"
            + (plantedBug.map { " bug=\($0.rawValue)" } ?? "") + " faults[\(struck.joined(separator: " "))]"
    }
}
