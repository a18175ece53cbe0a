import Accounts
import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/session` and `/v1/sessions`: who one is, and where one is signed in.
struct SessionRoutes {
    let desk: SignInDesk
    let service: CheckoutService

    func add(to group: RouterGroup<CarrelContext>) {
        group.get("session", use: who)
        group.get("sessions", use: list)
        group.delete("sessions", use: endAll)
        group.delete("sessions/:id", use: end)
    }

    private func who(_ request: Request, _ context: CarrelContext) async throws -> Response {
        .json(who(try context.signedIn()))
    }

    func who(_ caller: Caller) -> WhoView {
        let user = caller.requester.user
        let (door, id): (String, Int64?) =
            switch caller.door {
            case .socket: ("socket", nil)
            case .token(let id): ("token", id)
            case .session(let id): ("session", id)
            }
        return WhoView(
            user: user.name, displayName: desk.directory.account(user)?.displayName, role: caller.role.rawValue,
            administrator: caller.requester.isAdministrator, team: service.state.team(of: user).name, door: door,
            doorID: id, workRefusal: caller.lacksUnixUser ? Problem.noUnixUser(user).detail : nil)
    }

    /// One's own; with `?user=NAME` somebody's, with `?all=1` everybody's, for administrators.
    private func list(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let user = request.flag("all") ? nil : try whose(request, caller, "see where others are signed in")
        if user == nil, !caller.requester.isAdministrator {
            throw Problem.administratorsOnly("see where others are signed in", isLook: true)
        }
        let sessions: [BrowserSession]
        do throws(SignInRefusal) {
            sessions = try await desk.sessions.list(of: user, at: service.clock.now())
        } catch { throw Problem(error) }
        return .json(BrowserSessionList(sessions: sessions.map { view($0, caller) }))
    }

    /// Signs out everywhere; with `?others=1` everywhere else.
    private func endAll(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let user = try whose(request, caller, "sign others out")
        var kept: Int64?
        if request.flag("others"), case .session(let id) = caller.door { kept = id }
        do throws(SignInRefusal) {
            let ended = try await desk.signOut(user, except: kept, at: service.clock.now())
            return .json(EndedSessions(ended: ended))
        } catch { throw Problem(error) }
    }

    private func end(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let id = try context.requestID().number
        let user = caller.requester.isAdministrator ? nil : caller.requester.user
        let isFound: Bool
        do throws(SignInRefusal) {
            isFound = try await desk.sessions.end(id, of: user, at: service.clock.now())
        } catch { throw Problem(error) }
        guard isFound else {
            throw Problem.notFound("You have no session \(id). Nothing was ended. See: carrel user sessions")
        }
        return Response(status: .noContent)
    }

    private func whose(_ request: Request, _ caller: Caller, _ act: String) throws(Problem) -> UserName {
        let named = request.uri.queryParameters["user"].map { UserName(String($0)) } ?? caller.requester.user
        guard named == caller.requester.user || caller.requester.isAdministrator else { throw .administratorsOnly(act) }
        return named
    }

    func view(_ session: BrowserSession, _ caller: Caller) -> BrowserSessionView {
        let ahead = service.clock.wallAhead()
        func text(_ time: Timestamp) -> String { (time + ahead).utcText }
        return BrowserSessionView(
            id: session.id, user: session.user.name, createdAt: text(session.createdAt),
            lastSeenAt: text(session.lastSeenAt), expiresAt: text(session.expiresAt), address: session.address,
            agent: session.agent, current: caller.door == .session(session.id))
    }
}
