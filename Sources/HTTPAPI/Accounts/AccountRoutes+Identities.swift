import Accounts
import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/accounts/NAME` and `…/identities`: one account, and who it is at sign-in services outside.
extension AccountRoutes {
    func addIdentities(to group: RouterGroup<CarrelContext>) {
        group.get("accounts/:name", use: show)
        group.delete("accounts/:name/identities", use: disconnect)
    }

    /// One's own, or anybody's for administrators.
    private func show(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn(), name = UserName(context.pathPart("name"))
        guard name == caller.requester.user || caller.requester.isAdministrator else {
            throw Problem.administratorsOnly("see the accounts of others", isLook: true)
        }
        guard let account = desk.directory.account(name) else {
            throw Problem(.unknown(name), among: desk.directory, isLook: true)
        }
        var view = view(account)
        view.identities = try await identities(of: name)
        return .json(view)
    }

    func identities(of name: UserName) async throws(Problem) -> [IdentityView] {
        let ahead = service.clock.wallAhead()
        do throws(SignInRefusal) {
            return try await desk.identities(of: name).map {
                IdentityView(issuer: $0.issuer, subject: $0.subject, connectedAt: ($0.connectedAt + ahead).utcText)
            }
        } catch { throw Problem(error) }
    }

    private func disconnect(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let name = UserName(context.pathPart("name"))
        let issuer = request.uri.queryParameters["issuer"].map(String.init)
        try await disconnect(name, issuer: issuer, by: try context.signedIn())
        return Response(status: .noContent)
    }

    /// By the person, where another way in stays or this was none any more, or by an administrator.
    /// - Parameter issuer: nil: the only one that there is.
    func disconnect(_ name: UserName, issuer: String?, by caller: Caller) async throws {
        let isOwn = name == caller.requester.user
        guard isOwn || caller.requester.isAdministrator else {
            throw Problem.administratorsOnly("disconnect the accounts of others")
        }
        guard caller.isInPerson else { throw Problem.needsPerson("Accounts are disconnected") }
        guard let account = desk.directory.account(name) else { throw Problem(.unknown(name), among: desk.directory) }
        let all = try await identities(of: name)
        if issuer == nil, all.count > 1 {
            throw Problem.badInput(
                "\(name.name.shown) is known to several sign-in services: say which with `issuer`. Nothing was changed.")
        }
        guard let gone = issuer ?? all.first?.issuer, all.contains(where: { $0.issuer == gone }) else {
            throw Problem.notFound(
                "The account \(name.name.shown) is not connected with that sign-in service. Nothing was changed.")
        }
        // A service that is set up no more signs nobody in: it is no way in to lose, nor one that stays.
        if isOwn, gone == issuerInUse, try await !hasWayBesides(account) { throw Problem.lastWayIn }
        do throws(SignInRefusal) { _ = try await desk.disconnect(name, issuer: gone) } catch { throw Problem(error) }
    }

    /// Whether somebody comes in without any service outside: by a password, or as a user of this machine.
    private func hasWayBesides(_ account: Account) async throws(Problem) -> Bool {
        if account.passwordHash != nil { return true }
        guard let number = account.unixID, case .user = try await names.owner(of: number) else { return false }
        return true
    }
}

extension Problem {
    fileprivate static let lastWayIn = Problem(
        "last-way-in", title: "The only way in", status: 409,
        detail:
            "Nothing else signs you in: you have no password, and are no user of the server's machine. Nothing was changed. Set a "
            + "password first, or ask an administrator.", exitCode: 1)
}
