import Accounts
import CheckoutService
import FleetModel
import Hummingbird
import WireModel

/// The cookie of a browser signs in where neither the connection nor a token does. What changes something must come from
/// the server's own pages: a cookie is sent by the browser whoever made it ask.
struct SessionMiddleware: RouterMiddleware {
    typealias Context = CarrelContext

    let sessions: BrowserSessions
    let callers: CallerMaker
    let clock: any LedgerClock
    let address: HTTPAddress

    func handle(
        _ request: Request, context: CarrelContext, next: (Request, CarrelContext) async throws -> Response
    ) async throws -> Response {
        guard context.caller == nil, let secret = SessionCookie(address: address.text).value(in: request) else {
            return try await next(request, context)
        }
        let found: BrowserSession?
        do throws(SignInRefusal) {
            found = try await sessions.authenticate(secret, in: context.loopback.place, at: clock.now())
        } catch {
            return .problem(Problem(error))
        }
        guard let session = found, let caller = callers.caller(session) else { return try await next(request, context) }
        var signedIn = context
        signedIn.caller = caller
        guard !SameOrigin.isNeeded(for: request.method) || SameOrigin.holds(request) else { return .problem(.fromElsewhere) }
        return try await next(request, signedIn)
    }
}
