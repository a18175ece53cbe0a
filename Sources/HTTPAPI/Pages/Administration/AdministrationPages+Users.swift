import Accounts
import CheckoutService
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

extension AdministrationPages {
    private static let listLength = 50

    func addUsers(to router: Router<CarrelContext>) {
        router.get("admin/users", use: users)
        router.post("admin/users", use: invite)
        addUser(to: router)
    }

    private func users(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("see the accounts")
        return try await usersPage(request, caller) { _ in }
    }

    private func usersPage(
        _ request: Request, _ caller: Caller, status: HTTPResponse.Status = .ok,
        _ change: (inout UsersPage.Content) -> Void
    ) async throws -> Response {
        let views = ViewMaker(service), all = desk.directory.all
        var content = UsersPage.Content()
        content.search = String(request.typed("q").prefix(100))
        let wanted = content.search.lowercased()
        let found = all.filter { account in
            wanted.isEmpty || account.name.name.lowercased().contains(wanted)
                || account.displayName.lowercased().contains(wanted)
        }
        (content.all, content.found) = (all.count, found.count)
        content.pages = max(1, (found.count + Self.listLength - 1) / Self.listLength)
        content.page = min(try request.pageNumber(), content.pages)
        let seen = try await lastSeen(at: views.now)
        var leases: [UserName: Int] = [:]
        for live in views.state.liveLeases { leases[live.record.user, default: 0] += 1 }
        content.people = found.dropFirst((content.page - 1) * Self.listLength).prefix(Self.listLength).map { account in
            UsersPage.Person(
                account: accounts.view(account),
                lastSeenAt: max(seen[account.name] ?? account.lastSignInAt, account.lastSignInAt).map(views.text),
                leases: leases[account.name] ?? 0)
        }
        content.strangers = strangers(views).map(\.name).filter { wanted.isEmpty || $0.lowercased().contains(wanted) }
        content.teams = views.state.teams.map(\.name.name)
        change(&content)
        return .page(UsersPage(viewer: Viewer(caller, request), now: views.wall, content: content).html(), status: status)
    }

    private func max(_ one: Timestamp?, _ other: Timestamp?) -> Timestamp? {
        guard let one, let other else { return one ?? other }
        return Swift.max(one, other)
    }

    private func max(_ one: Int, _ other: Int) -> Int { Swift.max(one, other) }

    /// When browsers of each were seen last, to ten minutes.
    private func lastSeen(at now: Timestamp) async throws -> [UserName: Timestamp] {
        var seen: [UserName: Timestamp] = [:]
        do throws(SignInRefusal) {
            for session in try await desk.sessions.list(of: nil, at: now) {
                seen[session.user] = max(seen[session.user], session.lastSeenAt)
            }
        } catch { throw Problem(error) }
        return seen
    }

    /// Who has leases, waits, or is in a team, and has no account.
    private func strangers(_ views: ViewMaker) -> [UserName] {
        let open = (Array(views.state.live) + views.state.waiting).compactMap { views.state.requests[$0]?.user }
        let all = Set(open + views.state.teams.flatMap(\.members))
        return all.filter { desk.directory.account($0) == nil }.sorted().prefix(200).map { $0 }
    }

    /// The link is shown in the answer to the form: it is kept nowhere to be shown after a redirect.
    private func invite(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("make accounts")
        guard caller.isInPerson else { throw Problem.needsPerson("Accounts are made") }
        let form = try await request.form()
        let body = NewAccount(
            name: form["name"] ?? "", displayName: form.said("displayName"), role: form.said("role"),
            unixUser: form.said("unixUser"), team: form.said("team"))
        context.audit.subject = body.name
        do {
            let made = try await accounts.make(body, by: caller)
            var link: TicketView?
            if let url = made.link { link = TicketView(user: made.name, url: url, expiresAt: made.linkExpiresAt ?? "") }
            return try await userPage(UserName(made.name), request, caller, status: .created) { $0.link = link }
        } catch {
            let problem = try Problem(thrown: error, by: request, context)
            return try await usersPage(request, caller, status: .init(code: problem.status)) { content in
                content.problem = problem
                content.invitation = body
            }
        }
    }
}
