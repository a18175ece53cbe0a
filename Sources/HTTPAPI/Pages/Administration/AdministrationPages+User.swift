import Accounts
import CheckoutService
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

extension AdministrationPages {
    private static let mostEnded = 20
    private static let mostOpen = 100

    func addUser(to router: Router<CarrelContext>) {
        router.get("admin/users/:name", use: user)
        router.post("admin/users/:name", use: change)
        router.post("admin/users/:name/link", use: makeLink)
        router.get("admin/users/:name/disable", use: askDisable)
        router.post("admin/users/:name/disable", use: disable)
        router.post("admin/users/:name/enable", use: enable)
        router.post("admin/users/:name/tokens/:id/revoke", use: revokeToken)
        router.post("admin/users/:name/disconnect", use: disconnect)
        router.get("admin/users/:name/sign-out", use: askSignOut)
        router.post("admin/users/:name/sign-out", use: signOut)
    }

    private func user(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("see the accounts")
        return try await userPage(context.user, request, caller) {
            $0.done = UserPage.Done(rawValue: request.typed("done"))
        }
    }

    func userPage(
        _ name: UserName, _ request: Request, _ caller: Caller, status: HTTPResponse.Status = .ok,
        _ change: (inout UserPage.Content) -> Void
    ) async throws -> Response {
        let views = ViewMaker(service)
        var content = UserPage.Content(name: name.name)
        if let account = desk.directory.account(name) {
            var view = accounts.view(account)
            view.warning = await accounts.warning(about: account)
            content.account = view
        }
        let mine = (Array(views.state.live) + views.state.waiting).compactMap { views.state.requests[$0] }
        let open = mine.filter { $0.user == name }.sorted { $0.id > $1.id }
        content.openCount = open.count
        content.open = open.prefix(Self.mostOpen).map(views.request)
        content.ended = try await service.archive.endedRecords(before: nil, limit: Self.mostEnded, user: name)
            .filter { views.state.requests[$0.id]?.isOver ?? true }.map(views.request)
        content.team = views.state.team(of: name).name
        content.teams = views.state.teams.map(\.name.name)
        guard
            content.account != nil || !content.open.isEmpty || !content.ended.isEmpty
                || content.teams.contains(content.team ?? "")
        else { throw Problem(AccountError.unknown(name)) }
        do throws(SignInRefusal) {
            content.sessions = try await desk.sessions.list(of: name, at: views.now).map { sessions.view($0, caller) }
        } catch { throw Problem(error) }
        content.tokens = try await tokens.list(of: name)
        content.identities = try await accounts.identities(of: name)
        change(&content)
        return .page(UserPage(viewer: Viewer(caller, request), now: views.wall, content: content).html(), status: status)
    }

    private func after(_ user: UserName, _ done: UserPage.Done) -> Response {
        .seeOther(Link.path("admin", "users", user.name).with("done", done.rawValue))
    }

    /// By an administrator in person; where it can't be done, the person's page says why.
    private func act(
        _ request: Request, _ context: CarrelContext, _ what: String,
        _ body: (UserName, Caller, FormBody) async throws -> Response
    ) async throws -> Response {
        let caller = try context.administrating(what)
        guard caller.isInPerson else { throw Problem.needsPerson("Accounts are changed") }
        let form = try await request.form(), name = context.user
        guard desk.directory.account(name) != nil else { throw Problem(AccountError.unknown(name)) }
        do {
            return try await body(name, caller, form)
        } catch {
            let problem = try Problem(thrown: error, by: request, context)
            return try await userPage(name, request, caller, status: .init(code: problem.status)) { $0.problem = problem }
        }
    }

    private func change(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await act(request, context, "change accounts") { name, caller, form in
            let account = desk.directory.account(name)
            var body = AccountBody(displayName: form["displayName"], role: form.said("role"))
            let shown = account?.unixID.map { "\($0)" } ?? "none"
            // What was only shown is no wish: a number may have been taken away meanwhile.
            if let unixUser = form.said("unixUser"), unixUser != shown { body.unixUser = unixUser }
            guard body.role == nil || name != caller.requester.user || body.role == account?.role.rawValue else {
                throw Problem.badInput("Nobody takes their own rights away: ask another administrator. Nothing was changed.")
            }
            // Before anything is changed: the page may be old, and the team gone. What was only shown is no wish here either.
            let team = form["team"].flatMap { $0 == form["wasIn"] ? nil : $0 }
            if let team, !team.isEmpty, !service.state.teams.contains(where: { $0.name.name == team }) {
                throw Problem.teamIsGone(team, "Nothing was changed.")
            }
            let isIn = service.state.team(of: name)
            if team != nil, let was = form["wasIn"], was != (isIn == .everyone ? "" : isIn.name) {
                throw Problem.badInput(
                    "Somebody moved \(name.name.shown) to another team meanwhile. Nothing was changed: load the page again.")
            }
            _ = try await accounts.apply(body, to: name)
            if let team { try await move(name, to: team, by: caller) }
            return after(name, .changed)
        }
    }

