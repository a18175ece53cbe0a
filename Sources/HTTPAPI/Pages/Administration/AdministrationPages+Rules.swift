import CheckoutService
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

/// Teams and the policy.
extension AdministrationPages {
    func addRules(to router: Router<CarrelContext>) {
        router.get("admin/teams", use: teams)
        router.post("admin/teams", use: makeTeam)
        router.get("admin/teams/:name", use: team)
        router.post("admin/teams/:name", use: changeTeam)
        router.get("admin/teams/:name/remove", use: askRemove)
        router.post("admin/teams/:name/remove", use: remove)
        router.get("admin/policy", use: policy)
        router.post("admin/policy/ask", use: askPolicy)
        router.post("admin/policy", use: setPolicy)
    }

    private func teamsPage(_ request: Request, _ caller: Caller, _ form: TeamForm, _ problem: Problem?) -> Response {
        let count = service.state.nodes.map(\.slots.count).reduce(0, +)
        return .page(
            TeamsPage(
                viewer: Viewer(caller, request), teams: administration.teamList.teams, devices: count, form: form,
                problem: problem
            ).html(), status: .init(code: problem?.status ?? 200))
    }

    private func teams(_ request: Request, _ context: CarrelContext) async throws -> Response {
        teamsPage(request, try context.operating(), TeamForm(), nil)
    }

    private func makeTeam(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("set teams")
        let body = try await request.form()
        var form = TeamForm()
        form.name = body["name"] ?? ""
        form.guarantee = body["guarantee"] ?? "0"
        form.limit = body["limit"] ?? ""
        form.adding = body["adding"] ?? ""
        context.audit.subject = form.name
        do {
            guard !service.state.teams.contains(where: { $0.name.name == form.name }) else {
                throw Problem.badInput(
                    "There is a team \(form.name.shown) already. Nothing was changed; open it to change it.")
            }
            let list = try await administration.apply(try body.team(), to: TeamName(form.name), by: caller)
            return try answer(TeamName(form.name), list, request, caller)
        } catch {
            return teamsPage(request, caller, form, try Problem(thrown: error, by: request, context))
        }
    }

    /// Warnings are said in the answer: they are nowhere else to be read.
    private func answer(
        _ name: TeamName, _ list: TeamList, _ request: Request, _ caller: Caller
    ) throws -> Response {
        guard let warnings = list.warnings, let view = list.teams.first(where: { $0.name == name.name }) else {
            return .seeOther(Link.path("admin", "teams", name.name).with("done", "changed"))
        }
        return .page(
            TeamPage(viewer: Viewer(caller, request), team: view, warnings: warnings, isChanged: true).html())
    }

    private func team(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.operating()
        return .page(
            TeamPage(
                viewer: Viewer(caller, request), team: try knownTeam(context), isChanged: request.typed("done") == "changed"
            ).html())
    }

    private func knownTeam(_ context: CarrelContext) throws(Problem) -> TeamView {
        let name = context.pathPart("name")
        guard let team = administration.teamList.teams.first(where: { $0.name == name }) else {
            throw Problem(Rejection.unknownTeam(TeamName(name)))
        }
        return team
    }

    private func changeTeam(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("set teams")
        let team = try knownTeam(context)
        let form = try await request.form()
        do {
            let list = try await administration.apply(try form.team(), to: TeamName(team.name), by: caller)
            return try answer(TeamName(team.name), list, request, caller)
        } catch {
            let problem = try Problem(thrown: error, by: request, context)
            let page = TeamPage(viewer: Viewer(caller, request), team: team, problem: problem)
            return .page(page.html(), status: .init(code: problem.status))
        }
    }

