import Accounts
import CheckoutService
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import OpenIDConnect
import WebPages
import WireModel

/// `/sign-in/openid`: to the provider and back.
struct OpenIDRoutes {
    /// nil: there is none.
    let door: OutsideDoor?
    let desk: SignInDesk
    let names: AccountNames
    /// Whether a name is somebody's already: in the ledger, a team, a limit or a token.
    let isSpokenFor: @Sendable (UserName) async throws -> Bool
    let clock: any LedgerClock
    let address: HTTPAddress

    static let start = Link("/sign-in/openid")
    private static let callback = "/sign-in/openid/callback"

    func add(to router: Router<CarrelContext>) {
        router.post("sign-in/openid", use: begin)
        router.get("sign-in/openid/callback", use: finish)
        router.post("sign-in/openid/connect", use: connect)
    }

    /// Sends the browser to the provider: by a page, since the policy of a form's page forbids that the form itself leads elsewhere.
    private func begin(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let form = try await request.form()
        return try await leave(context, next: SignInRoutes.ownPath(form["next"]), session: nil)
    }

    /// The account that is signed in is from now on also whom the provider vouches for.
    private func connect(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try await request.form()
        guard let session = try context.signedIn().sessionID else { throw Problem.needsPerson("Accounts are connected") }
        guard try await isFresh(context) else { return refused(Self.stale, 403) }
        return try await leave(context, next: SignInRoutes.home, session: session)
    }

    /// Whether the browser's sign-in is of a moment ago: a screen that was left open must not become somebody else's way in.
    private func isFresh(_ context: CarrelContext) async throws -> Bool {
        guard let caller = context.caller, let id = caller.sessionID else { return false }
        let now = clock.now()
        return try await desk.sessions.list(of: caller.requester.user, at: now).contains {
            $0.id == id && now - $0.createdAt < Self.freshness
        }
    }

    private static let freshness = TimeSpan.minutes(15)
    private static let stale =
        "For that, sign in anew first: whoever found this screen open could make a way in of their own. Nothing was changed."

    private func leave(_ context: CarrelContext, next: String?, session: Int64?) async throws -> Response {
        let door = try theDoor(), now = clock.wallSeconds
        do throws(OutsideRefusal) { try door.people.limit(from: context.address, at: clock.now()) } catch {
            return refused("\(error)", 429)
        }
        var random = SystemRandomNumberGenerator()
        let attempt = OpenIDAttempt(next: next, session: session, now: now, random: &random)
        let target: String
        do throws(OpenIDFailure) { target = try await door.provider.address(for: attempt, redirect: try redirect()) } catch {
            return failed(error, door)
        }
        guard let sealed = door.provider.seal.sealed(attempt, in: context.loopback.place),
            let page = LeavingPage(to: target, called: door.title)
        else { throw Problem.internalError("The way to \(door.title) could not be made. Nothing was changed.") }
        var response = Response.page(page.html())
        response.headers[.setCookie] = cookie.setting(sealed, for: OpenIDAttempt.validity)
        response.headers[HTTPField.Name("Refresh")!] = "0;url=\(target)"
        return response
    }

    /// The browser comes back with a code.
    private func finish(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let door = try theDoor(), now = clock.now(), query = request.uri.queryParameters
        let place = context.loopback.place
        do throws(OpenIDFailure) {
            guard let sealed = cookie.value(in: request), let state = query["state"].map(String.init),
                let attempt = door.provider.seal.opened(sealed, state: state, in: place, now: clock.wallSeconds)
            else { throw .notBegun }
            // Only what was begun here counts as a try: any page could have a browser ask for this address.
            context.audit.isTry = true
            do throws(OutsideRefusal) { try door.people.limit(from: context.address, at: now) } catch {
                return refused("\(error)", 429)
            }
            // RFC 9207: the answer is that of the provider that was asked.
            if let issuer = query["iss"], String(issuer) != door.provider.settings.issuer { throw .token(.issuer) }
            guard let code = query["code"].map(String.init) else {
                throw .refused(code: String((query["error"].map(String.init) ?? "no code").shown.prefix(60)))
            }
            let person = try await door.provider.person(code: code, of: attempt, redirect: try redirect())
            return try await entered(person, attempt, request, context, door)
        } catch { return failed(error, door) }
    }

