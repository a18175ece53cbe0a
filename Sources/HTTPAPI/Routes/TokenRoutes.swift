import Accounts
import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/tokens`: one's own access tokens.
struct TokenRoutes {
    let tokens: AccessTokens
    let clock: any LedgerClock
    let address: HTTPAddress

    func add(to group: RouterGroup<CarrelContext>) {
        group.post("tokens", use: create)
        group.get("tokens", use: list)
        group.delete("tokens/:id", use: revoke)
    }

    private func create(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        // A token that makes tokens would outlive its own end.
        guard caller.uid != nil else {
            throw Problem(
                "needs-unix-login", title: "Only from the machine itself", status: 403,
                detail: "Tokens are made over the Unix socket: run `carrel token create` on the server's machine.")
        }
        let body = try await request.body(as: TokenBody.self).value
        let now = clock.now()
        let expiresAt = try body.time.map { text throws(Problem) in now + (try Typed.span(text, "time")) }
        let made = try await tokens.create(
            for: caller.requester.user, name: body.name, isAdministrator: caller.requester.isAdministrator,
            expiresAt: expiresAt, at: now)
        var view = view(made.record, secret: made.text)
        view.url = address.text
        return .json(view, status: .created)
    }

    private func list(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let all = try await tokens.list(of: caller.requester.user)
        return .json(TokenList(tokens: all.filter { $0.revokedAt == nil }.map { view($0, secret: nil) }))
    }

    private func revoke(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let id = try context.requestID().number
        let user = caller.requester.isAdministrator ? nil : caller.requester.user
        _ = try await tokens.revoke(id, of: user, at: clock.now())
        return Response(status: .noContent)
    }

    private func view(_ token: TokenRecord, secret: String?) -> TokenView {
        let ahead = clock.wallAhead()
        func text(_ time: Timestamp) -> String { (time + ahead).utcText }
        return TokenView(
            id: token.id, name: token.name, user: token.user.name, createdAt: text(token.createdAt),
            expiresAt: token.expiresAt.map(text), lastUsedAt: token.lastUsedAt.map(text), token: secret)
    }
}
