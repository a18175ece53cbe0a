import Accounts
import CheckoutService
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

/// What people and teams may use at most.
extension AdministrationPages {
    private static let mostPeople = 200

    func addLimits(to router: Router<CarrelContext>) {
        router.get("admin/limits", use: limits)
        router.post("admin/limits", use: makeLimits)
        for path in ["admin/limits/everybody", "admin/limits/users/:name", "admin/limits/teams/:name"] {
            router.get(RouterPath(path), use: limit)
            router.post(RouterPath(path), use: setLimit)
            router.get(RouterPath(path + "/remove"), use: askRemoveLimit)
            router.post(RouterPath(path + "/remove"), use: removeLimit)
        }
    }

    private func limits(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("see everybody's limits")
        return limitsPage(request, caller, LimitForm(), nil)
    }

    private func limitsPage(_ request: Request, _ caller: Caller, _ form: LimitForm, _ problem: Problem?) -> Response {
        let views = ViewMaker(service), state = views.state, policy = state.policy.limits
        let all = PolicyView(state.policy).limits ?? []
        var content = LimitsPage.Content()
        content.everybody = all.first { $0.kind == "everybody" }
        let own = Set(policy.users.map(\.name))
        let people = own.union(state.liveLeases.filter { !$0.lease.allocation.devices.isEmpty }.map(\.record.user)).sorted()
        content.people = people.prefix(Self.mostPeople).map {
            LimitsPage.Person(use: LimitUseView(of: $0, views), hasOwn: own.contains($0))
        }
        content.morePeople = people.count - content.people.count
        let teams = administration.teamList.teams
        content.teams = Set(teams.map(\.name) + policy.teams.map(\.name.name)).sorted().map { name in
            let limits = all.first { $0.kind == "team" && $0.name == name }, owner = LimitOwner.team(TeamName(name))
            return LimitsPage.TeamUse(
                name: name, team: teams.first { $0.name == name }, limits: limits,
                hours: limits?.gpuHoursAWeek.map { _ in LimitUseView.counted(owner, views) })
        }
        content.form = form
        content.problem = problem
        content.changed = request.typed("changed").isEmpty ? nil : request.typed("changed")
        return .page(
            LimitsPage(viewer: Viewer(caller, request), content: content).html(), status: .init(code: problem?.status ?? 200)
        )
    }

    /// Of somebody who is typed. Where limits hold for them already, what was left empty here would lift these without a word: then
    /// their own page comes, filled in with both.
    private func makeLimits(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("set limits")
        var form = LimitForm(try await request.form())
        let name = form.name.trimmingBlanks, isTeam = form.kind == "team"
        context.audit.subject = name
        let limits = form.limits(isTeam: isTeam)
        if !LedgerState.isUsableName(name, limit: 64) {
            form.mistakes[.name] = "That is no name: 1 to 64 bytes without control characters."
        } else if isTeam, !mayBeLimited(TeamName(name)) {
            form.mistakes[.name] = "There is no team \(name.shown). Teams are made under Teams."
        }
        guard let limits, form.mistakes.isEmpty else { return limitsPage(request, caller, form, .mistyped) }
        let owner: LimitOwner = isTeam ? .team(TeamName(name)) : .user(UserName(name))
        let policy = service.state.policy
        let entry = policy.limits.entry(of: owner) ?? (isTeam ? nil : policy.limits.entry(of: nil))
        guard entry == nil else {
            return try await limitPage(owner, request, caller, status: .conflict) { content in
                if !form.gpus.isEmpty { content.form.gpus = form.gpus }
                if !form.hours.isEmpty { content.form.hours = form.hours }
                if !form.longest.isEmpty { content.form.longest = form.longest }
                content.problem = .limitedAlready(name)
            }
        }
        form.version = try version(of: owner, in: policy).text
        return try await set(limits, of: owner, form, isSure: false, request, context, caller)
    }

    private func mayBeLimited(_ team: TeamName) -> Bool {
        team == .everyone || service.state.team(named: team) != nil
            || service.state.policy.limits.entry(of: .team(team)) != nil
    }

    private func version(of owner: LimitOwner?, in policy: SchedulingPolicy) throws(Problem) -> VersionTag {
        try VersionTag(of: [policy.limits.entry(of: owner)])
    }

    private func limit(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("see everybody's limits")
        return try await limitPage(context.limitOwner(request), request, caller) {
            $0.isChanged = request.typed("done") == "changed"
        }
    }

