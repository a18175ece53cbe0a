import Accounts
import CheckoutService
import FleetModel
import Hummingbird
import WireModel

/// `POST /v1/sign-in`: a ticket, or a name and a password, for a token. For `carrel login`; a page of another site can send
/// it and learns nothing, since it can't read the answer and no cookie is set.
struct LoginRoutes {
    let desk: SignInDesk
    let tokens: AccessTokens
    let clock: any LedgerClock
    let address: HTTPAddress

    /// Unless something else is asked for.
    static let usualTime = TimeSpan.days(90)

    func add(to group: RouterGroup<CarrelContext>) { group.post("sign-in", use: signIn) }

    private func signIn(_ request: Request, _ context: CarrelContext) async throws -> Response {
        // A page can send a form or plain text to another site unasked, and JSON only where that site allows it.
        guard request.headers[.contentType]?.hasPrefix("application/json") == true else {
            throw Problem.badInput("This address takes JSON: send `Content-Type: application/json`.")
        }
        let body = try await request.body(as: LoginBody.self).value
        let now = clock.now()
        let time = try body.time.map { text throws(Problem) in try Typed.span(text, "time") } ?? Self.usualTime
        let scope = try TokenScope(asked: body.scope)
        let proof: SignInDesk.Proof =
            body.ticket.map { .ticket($0) } ?? .password(name: body.name ?? "", body.password ?? "")
        context.audit.isTry = true
        let account: Account
        do throws(SignInRefusal) { account = try await desk.examine(proof, from: context.address, at: now) } catch {
            throw Problem(error)
        }
        context.audit.user = account.name
        let made = try await tokens.create(
            for: account.name, name: body.tokenName, scope: scope, expiresAt: now + time, at: now)
        context.audit.subject = "\(made.record.id)"
        var view = TokenRoutes.view(made.record, secret: made.text, clock)
        view.url = address.text
        return .json(view, status: .created)
    }
}
