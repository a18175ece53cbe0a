import FleetModel
import LeaseLedger

/// What people want in a run.
struct People {
    /// By idempotency key.
    var submissions: [Submission] = []
    var askAt: [TimeSpan] = []
    /// The answers that were had, by key.
    var answered: [LeaseID?] = []
    var isOver: [Bool] = []

    init(_ options: SimulationOptions, _ random: inout SeededGenerator) {
        let largest = options.nodes.reduce(0) { max($0, $1.devices.count) }
        for number in 0..<options.crowd.requests {
            // Most fit somewhere; a few never do.
            let devices = random.below(12) == 0 ? random.below(9) : min(largest, random.pick([0, 1, 1, 1, 2, 2, 3, 4, 8]))
            let words = random.below(8) == 0 ? ["a100"] : []
            let resources = ResourceRequest(
                devices: DeviceSelector(count: devices, modelWords: devices > 0 ? words : []),
                cores: random.below(4) == 0 ? .cores(Int64(1 + random.below(8))) : nil,
                memory: random.below(8) == 0 ? MemoryBytes(Int64(1 + random.below(40)) * 1_000_000_000) : nil,
                duration: random.span(.minutes(2), options.crowd.longestLease))
            submissions.append(
                Submission(user: random.pick(options.crowd.users), name: "work \(number)", resources: resources))
            let latest = TimeSpan(milliseconds: options.safetyPhase.milliseconds / 10 * 8)
            // Some come in crowds.
            let last = askAt.last
            askAt.append(random.below(3) == 0 ? last ?? .zero : random.span(.zero, latest))
            answered.append(nil)
            isOver.append(false)
        }
    }
}

extension World {
    static let root = Requester(UserName("root"), isAdministrator: true)
    static let stranger = Requester(UserName("mallory"))

    mutating func planPeople() {
        plan(.commands(.setPolicy(options.policy, by: Self.root)), in: .seconds(2))
        for team in options.crowd.teams { plan(.commands(.setTeam(Self.change(to: team), by: Self.root)), in: .seconds(2)) }
        for (key, span) in people.askAt.enumerated() { plan(.submits(key), in: .seconds(3) + span) }
    }

    private static func change(to team: Team) -> TeamChange {
        TeamChange(
            name: team.name, guarantee: team.guarantee, limit: team.limit.map { .devices($0) } ?? TeamChange.Limit.none,
            adding: team.members)
    }

    /// Sends a submission, and again until there is an answer.
    mutating func submit(_ key: Int) {
        guard people.answered[key] == nil, !people.isOver[key] else { return }
        let submission = people.submissions[key]
        if service.isUp {
            receive(.submission(key: key, submission))
            if strikes(.submittedTwice) { receive(.submission(key: key, submission)) }
        }
        if isSafetyPhase { plan(.submits(key), in: delay(.seconds(30), .seconds(90))) }
    }

    /// A person reads an answer, and may act on it.
    mutating func hear(_ answer: ServiceModel.Answer) {
        if case .success(let events) = answer.result { promises += events }
        guard case .submission(let key, _) = answer.input else { return }
        guard let id = answer.id else {
            people.isOver[key] = true
            return
        }
        if let before = people.answered[key], before != id { fail("key \(key) became request \(before) and request \(id)") }
        guard people.answered[key] == nil else { return }
        people.answered[key] = id
        planWhims(id, of: people.submissions[key])
    }

    private mutating func planWhims(_ id: LeaseID, of submission: Submission) {
        let owner = Requester(submission.user)
        let span = submission.resources.duration ?? .hours(1)
        if work.below(6) == 0 { plan(.commands(.giveBack(id, by: owner)), in: work.span(.zero, span)) }
        if work.below(6) == 0 {
            plan(.commands(.extend(id, by: work.span(.minutes(1), .hours(1)), owner)), in: work.span(.zero, span))
        }
        if strikes(.returnedTwice) {
            let moment = work.span(.zero, span)
            for _ in 1...2 { plan(.commands(.giveBack(id, by: owner)), in: moment) }
        }
        if strikes(.strangerMeddles) {
            let moment = work.span(.zero, span)
            plan(.commands(.giveBack(id, by: Self.stranger)), in: moment)
            plan(.commands(.extend(id, by: .hours(1), Self.stranger)), in: moment)
            plan(.commands(.extend(id.next, by: .hours(-1), owner)), in: moment)
            plan(.commands(.setPolicy(SchedulingPolicy(), by: Self.stranger)), in: moment)
        }
    }

    /// People who act at the worst moment.
    mutating func notice(_ granted: LeaseGranted) {
        guard let owner = auditor.cases[granted.id]?.owner else { return }
        if strikes(.cancelledAtGrant) {
            plan(.commands(.giveBack(granted.id, by: Requester(owner))), in: luck.span(.zero, TimeSpan(milliseconds: 300)))
        }
        if strikes(.extensionAtExpiry) {
            let offset = TimeSpan(milliseconds: Int64(luck.below(40)) - 20)
            plan(
                .commands(.extend(granted.id, by: .minutes(10), Requester(owner))),
                in: max(.zero, (granted.endsAt - clock) + offset))
        }
    }
}
