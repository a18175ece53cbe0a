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
        let view = try await make(try await request.body(as: TokenBody.self).value, for: caller)
        context.audit.subject = "\(view.id)"
        return .json(view, status: .created)
    }

    func make(_ body: TokenBody, for caller: Caller) async throws -> TokenView {
        // A token that makes tokens would outlive its own end.
        guard caller.isInPerson else { throw Problem.needsPerson("Tokens are made") }
        let now = clock.now()
        let expiresAt = try body.time.map { text throws(Problem) in now + (try Typed.span(text, "time")) }
        let made = try await tokens.create(
            for: caller.requester.user, name: body.name, scope: try TokenScope(asked: body.scope),
            expiresAt: expiresAt, at: now)
        var view = Self.view(made.record, secret: made.text, clock)
        view.url = address.text
        return view
    }

    private func list(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        return .json(TokenList(tokens: try await list(of: caller.requester.user)))
    }

    func list(of user: UserName) async throws -> [TokenView] {
        try await tokens.list(of: user).filter { $0.revokedAt == nil }.map { Self.view($0, secret: nil, clock) }
    }

    private func revoke(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let id = try context.requestID().number
        let user = caller.requester.isAdministrator ? nil : caller.requester.user
        _ = try await tokens.revoke(id, of: user, at: clock.now())
        return Response(status: .noContent)
    }

    static func view(_ token: TokenRecord, secret: String?, _ clock: any LedgerClock) -> TokenView {
        let ahead = clock.wallAhead()
        func text(_ time: Timestamp) -> String { (time + ahead).utcText }
        return TokenView(
            id: token.id, name: token.name, user: token.user.name, scope: token.scope.rawValue,
            createdAt: text(token.createdAt),
            expiresAt: token.expiresAt.map(text), lastUsedAt: token.lastUsedAt.map(text), token: secret)
    }
}

extension TokenScope {
    /// - Parameter text: nil: nothing was said; the rights of a usual day are enough.
    init(asked text: String?) throws(Problem) {
        guard let scope = TokenScope(rawValue: text ?? "work") else {
            throw .badInput("“\((text ?? "").shown)” is no scope; use read, work or admin. No token was made.")
        }
        self = scope
    }
}