    private func entered(
        _ person: OpenIDPerson, _ attempt: OpenIDAttempt, _ request: Request, _ context: CarrelContext, _ door: OutsideDoor
    ) async throws(OpenIDFailure) -> Response {
        let now = clock.now()
        do {
            if let session = attempt.session {
                // The very browser session that asked for it, or another account would be connected.
                guard let caller = context.caller, caller.sessionID == session else { throw OpenIDFailure.notBegun }
                context.audit.subject = caller.requester.user.name
                try await door.people.connect(
                    issuer: person.issuer, subject: person.subject, to: caller.requester.user, at: now)
                return left(for: SignInRoutes.home, [cookie.clearing])
            }
            let account = try await door.account(of: person, names: names, isSpokenFor: isSpokenFor, at: now)
            context.audit.user = account.name
            context.audit.subject = account.name.name
            if case .session(let old)? = context.caller?.door { _ = try await desk.sessions.end(old, of: nil, at: now) }
            let begun = try await desk.sessions.begin(
                for: account.name, address: context.address, agent: request.headers[.userAgent] ?? "",
                in: context.loopback.place, at: now)
            let session = SessionCookie(address: address.text).setting(begun.secret)
            return left(for: attempt.next ?? SignInRoutes.home, [session, cookie.clearing])
        } catch let failure as OpenIDFailure {
            throw failure
        } catch let refusal as OutsideRefusal {
            if case .storage(let detail) = refusal { door.complain("a sign-in by \(door.title) failed: \(detail)") }
            return refused("\(refusal)", refusal.status)
        } catch {
            return refused("\((error as? SignInRefusal) ?? .storage(detail: "\(error)"))", 503)
        }
    }

    private func left(for path: String, _ cookies: [String]) -> Response {
        var response = Response(status: .seeOther, headers: [.location: path, .cacheControl: "no-store"])
        for cookie in cookies { response.headers.append(HTTPField(name: .setCookie, value: cookie)) }
        return response
    }

    /// The page says little of why: the log has the rest.
    private func failed(_ failure: OpenIDFailure, _ door: OutsideDoor) -> Response {
        // A provider must not write lines of its own there.
        door.complain("a sign-in by \(door.title) failed: \("\(failure)".shown)")
        return switch failure {
        case .notBegun:
            refused(
                "This sign-in was not begun in this browser, or more than ten minutes ago. Nothing was changed. Begin anew.",
                403)
        case .notAllowed:
            refused(
                "\(door.title) knows you, and this server lets in only some of those whom it knows. Nothing was changed. Ask an "
                    + "administrator.", 403)
        case .refused: refused("\(door.title) did not sign you in. Nothing was changed. Try again.", 403)
        case .unreachable, .status, .tooLong, .document:
            refused(
                "\(door.title) can't be used at the moment. Nothing was changed. Try again, or sign in in another way.", 502)
        case .token: refused("What \(door.title) sent can't be believed. Nothing was changed. Tell an administrator.", 502)
        }
    }

    private func refused(_ words: String, _ status: Int) -> Response {
        SignInPage.response(.words, message: words, status: .init(code: status), cookie: cookie.clearing)
    }

    private func theDoor() throws(Problem) -> OutsideDoor {
        guard let door, address.text != nil else {
            throw .notFound("This server has no sign-in service outside. Sign in at /sign-in.")
        }
        return door
    }

    private func redirect() throws(OpenIDFailure) -> String { (address.text ?? "") + Self.callback }

    private var cookie: SessionCookie { SessionCookie(address: address.text, for: "openid") }
}

extension OutsideRefusal {
    fileprivate var status: Int {
        switch self {
        case .nameTaken, .nameUnusable, .unixNamesake, .connected: 409
        case .disabled: 403
        case .tooOften: 429
        case .noNumberLeft, .storage: 503
        }
    }
}

extension LedgerClock {
    /// Seconds since 1970, as the machine's wall clock has them.
    fileprivate var wallSeconds: Int64 { (now() + wallAhead()).milliseconds / 1_000 }
}