    private func limitPage(
        _ owner: LimitOwner?, _ request: Request, _ caller: Caller, status: HTTPResponse.Status = .ok,
        _ change: (inout LimitPage.Content) -> Void = { _ in }
    ) async throws -> Response {
        let views = ViewMaker(service), policy = views.state.policy
        var content = LimitPage.Content(owner: LimitOwnerName(owner))
        let entry = policy.limits.entry(of: owner)
        content.hasOwn = entry != nil
        content.form = LimitForm(entry.map { LimitView($0, of: owner) })
        content.form.version = try version(of: owner, in: policy).text
        switch owner {
        case nil: break
        case .user(let user):
            content.use = LimitPage.Use(LimitUseView(of: user, views))
            // Everybody's are where somebody begins who gets some of their own.
            if entry == nil {
                let version = content.form.version
                content.form = LimitForm(LimitView(policy.limits.everybody, of: owner))
                content.form.version = version
            }
            if desk.directory.account(user) == nil, await !administration.accounts.unknown(among: [user]).isEmpty {
                content.warnings.append(
                    "Neither Carrel nor this machine knows an account \(user.name.shown). Limits are kept for the name as it is written."
                )
            }
        case .team(let team):
            guard mayBeLimited(team) else { throw Problem(Rejection.unknownTeam(team)) }
            content.team = administration.teamList.teams.first { $0.name == team.name }
            content.use = LimitPage.Use(of: team, views)
            if content.team == nil, team != .everyone {
                content.warnings.append("There is no team \(team.name.shown) any more: these limits hold for nobody.")
            }
        }
        change(&content)
        return .page(
            LimitPage(viewer: Viewer(caller, request), now: views.wall, content: content).html(), status: status)
    }

    private func setLimit(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("set limits")
        let body = try await request.form(), owner = context.limitOwner(request)
        if case .team(let team) = owner, !mayBeLimited(team) { throw Problem(Rejection.unknownTeam(team)) }
        var form = LimitForm(body)
        var isTeam = false
        if case .team = owner { isTeam = true }
        guard let limits = form.limits(isTeam: isTeam) else {
            return try await limitPage(owner, request, caller, status: .badRequest) { content in
                let version = content.form.version
                content.form = form
                content.form.version = body["version"] ?? version
                content.problem = .mistyped
            }
        }
        return try await set(limits, of: owner, form, isSure: body["sure"] == "yes", request, context, caller)
    }

    /// Puts limits into force, or asks once more where they take something away.
    private func set(
        _ limits: UseLimits, of owner: LimitOwner?, _ form: LimitForm, isSure: Bool, _ request: Request,
        _ context: CarrelContext, _ caller: Caller
    ) async throws -> Response {
        context.audit.subject = owner?.words ?? "everybody"
        do {
            let policy = service.state.policy
            guard try version(of: owner, in: policy).text == form.version else {
                throw Problem.changedMeanwhile("these limits")
            }
            let lost = limits.takenAway(from: policy.limits.inForce(for: owner), of: owner?.words ?? "everybody")
            if !isSure, !lost.isEmpty {
                context.audit.isQuestion = true
                return ask(lost, owner, form, request, caller)
            }
            try await administration.desk.change(by: caller) { policy throws(Problem) in
                guard try version(of: owner, in: policy).text == form.version else {
                    throw .changedMeanwhile("these limits")
                }
                policy.limits.set(limits, of: owner)
            }
            return .seeOther(LimitOwnerName(owner).link.with("done", "changed"))
        } catch {
            let problem = try Problem(thrown: error, by: request, context)
            return try await limitPage(owner, request, caller, status: .init(code: problem.status)) { content in
                let version = content.form.version
                content.form = form
                content.form.version = version
                content.problem = problem
            }
        }
    }

    private func ask(
        _ lost: [String], _ owner: LimitOwner?, _ form: LimitForm, _ request: Request, _ caller: Caller
    ) -> Response {
        let name = LimitOwnerName(owner)
        var content = ConfirmPage.Content(
            part: .limits, question: "Set these limits for \(owner?.words ?? "everybody")?",
            consequences: lost + [
                "What runs keeps the end that it was promised. What waits and is more than this waits until it is returned, or the limit is raised."
            ],
            action: name.link, button: "Set these limits", back: name.link)
        content.fields = [
            ("version", form.version), ("gpus", form.gpus), ("hours", form.hours), ("longest", form.longest),
            ("sure", "yes"),
        ]
        return confirm(content, request, caller)
    }

