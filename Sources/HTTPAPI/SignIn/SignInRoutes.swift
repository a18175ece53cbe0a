import Accounts
import CheckoutService
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import NIOCore
import WebPages
import WireModel

/// `/sign-in` and `/sign-out`: how a browser comes in and goes.
struct SignInRoutes {
    let desk: SignInDesk
    let clock: any LedgerClock
    let address: HTTPAddress
    /// What its page offers.
    let ways: SignInWays

    /// Where a browser goes that came from nowhere.
    static let home = "/"

    private static let largestForm = 16 << 10

    private struct Form: Decodable {
        var ticket: String?
        var name: String?
        var password: String?
        var current: String?
        var next: String?
    }

    func add(to router: Router<CarrelContext>) {
        router.get("sign-in", use: page)
        router.post("sign-in", use: signIn)
        router.post("sign-in/password", use: setPassword)
        router.post("sign-out", use: signOut)
    }

    /// Changes nothing: link scanners, previews and browsers that fetch ahead come here too.
    private func page(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let next = Self.ownPath(request.uri.queryParameters["next"].map(String.init))
        guard let ticket = request.uri.queryParameters["ticket"].map(String.init) else {
            guard let caller = context.caller else {
                let isLost = request.uri.queryParameters["kept"] == "no"
                return SignInPage.response(.form, ways: ways, message: isLost ? Self.lost : nil, next: next)
            }
            return SignInPage.response(signedIn(caller))
        }
        do throws(SignInRefusal) {
            let found = try await desk.tickets.look(ticket, at: clock.now())
            return SignInPage.response(.link(ticket: ticket, user: found.user.name), next: next)
        } catch { return refused(error, next) }
    }

    private func signIn(_ request: Request, _ context: CarrelContext) async throws -> Response {
        // Otherwise another site could sign a browser in as somebody else, who then reads what its user does.
        guard SameOrigin.holds(request) else {
            return SignInPage.response(.words, message: Self.foreign, status: .forbidden)
        }
        let form = try await form(request)
        let next = Self.ownPath(form.next)
        let proof: SignInDesk.Proof
        if let ticket = form.ticket {
            proof = .ticket(ticket)
        } else {
            proof = .password(name: form.name ?? "", form.password ?? "")
        }
        context.audit.isTry = true
        // A name that nobody has may be a password in the wrong field: it is not written down.
        context.audit.subject = form.name.flatMap { desk.directory.account(UserName($0))?.name.name }
        do throws(SignInRefusal) {
            let now = clock.now()
            let account = try await desk.examine(proof, from: context.address, at: now)
            context.audit.user = account.name
            // The one before goes, so that it can't be used behind the new one's back.
            if case .session(let old)? = context.caller?.door { _ = try await desk.sessions.end(old, of: nil, at: now) }
            let begun = try await desk.sessions.begin(
                for: account.name, address: context.address, agent: request.headers[.userAgent] ?? "",
                in: context.loopback.place, at: now)
            return redirect(to: next ?? Self.home, cookie: cookie.setting(begun.secret))
        } catch { return refused(error, next) }
    }

    private func signOut(_ request: Request, _ context: CarrelContext) async throws -> Response {
        guard SameOrigin.holds(request) else {
            return SignInPage.response(.words, message: Self.foreign, status: .forbidden)
        }
        if case .session(let id)? = context.caller?.door {
            do throws(SignInRefusal) { _ = try await desk.sessions.end(id, of: nil, at: clock.now()) } catch {
                return refused(error, nil)
            }
        }
        return redirect(to: "/sign-in", cookie: cookie.clearing)
    }

    private func setPassword(_ request: Request, _ context: CarrelContext) async throws -> Response {
        guard let caller = context.caller, caller.sessionID != nil else {
            return SignInPage.response(.form, ways: ways, status: .unauthorized)
        }
        let form = try await form(request)
        let account = desk.directory.account(caller.requester.user)
        do throws(AccessChangeFailure) {
            try await desk.setPassword(
                form.password ?? "", of: caller.requester.user, proof: caller.mustShowPassword(of: account, form.current),
                from: context.address, keeping: caller.sessionID, at: clock.now())
            return SignInPage.response(
                signedIn(caller), message: "The password is set. Your other browsers are signed out.", isGood: true)
        } catch {
            let problem = Problem(error)
            return SignInPage.response(
                signedIn(caller), message: problem.detail, status: HTTPResponse.Status(code: problem.status))
        }
    }

    private var cookie: SessionCookie { SessionCookie(address: address.text) }

    private static let lost =
        "You are not signed in. If you signed in just now, your browser did not keep the cookie that says so: allow cookies for this "
        + "address, and sign in again."

    private static let foreign =
        "A browser sent this from another site, or without saying from where. Nothing was changed. Begin at this server's own page."

    private func signedIn(_ caller: Caller) -> SignInPage.Content {
        let user = caller.requester.user
        return .signedIn(user: user.name, hasPassword: desk.directory.account(user)?.passwordHash != nil)
    }

    private func refused(_ refusal: SignInRefusal, _ next: String?) -> Response {
        let content: SignInPage.Content = refusal == .noTicket ? .words : .form
        var response = SignInPage.response(
            content, ways: ways, message: "\(refusal)", next: next,
            status: HTTPResponse.Status(code: Problem(refusal).status))
        if case .tooOften(let wait) = refusal { response.headers[.retryAfter] = "\(max(1, wait.milliseconds / 1_000))" }
        return response
    }

    private func redirect(to path: String, cookie: String) -> Response {
        Response(status: .seeOther, headers: [.location: path, .setCookie: cookie, .cacheControl: "no-store"])
    }

    private func form(_ request: Request) async throws -> Form {
        var request = request
        guard let body = try? await request.collectBody(upTo: Self.largestForm),
            let form = try? URLEncodedFormDecoder().decode(Form.self, from: String(buffer: body))
        else { throw Problem.badInput("The form is too long, or is none. Nothing was changed; open /sign-in again.") }
        return form
    }

    /// A path of this server; nil: it is none, or leads elsewhere. Browsers read `//host` and `/\host` as another server.
    static func ownPath(_ text: String?) -> String? {
        guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), text.utf8.count <= 2_000,
            text.utf8.allSatisfy({ (0x21..<0x7f).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return nil }
        return text
    }
}
