import Accounts
import CheckoutService
import FleetModel
import Hummingbird
import WireModel

/// `Authorization: Bearer TOKEN` signs in where the connection itself does not.
struct TokenMiddleware: RouterMiddleware {
    typealias Context = CarrelContext

    let tokens: AccessTokens
    let callers: CallerMaker
    let clock: any LedgerClock

    func handle(
        _ request: Request, context: CarrelContext, next: (Request, CarrelContext) async throws -> Response
    ) async throws -> Response {
        guard context.caller == nil, let header = request.headers[.authorization] else {
            return try await next(request, context)
        }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return .problem(.notSignedIn) }
        let token: TokenRecord
        do throws(TokenRefusal) { token = try await tokens.authenticate(String(parts[1]), at: clock.now()) } catch {
            guard case .storage = error else { return .problem(.tokenRefused(error)) }
            return .problem(Problem("busy", title: "Can't be checked now", status: 503, detail: error.clientText))
        }
        var signedIn = context
        guard let caller = callers.caller(token) else { return .problem(.accountDisabled) }
        signedIn.caller = caller
        signedIn.isReadOnly = token.scope == .read
        guard token.scope != .read || !SameOrigin.isNeeded(for: request.method) else { return .problem(.needsScope) }
        return try await next(request, signedIn)
    }
}
