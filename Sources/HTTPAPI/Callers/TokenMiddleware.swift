import Accounts
import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WireModel

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
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return .problem(.notSignedIn) }
        let token: TokenRecord
        do throws(TokenRefusal) { token = try await tokens.authenticate(String(parts[1]), at: clock.now()) } catch {
            guard case .storage = error else { return .problem(.notSignedIn) }
            return .problem(Problem("busy", title: "Can't be checked now", status: 503, detail: error.clientText))
        }
        var signedIn = context
        signedIn.caller = Caller(Requester(token.user, isAdministrator: token.isAdministrator), uid: nil)
        return try await next(request, signedIn)
    }
}