    private func askRemove(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("set teams")
        let team = try knownTeam(context), name = TeamName(team.name), state = service.state
        var consequences = [
            "Its guarantee of \(team.guarantee.counted("GPU")) goes, and its \(team.members.count.counted("member")) are in no team "
                + "from then on.",
            "What its members hold, \(team.holds.counted("GPU")), they keep until their leases end.",
        ]
        if state.policy.limits.entry(of: .team(name)) != nil { consequences.append("Its limits go with it.") }
        consequences += await administration.traces(of: name).staying
        let claims = state.reservations.filter { $0.owner == .team(name) }.count
        if claims > 0 {
            consequences.append("\(claims.counted("reservation")) of the team can be used by nobody then, and lapse.")
        }
        return confirm(
            ConfirmPage.Content(
                part: .teams, question: "Remove the team \(team.name)?", consequences: consequences,
                action: .path("admin", "teams", team.name, "remove"), button: "Remove the team",
                back: .path("admin", "teams", team.name)), request, caller)
    }

    private func remove(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("set teams")
        _ = try await request.form()
        _ = try await service.writer.perform(
            .removeTeam(TeamName(context.pathPart("name")), by: caller.requester))
        return .seeOther(Link("/admin/teams"))
    }

    private var policyForm: PolicyForm { PolicyForm(PolicyView(service.state.policy)) }

    private func policy(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.operating()
        let form = policyForm
        return .page(
            PolicyPage(
                viewer: Viewer(caller, request), form: form, version: form.version,
                isChanged: request.typed("done") == "changed"
            ).html())
    }

    /// Says what would be different, and does nothing.
    private func askPolicy(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await withPolicy(request, context) { typed, now, caller in
            let changes = typed.changes(from: now)
            guard !changes.isEmpty else { return .seeOther(Link("/admin/policy")) }
            var content = ConfirmPage.Content(
                part: .policy, question: "Put this policy into force?", consequences: changes,
                action: Link("/admin/policy"), button: "Put it into force", back: Link("/admin/policy"))
            content.fields = [("version", now.version)]
            content.policy = typed
            return confirm(content, request, caller)
        }
    }

    private func setPolicy(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await withPolicy(request, context) { typed, now, caller in
            let change = try typed.change(from: now)
            try await administration.desk.change(by: caller) { policy throws(Problem) in
                // Asked again where it counts: somebody may be faster than this.
                guard PolicyForm(PolicyView(policy)).version == now.version else { throw .changedMeanwhile("the policy") }
                try AdministrationRoutes.apply(change, to: &policy)
            }
            return .seeOther(Link("/admin/policy").with("done", "changed"))
        }
    }

    /// With what was typed, where it can be read and is about the policy in force; else the page says why not.
    private func withPolicy(
        _ request: Request, _ context: CarrelContext,
        _ act: (_ typed: PolicyForm, _ now: PolicyForm, Caller) async throws -> Response
    ) async throws -> Response {
        let caller = try context.administrating("set the policy")
        let body = try await request.form()
        let now = policyForm, typed = PolicyForm(body)
        do {
            guard body["version"] == now.version else { throw Problem.changedMeanwhile("the policy") }
            _ = try typed.change(from: now)
            return try await act(typed, now, caller)
        } catch {
            let problem = try Problem(thrown: error, by: request, context)
            let page = PolicyPage(viewer: Viewer(caller, request), form: typed, version: now.version, problem: problem)
            return .page(page.html(), status: .init(code: problem.status))
        }
    }
}

extension FormBody {
    /// A change of a team; what the form does not name stays.
    fileprivate func team() throws(Problem) -> TeamBody {
        func number(_ name: String) throws(Problem) -> Int? {
            guard let text = said(name) else { return nil }
            guard let number = Int(text) else {
                throw .badInput("“\(text.shown)” is no number of GPUs. Nothing was changed.")
            }
            return number
        }
        func names(_ name: String) -> [String]? {
            said(name).map { $0.split { $0.isWhitespace || $0 == "," || $0 == ";" }.map(String.init) }
        }
        return TeamBody(
            guarantee: try number("guarantee"), limit: try number("limit"),
            noLimit: self["limit"] != nil && said("limit") == nil ? true : nil, adding: names("adding"),
            removing: said("removing").map { [$0] })
    }
}