    private func askRemoveLimit(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("set limits")
        let owner = context.limitOwner(request), policy = service.state.policy.limits, name = LimitOwnerName(owner)
        guard let entry = policy.entry(of: owner) else { throw Problem.noLimits(owner) }
        var consequences: [String]
        switch owner {
        case nil: consequences = ["Whoever has no limits of their own may use what there is."]
        case .user(let user):
            let lost = policy.everybody.takenAway(from: entry, of: user.name)
            consequences = lost.isEmpty ? ["Everybody's limits hold for \(user.name) again."] : lost
        case .team(let team): consequences = ["Nothing but their own limits holds the people of team \(team) then."]
        }
        consequences.append("What runs keeps the end that it was promised.")
        var content = ConfirmPage.Content(
            part: .limits, question: "Remove the limits of \(owner?.words ?? "everybody")?", consequences: consequences,
            action: name.removal, button: "Remove the limits", back: name.link)
        content.fields = [("version", try version(of: owner, in: service.state.policy).text)]
        return confirm(content, request, caller)
    }

    private func removeLimit(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("set limits")
        let body = try await request.form(), owner = context.limitOwner(request)
        context.audit.subject = owner?.words ?? "everybody"
        guard service.state.policy.limits.entry(of: owner) != nil else { throw Problem.noLimits(owner) }
        do {
            try await administration.desk.change(by: caller) { policy throws(Problem) in
                let now = try version(of: owner, in: policy).text
                guard body["version"].map({ $0 == now }) ?? true else { throw .changedMeanwhile("these limits") }
                policy.limits.set(nil, of: owner)
            }
        } catch {
            let problem = try Problem(thrown: error, by: request, context)
            return try await limitPage(owner, request, caller, status: .init(code: problem.status)) { $0.problem = problem }
        }
        return .seeOther(Link("/admin/limits").with("changed", owner?.words ?? "everybody"))
    }
}

extension LimitPolicy {
    /// What holds: of a person without limits of their own, everybody's.
    fileprivate func inForce(for owner: LimitOwner?) -> UseLimits {
        switch owner {
        case nil: everybody
        case .user(let name): limits(of: name)
        case .team(let name): limits(of: name)
        }
    }
}

extension CarrelContext {
    /// nil: everybody.
    fileprivate func limitOwner(_ request: Request) -> LimitOwner? {
        let parts = request.uri.path.split(separator: "/")
        guard parts.count > 3 else { return nil }
        switch parts[2] {
        case "users": return .user(UserName(pathPart("name")))
        case "teams": return .team(TeamName(pathPart("name")))
        default: return nil
        }
    }
}

extension LimitPage.Use {
    fileprivate init(_ use: LimitUseView) {
        self.init(
            held: use.gpusHeld, atOnce: use.gpusAtOnce, hours: use.gpuHoursCounted, hoursAWeek: use.gpuHoursAWeek,
            free: use.comesFree)
    }

    fileprivate init(of team: TeamName, _ views: ViewMaker) {
        let state = views.state, aWeek = state.policy.limits.limits(of: team).deviceHoursAWeek
        self.init(
            held: state.devicesHeld(by: team), atOnce: state.team(named: team)?.limit,
            hours: aWeek.map { _ in LimitUseView.counted(.team(team), views) }, hoursAWeek: aWeek,
            free: aWeek.map { _ in LimitUseView.comingFree(.team(team), views) })
    }
}

extension LimitView {
    fileprivate init(_ limits: UseLimits, of owner: LimitOwner?) {
        self.init(
            kind: "", gpusAtOnce: limits.devicesAtOnce, gpuHoursAWeek: limits.deviceHoursAWeek,
            longestLeaseSeconds: limits.longestLease.map { Double($0.milliseconds) / 1_000 })
    }
}

extension Problem {
    /// Each field says for itself what is the matter with it.
    static let mistyped = Problem(
        "bad-input", title: "Not understood", status: 400,
        detail: "Nothing was changed. What can't be taken is said beside its field.", exitCode: 64)

    fileprivate static func limitedAlready(_ name: String) -> Problem {
        Problem(
            "limited-already", title: "There are limits already", status: 409,
            detail:
                "A limit holds for \(name.shown) already. Nothing was changed: here is what is in force with what you typed. What is "
                + "left empty is no limit.", exitCode: 1)
    }

    fileprivate static func noLimits(_ owner: LimitOwner?) -> Problem {
        .notFound("There are no limits of \(owner?.words.shown ?? "everybody"); nothing was changed.")
    }
}
