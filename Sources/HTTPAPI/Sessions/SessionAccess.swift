import Accounts
import CheckoutService
import EngineInterface
import FleetModel
import Glibc
import LeaseLedger
import WebPages
import WireModel

/// Who may enter which session, and how.
struct SessionAccess: Sendable {
    /// What somebody finds at a session's door.
    enum Standing: Equatable {
        /// Its program runs, as this attempt.
        case runs(AttemptKey)
        /// Not yet: it waits, or is being started.
        case waits
        case isOver
        /// There is no such request, or it is none that is entered.
        case noSession
        /// Neither theirs nor shared with them.
        case notTheirs(owner: UserName)
    }

    let service: CheckoutService
    let desk: SignInDesk
    let address: HTTPAddress

    /// The server's own page of a request, or what lies below it; nil: the server listens nowhere.
    func page(of id: LeaseID, _ part: String? = nil) -> String? {
        address.text.map { $0 + (part.map { Link.path("work", "\(id)", $0) } ?? Link.path("work", "\(id)")).text }
    }

    var hosts: SessionHosts { SessionHosts(address: address) }

    func standing(of id: LeaseID, for user: UserName) async throws(SignInRefusal) -> Standing {
        guard let record = service.state.requests[id] else { return .isOver }
        return try await standing(of: record, for: user)
    }

    func standing(of record: RequestRecord, for user: UserName) async throws(SignInRefusal) -> Standing {
        guard record.wishes?.session != nil else { return .noSession }
        if record.user != user {
            guard try await desk.entrances.shares(of: record.id).contains(user) else {
                return .notTheirs(owner: record.user)
            }
        }
        guard !record.isOver, record.phase != .refused else { return .isOver }
        guard let lease = record.lease else { return .waits }
        switch lease.phase {
        case .pledged, .starting: return .waits
        case .running, .ending: return .runs(AttemptKey(lease: record.id, number: lease.attempt))
        case .verifying, .closed: return .isOver
        }
    }

    /// Who may enter beside its user, for that user; nil: it is not theirs, or no session that goes on.
    func shares(of record: RequestRecord, for caller: Caller) async throws(Problem) -> [String]? {
        guard record.wishes?.session != nil, !record.isOver, record.user == caller.requester.user else { return nil }
        do throws(SignInRefusal) { return try await desk.entrances.shares(of: record.id).map(\.name) } catch {
            throw Problem(error)
        }
    }

    /// Whether the program takes connections already.
    func answers(_ attempt: AttemptKey) async -> Bool {
        guard let socket = try? await service.connect(to: attempt) else { return false }
        close(socket)
        return true
    }

    /// Where a browser begins in a session.
    static func start(of record: RequestRecord) -> String {
        record.wishes?.session == .notebook ? NotebookProgram.start : "/"
    }

    /// Where somebody arrives who named no place: a notebook has a bar around it.
    static func arrival(of record: RequestRecord) -> String {
        record.wishes?.session == .notebook ? SessionBar.page : start(of: record)
    }

    /// An address that lets in whoever opens it first.
    /// - Parameters:
    ///   - user: whose account it is for.
    ///   - place: from where alone; nil: from everywhere.
    ///   - path: where to go then, a path of the session's own host; nil: where one begins.
    func way(
        into record: RequestRecord, for user: UserName, by caller: Caller, in place: String?, to path: String?,
        lasting span: TimeSpan
    ) async throws(Problem) -> EntranceView {
        guard let origin = hosts.origin(of: record.id) else {
            guard address.text != nil else { throw .noAddress }
            throw Problem(
                "no-session-domain", title: "Sessions have no names here", status: 409,
                detail:
                    "Sessions have hosts of their own, and below \(address.text ?? "") there can be none. Whoever runs the server "
                    + "gives it --public-url with a name, or --session-domain. The lease goes on.", exitCode: 1)
        }
        let ticket = await desk.entrances.makeTicket(
            to: record.id, for: user, parent: caller.sessionID, in: place, lasting: span,
            at: service.clock.now())
        let next = SignInRoutes.ownPath(path) ?? Self.arrival(of: record)
        let url = origin + SessionDoorkeeper.enterPath + "?ticket=\(ticket.text)&next=\(next.percentEscaped(keeping: "/"))"
        return EntranceView(
            id: record.id.number, url: url, expiresAt: (ticket.expiresAt + service.clock.wallAhead()).utcText)
    }
}

extension Problem {
    init(_ standing: SessionAccess.Standing, of id: LeaseID) {
        switch standing {
        case .notTheirs(let owner):
            self.init(
                "not-yours", title: "Not yours", status: 403,
                detail: "The session of request \(id) belongs to \(owner.name.shown), and is not shared with you. "
                    + "`carrel share \(id) YOU` by them lets you in.", exitCode: 1)
        case .noSession:
            self.init(
                "no-session", title: "No session", status: 404,
                detail: "Request \(id) is nothing that is entered through the browser. `carrel notebook` starts what is.",
                exitCode: 1)
        case .isOver:
            self.init(
                "session-over", title: "The session is over", status: 410,
                detail: "Request \(id) has ended, and its session with it. `carrel show \(id)` says how.", exitCode: 1)
        case .waits, .runs:
            self.init(
                "session-starting", title: "Not yet", status: 409,
                detail:
                    "The program of request \(id) takes no connections yet. Ask again in a moment; `carrel show \(id)` says "
                    + "where it stands.", exitCode: 1)
        }
    }
}