    /// Into a team, or out of the one they are in.
    private func move(_ user: UserName, to team: String, by caller: Caller) async throws {
        do throws(ServiceError) {
            _ = try await service.writer.perform(
                .move(user, to: team.isEmpty ? nil : TeamName(team), by: caller.requester))
        } catch {
            guard case .rejected(.unknownTeam) = error else { throw error }
            throw Problem.teamIsGone(
                team, "The account was changed, and \(user.name.shown) is in the team that they were in.")
        }
    }

    private func makeLink(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await act(request, context, "make a sign-in link for somebody else") { name, caller, _ in
            guard name != caller.requester.user else {
                throw Problem.badInput(
                    "You are signed in. A link for yourself is made on the server's machine: `carrel user link`. Nothing was made."
                )
            }
            let link = try await links.make(for: name, by: caller)
            return try await userPage(name, request, caller, status: .created) { $0.link = link }
        }
    }

    private func askDisable(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("change accounts")
        let name = context.user
        guard desk.directory.account(name) != nil else { throw Problem(AccountError.unknown(name)) }
        let views = ViewMaker(service)
        let mine = views.state.liveLeases.filter { $0.record.user == name }
        var content = ConfirmPage.Content(
            part: .users, question: "Disable \(name.name)?",
            consequences: [
                "They are signed out of every browser, and come in by no door: no password, link or token.",
                mine.isEmpty
                    ? "Nothing of theirs runs." : "What of theirs runs goes on until its lease ends, or you revoke it:",
            ],
            action: .path("admin", "users", name.name, "disable"), button: "Disable the account",
            back: .path("admin", "users", name.name))
        content.requests = mine.map { views.request($0.record) }
        return confirm(content, request, caller)
    }

    private func disable(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await act(request, context, "change accounts") { name, caller, _ in
            guard name != caller.requester.user else {
                throw Problem.badInput("Nobody disables themselves: ask another administrator. Nothing was changed.")
            }
            _ = try await accounts.apply(AccountBody(disabled: true), to: name)
            return after(name, .disabled)
        }
    }

    private func enable(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await act(request, context, "change accounts") { name, _, _ in
            _ = try await accounts.apply(AccountBody(disabled: false), to: name)
            return after(name, .enabled)
        }
    }

    private func revokeToken(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await act(request, context, "revoke tokens of others") { name, _, _ in
            _ = try await tokens.tokens.revoke(try context.requestID().number, of: name, at: service.clock.now())
            return after(name, .tokenRevoked)
        }
    }

    private func disconnect(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await act(request, context, "disconnect the accounts of others") { name, caller, form in
            try await accounts.disconnect(name, issuer: form["issuer"] ?? "", by: caller)
            return after(name, .disconnected)
        }
    }

    private func askSignOut(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("sign others out")
        let name = context.user
        guard desk.directory.account(name) != nil else { throw Problem(AccountError.unknown(name)) }
        return confirm(
            ConfirmPage.Content(
                part: .users, question: "Sign \(name.name) out everywhere?",
                consequences: [
                    "Every browser of theirs is signed out, and links that were made for them open nothing any more.",
                    "Their work goes on, and their access tokens stay. They may sign in again.",
                ],
                action: .path("admin", "users", name.name, "sign-out"), button: "Sign them out",
                back: .path("admin", "users", name.name)), request, caller)
    }

    private func signOut(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await act(request, context, "sign others out") { name, _, _ in
            do throws(SignInRefusal) { _ = try await desk.signOut(name, at: service.clock.now()) } catch {
                throw Problem(error)
            }
            return after(name, .signedOut)
        }
    }
}

extension CarrelContext {
    fileprivate var user: UserName { UserName(pathPart("name")) }
}

extension Problem {
    fileprivate static func teamIsGone(_ team: String, _ what: String) -> Problem {
        Problem(
            "no-such-team", title: "No such team", status: 409,
            detail: "There is no team \(team.shown) any more. \(what) Choose another one below.", exitCode: 1)
    }
}
