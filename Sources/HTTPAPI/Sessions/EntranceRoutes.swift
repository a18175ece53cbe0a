import Accounts
import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/requests/ID/entrance` and `…/shares`: ways into a session for those who have no page before them, and with whom it is
/// shared.
struct EntranceRoutes {
    let access: SessionAccess
    let links: SignInLinks

    func add(to group: RouterGroup<CarrelContext>) {
        group.post("requests/:id/entrance", use: enter)
        group.get("requests/:id/shares", use: shares)
        group.put("requests/:id/shares/:name", use: share)
        group.delete("requests/:id/shares/:name", use: unshare)
    }

    private func enter(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let record = try await record(context)
        switch try await standing(of: record, for: caller) {
        case .runs(let attempt):
            guard await access.answers(attempt) else { throw notYet(record, context) }
            return .json(try await way(into: record, for: caller, at: context.loopback), status: .created)
        case .waits: throw notYet(record, context)
        case let other: throw Problem(other, of: record.id)
        }
    }

    /// Whoever opens a session asks until its program answers: nothing was refused that would be worth a line of its own.
    private func notYet(_ record: RequestRecord, _ context: CarrelContext) -> Problem {
        context.audit.isQuestion = true
        return Problem(.waits, of: record.id)
    }

    /// A token makes no way in that could outlive it: its holder signs in where the address leads.
    private func way(
        into record: RequestRecord, for caller: Caller, at peer: LoopbackPeer
    ) async throws(Problem) -> EntranceView {
        let span = SessionEntrances.carried
        guard caller.isInPerson else {
            guard let page = access.page(of: record.id, "enter") else { throw .noAddress }
            let until = record.lease?.lastsUntil ?? access.service.clock.now()
            return EntranceView(
                id: record.id.number, url: page,
                expiresAt: (until + access.service.clock.wallAhead()).utcText)
        }
        // Only accounts go in: whoever came by the Unix socket gets one, as for a sign-in link.
        let account = try await links.own(caller)
        var place: String?
        // Over loopback it is taken from the same user's browser alone.
        if case .socket(let uid) = caller.door, access.address.reached?.isLoopback ?? false { place = "uid \(uid)" }
        // A browser that asks here comes there from the same place.
        if case .session = caller.door, !peer.place.isEmpty { place = peer.place }
        return try await access.way(into: record, for: account.name, by: caller, in: place, to: nil, lasting: span)
    }

    private func shares(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let record = try await own(context)
        return .json(try await list(record))
    }

    private func share(_ request: Request, _ context: CarrelContext) async throws -> Response {
        .json(try await share(with: context.pathPart("name"), context))
    }

    private func unshare(_ request: Request, _ context: CarrelContext) async throws -> Response {
        .json(try await unshare(with: context.pathPart("name"), context))
    }

    /// By the session's user, and only with accounts that can sign in.
    @discardableResult
    func share(with name: String, _ context: CarrelContext) async throws -> ShareList {
        let record = try await own(context), user = UserName(name)
        context.audit.subject = "\(record.id) \(name)"
        guard user != record.user else { throw Problem.badInput("The session is \(record.user)'s own already.") }
        guard let account = access.desk.directory.account(user), !account.isDisabled else {
            // Which accounts there are is the administrators' to see: only who has the name but for its capitals is told.
            let all = access.desk.directory.all.filter { !$0.isDisabled }.map(\.name.name).filter {
                $0.lowercased() == user.name.lowercased()
            }
            throw Problem.notFound(
                "There is no account “\(user.name.shown)” that could sign in\(Problem.likely(user.name, all)) Nothing was shared. "
                    + "Who has none yet is invited by an administrator: carrel user add \(user.name.shown)")
        }
        do throws(SignInRefusal) { try await access.desk.entrances.share(record.id, with: account.name) } catch {
            throw Problem(error)
        }
        return try await list(record)
    }

    @discardableResult
    func unshare(with name: String, _ context: CarrelContext) async throws -> ShareList {
        let record = try await own(context)
        context.audit.subject = "\(record.id) \(name)"
        let wasShared: Bool
        do throws(SignInRefusal) {
            wasShared = try await access.desk.entrances.unshare(record.id, with: UserName(name))
        } catch { throw Problem(error) }
        let rest = try await list(record)
        guard wasShared else {
            let others = rest.users.isEmpty ? "nobody" : rest.users.joined(separator: ", ")
            throw Problem.notFound(
                "The session of request \(record.id) was not shared with “\(name.shown)”; it is shared with \(others).")
        }
        return rest
    }

    private func list(_ record: RequestRecord) async throws(Problem) -> ShareList {
        do throws(SignInRefusal) {
            return ShareList(id: record.id.number, users: try await access.desk.entrances.shares(of: record.id).map(\.name))
        } catch { throw Problem(error) }
    }

    private func record(_ context: CarrelContext) async throws -> RequestRecord {
        let id = try context.requestID()
        guard let record = try await access.service.record(id) else { throw Problem.noRequest(id.number) }
        return record
    }

    /// Sharing is its user's alone: an administrator may end a session, and has no business in it.
    private func own(_ context: CarrelContext) async throws -> RequestRecord {
        let caller = try context.signedIn()
        let record = try await record(context)
        guard record.wishes?.session != nil else { throw Problem(.noSession, of: record.id) }
        guard record.user == caller.requester.user else { throw Problem.sharedByItsUserAlone(record) }
        return record
    }

    private func standing(of record: RequestRecord, for caller: Caller) async throws(Problem) -> SessionAccess.Standing {
        do throws(SignInRefusal) { return try await access.standing(of: record, for: caller.requester.user) } catch {
            throw Problem(error)
        }
    }
}

extension Problem {
    /// Also to a guest, who is in already and asks for others.
    fileprivate static func sharedByItsUserAlone(_ record: RequestRecord) -> Problem {
        Problem(
            "not-yours", title: "Not yours", status: 403,
            detail:
                "The session of request \(record.id) belongs to \(record.user.name.shown), who alone shares it and sees with whom. "
                + "Nothing was changed.", exitCode: 1)
    }
}
