import FleetModel
import LeaseLedger

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
            if strikes(.badInput) { ask(badInput(of: submission.user)) }
        }
        plan(.submits(key), in: delay(.seconds(30), .seconds(90)))
    }

    /// A person reads an answer, and may act on it.
    mutating func hear(_ answer: ServiceModel.Answer) {
        var isYes = false
        if case .success(let events) = answer.result { (promises, isYes) = (promises + events, true) }
        if case .command(let command) = answer.input { record(.answered(command, isYes: isYes)) }
        guard case .submission(let key, _) = answer.input else { return }
        record(.submitted(key: key, answer.id))
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
        if strikes(.revoked) {
            let command = Command.revoke(id, reason: "somebody needs it", by: Self.root)
            plan(.commands(command), in: luck.span(.zero, span))
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
            plan(.commands(.revoke(id, reason: "envy", by: Self.stranger)), in: moment)
        }
    }
}
