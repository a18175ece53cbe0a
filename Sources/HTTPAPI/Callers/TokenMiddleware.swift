import Accounts
import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger

/// `Authorization: Bearer TOKEN` signs in where the connection itself does not.
struct TokenMiddleware: RouterMiddleware {
    typealias Context = CarrelContext

    let tokens: AccessTokens
    let clock: any LedgerClock

    func handle(
        _ request: Request, context: CarrelContext, next: (Request, CarrelContext) async throws -> Response
    ) async throws -> Response {
        guard context.caller == nil, let header = request.headers[.authorization] else {
            return try await next(request, context)
        }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer",
            let token = try? await tokens.authenticate(String(parts[1]), at: clock.now())
        else { return .problem(.notSignedIn) }
        var signedIn = context
        signedIn.caller = Caller(Requester(token.user, isAdministrator: token.isAdministrator), uid: nil)
        return try await next(request, signedIn)
    }
}
