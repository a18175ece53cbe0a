import Accounts
import CheckoutService
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

/// `/account`: what one does with one's own account, by the same functions as the API.
struct AccountPages {
    let desk: SignInDesk
    let service: CheckoutService
    let tokens: TokenRoutes
    let sessions: SessionRoutes
    let accounts: AccountRoutes
    let address: HTTPAddress
    /// What the provider outside is called; nil: there is none.
    let outside: String?

    func add(to router: Router<CarrelContext>) {
        router.get("account", use: page)
        router.post("account/tokens", use: makeToken)
        router.post("account/tokens/:id/revoke", use: revokeToken)
        router.post("account/sessions/:id/end", use: endSession)
        router.post("account/sessions/others", use: endOthers)
        router.post("account/sessions/all", use: endAll)
        router.post("account/password", use: setPassword)
        router.post("account/name", use: setName)
        router.post("account/disconnect", use: disconnect)
    }

    private func page(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let done = request.uri.queryParameters["done"].flatMap { AccountPage.Done(rawValue: String($0)) }
        return try await answer(request, caller) { $0.done = done }
    }

    private func answer(
        _ request: Request, _ caller: Caller, status: HTTPResponse.Status = .ok,
        _ change: (inout AccountPage.Content) -> Void
    ) async throws -> Response {
        let user = caller.requester.user, views = ViewMaker(service)
        var content = AccountPage.Content(who: sessions.who(caller))
        let account = desk.directory.account(user)
        content.hasAccount = account != nil
        content.hasPassword = account?.passwordHash != nil
        content.isInPerson = caller.isInPerson
        content.outside = caller.sessionID == nil ? nil : outside
        do throws(SignInRefusal) {
            content.sessions = try await desk.sessions.list(of: user, at: views.now).map { sessions.view($0, caller) }
        } catch { throw Problem(error) }
        content.tokens = try await tokens.list(of: user)
        content.identities = try await accounts.identities(of: user)
        change(&content)
        return .page(
            AccountPage(viewer: Viewer(caller, request), now: views.wall, content: content).html(), status: status)
    }

    private static func after(_ done: AccountPage.Done) -> Response {
        .seeOther(Link("/account").with("done", done.rawValue))
    }

    /// Does what a form asks for, and shows the page with the reason where it can't be done.
    private func act(
        _ request: Request, _ context: CarrelContext, _ body: (Caller, FormBody) async throws -> Response
    ) async throws -> Response {
        let caller = try context.signedIn()
        let form = try await request.form()
        do {
            return try await body(caller, form)
        } catch {
            let problem = try Problem(thrown: error, by: request, context)
            return try await answer(request, caller, status: .init(code: problem.status)) { $0.problem = problem }
        }
    }

    /// Its secret is shown in the answer to the form, since it is kept nowhere to be shown after a redirect.
    private func makeToken(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await act(request, context) { caller, form in
            let time = form["time"] ?? ""
            let made = try await tokens.make(
                TokenBody(name: form["name"] ?? "", time: time.isEmpty ? nil : time, scope: form["scope"]), for: caller)
            context.audit.subject = "\(made.id)"
            return try await answer(request, caller, status: .created) { $0.made = made }
        }
    }

    private func revokeToken(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await act(request, context) { caller, _ in
            _ = try await tokens.tokens.revoke(
                try context.requestID().number, of: caller.requester.user, at: service.clock.now())
            return Self.after(.tokenRevoked)
        }
    }

    private func endSession(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await act(request, context) { caller, _ in
            let id = try context.requestID().number
            let isFound: Bool
            do throws(SignInRefusal) {
                isFound = try await desk.sessions.end(id, of: caller.requester.user, at: service.clock.now())
            } catch { throw Problem(error) }
            guard isFound else { throw Problem.notFound("You have no browser session \(id). Nothing was ended.") }
            return Self.after(.sessionEnded)
        }
    }

    private func endOthers(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await act(request, context) { caller, _ in
            try await end(caller, but: caller.sessionID)
            return Self.after(.othersEnded)
        }
    }

    private func endAll(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await act(request, context) { caller, _ in
            try await end(caller, but: nil)
            var response = Response.seeOther(Link("/sign-in"))
            response.headers.append(
                HTTPField(name: .setCookie, value: SessionCookie(address: address.text).clearing))
            return response
        }
    }

    private func end(_ caller: Caller, but kept: Int64?) async throws {
        do throws(SignInRefusal) {
            _ = try await desk.signOut(caller.requester.user, except: kept, at: service.clock.now())
        } catch { throw Problem(error) }
    }

    private func setPassword(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await act(request, context) { caller, form in
            try await accounts.setPassword(
                PasswordBody(password: form["password"] ?? "", current: form["current"]), of: caller.requester.user,
                by: caller, from: context.address)
            return Self.after(.passwordSet)
        }
    }

    private func disconnect(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await act(request, context) { caller, form in
            try await accounts.disconnect(caller.requester.user, issuer: form["issuer"] ?? "", by: caller)
            return Self.after(.disconnected)
        }
    }

    private func setName(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await act(request, context) { caller, form in
            guard caller.isInPerson else { throw Problem.needsPerson("Accounts are changed") }
            _ = try await accounts.apply(
                AccountBody(displayName: form["displayName"] ?? ""), to: caller.requester.user)
            return Self.after(.nameSet)
        }
    }
}
