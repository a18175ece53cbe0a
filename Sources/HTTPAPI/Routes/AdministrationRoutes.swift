import Accounts
import CheckoutService
import FleetModel
import Foundation
import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/teams` and `/v1/policy`.
struct AdministrationRoutes {
    let service: CheckoutService
    let accounts: AccountNames
    let people: SignInDesk
    /// nil: this server keeps no data sets.
    let data: DataShelf?
    /// nil: this server opens no files.
    let files: (any FileOpener)?

    func add(to group: RouterGroup<CarrelContext>) {
        group.get("teams", use: teams)
        group.patch("teams/:name", use: setTeam)
        group.delete("teams/:name", use: removeTeam)
        group.get("policy", use: policy)
        group.patch("policy", use: setPolicy)
        ProfileRoutes(service: service).add(to: group)
        LimitRoutes(service: service).add(to: group)
    }

    private func teams(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        return .json(teamList)
    }

    var teamList: TeamList {
        let state = service.state
        return TeamList(
            teams: state.teams.map { team in
                TeamView(
                    name: team.name.name, guarantee: team.guarantee, limit: team.limit, members: team.members.map(\.name),
                    holds: state.devicesHeld(by: team.name))
            })
    }

    private func setTeam(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let body = try await request.body(as: TeamBody.self).value
        return .json(try await apply(body, to: context.teamName, by: caller))
    }

    func apply(_ body: TeamBody, to name: TeamName, by caller: Caller) async throws -> TeamList {
        guard caller.requester.isAdministrator else { throw Problem(Rejection.needsAdministrator) }
        try service.state.check(body, of: name)
        let limit: TeamChange.Limit? = body.noLimit == true ? TeamChange.Limit.none : body.limit.map { .devices($0) }
        let change = TeamChange(
            name: name, guarantee: body.guarantee, limit: limit,
            adding: (body.adding ?? []).map { UserName($0) }, removing: (body.removing ?? []).map { UserName($0) })
        let isNew = service.state.team(named: name) == nil
        _ = try await service.writer.perform(.setTeam(change, by: caller.requester))
        var list = teamList
        var warnings = await warnings(about: change)
        if isNew { warnings += await traces(of: name).inherited }
        if !warnings.isEmpty { list.warnings = warnings }
        return list
    }

    /// The pool may grow and accounts may be made later: neither is refused.
    private func warnings(about change: TeamChange) async -> [String] {
        var warnings: [String] = []
        let state = service.state
        let pool = state.nodes.map(\.slots.count).reduce(0, +), all = state.teams.map(\.guarantee).reduce(0, +)
        let has = "the pool has \(pool.counted("GPU"))"
        if let guarantee = change.guarantee, guarantee > pool {
            warnings.append(
                "Team \(change.name) is guaranteed \(guarantee), and \(has): that can't be met before the pool grows.")
        } else if change.guarantee ?? 0 > 0, all > pool {
            warnings.append("All guarantees together are \(all), and \(has): they can't all be met at once.")
        }
        warnings += await strangers(among: change.adding) {
            "The name was taken in as it is written; if it is a slip, take it out with "
                + "`carrel team set \(change.name.name.shown) --remove \($0)`."
        }
        return warnings
    }

    private func removeTeam(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn(), name = context.teamName
        _ = try await service.writer.perform(.removeTeam(name, by: caller.requester))
        var list = teamList
        let staying = await traces(of: name).staying
        if !staying.isEmpty { list.warnings = staying }
        return .json(list)
    }

    func traces(of name: TeamName) async -> TeamTraces { await .find(of: name, in: service.state, data, files) }

    private func policy(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        return try answer(service.state.policy)
    }

    private func answer(_ policy: SchedulingPolicy, warnings: [String] = []) throws -> Response {
        var view = PolicyView(policy)
        if !warnings.isEmpty { view.warnings = warnings }
        return .json(view).with(try VersionTag(of: policy))
    }

    private func setPolicy(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let body = try await request.body(as: PolicyView.self).value
        let policy = try await desk.change(by: caller) { policy throws(Problem) in
            try request.checkVersion(of: policy)
            for limit in body.limits ?? [] where limit.kind == "team" && limit.remove != true {
                guard let name = limit.name.map({ TeamName($0) }), policy.limits.entry(of: .team(name)) == nil else {
                    continue
                }
                try service.state.checkTeam(name, orEveryone: true)
            }
            try Self.apply(body, to: &policy)
        }
        let people = (body.limits ?? []).filter { $0.kind == "user" && $0.remove != true }.compactMap(\.name)
        return try answer(
            policy,
            warnings: await strangers(among: people.map { UserName($0) }) {
                "It is kept for the name as it is written; if it is a slip, take it away with "
                    + "`carrel policy --limit user=\($0):default`."
            })
    }

    /// What is to be said of names that nobody has: accounts may be made later, so that none is refused.
    /// - Parameter advice: for a name.
    private func strangers(among names: [UserName], _ advice: (String) -> String) async -> [String] {
        let all = people.directory.all.map(\.name.name)
        return await accounts.unknown(among: names.filter { people.directory.account($0) == nil }).map { user in
            "Neither Carrel nor this machine knows an account \(user.name.shown)\(Problem.likely(user.name, all)) "
                + advice(user.name.shown)
        }
    }

    var desk: PolicyDesk { PolicyDesk(service: service) }

    /// What the body names; the rest stays as it is.
    static func apply(_ body: PolicyView, to policy: inout SchedulingPolicy) throws(Problem) {
        if let seconds = body.defaultTimeSeconds { policy.defaultDuration = try Self.span(seconds) }
        if let seconds = body.longestTimeSeconds { policy.longestDuration = try Self.span(seconds) }
        if let seconds = body.holdAfterSeconds { policy.holdAfter = try Self.span(seconds) }
        if let seconds = body.usageHalfLifeSeconds { policy.usageHalfLife = try Self.span(seconds) }
        if let seconds = body.graceSeconds { policy.grace = try Self.span(seconds) }
        if let limit = body.waitingLimit { policy.waitingLimit = limit }
        try body.change(&policy.idle, Self.span)
        if let isOn = body.reclaim { policy.reclaim.isOn = isOn }
        if let seconds = body.reclaimNoticeSeconds { policy.reclaim.notice = try Self.span(seconds) }
        if let seconds = body.minimumRunSeconds { policy.reclaim.minimumRun = try Self.span(seconds) }
        try body.change(&policy.reservations, Self.span)
        if let word = body.foreignProcesses {
            guard let foreign = ForeignPolicy(rawValue: word) else {
                throw Problem.badInput(
                    "“\(word.shown)” is nothing that is done about processes from outside; use warn, block or kill.")
            }
            policy.foreign = foreign
        }
        try body.change(&policy.limits, Self.span)
        try body.changeElectricity(of: &policy)
    }

    static func span(_ seconds: Double) throws(Problem) -> TimeSpan {
        guard seconds.isFinite, seconds.magnitude < 1e12 else {
            throw .badInput("A span in seconds is a number below 10¹².")
        }
        return TimeSpan(milliseconds: Int64(seconds * 1_000))
    }
}

extension CarrelContext {
    fileprivate var teamName: TeamName { TeamName(pathPart("name")) }
}

extension PolicyView {
    init(_ policy: SchedulingPolicy) {
        func seconds(_ span: TimeSpan) -> Double { Double(span.milliseconds) / 1_000 }
        self.init(
            defaultTimeSeconds: seconds(policy.defaultDuration), longestTimeSeconds: seconds(policy.longestDuration),
            holdAfterSeconds: seconds(policy.holdAfter), usageHalfLifeSeconds: seconds(policy.usageHalfLife),
            graceSeconds: seconds(policy.grace), waitingLimit: policy.waitingLimit,
            reclaim: policy.reclaim.isOn, reclaimNoticeSeconds: seconds(policy.reclaim.notice),
            minimumRunSeconds: seconds(policy.reclaim.minimumRun))
        show(policy.idle)
        show(policy.reservations)
        show(policy.limits)
        electricityPrice = policy.electricity.map { Double($0.microsPerKilowattHour) / 1_000_000 }
        currency = policy.electricity?.currency
        foreignProcesses = policy.foreign.rawValue
    }
}
