import Accounts
import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/accounts`: who may sign in.
struct AccountRoutes {
    let desk: SignInDesk
    let service: CheckoutService
    let names: AccountNames
    let links: SignInLinks
    /// Of the sign-in service outside that is set up; nil: none is.
    let issuerInUse: String?
    /// Given to accounts that are no users of this machine; nil: none is given.
    var numbers: UnixNumbers?
    /// Work runs as each account's own Unix user; false: all of it as one.
    var separatesUsers = true

    func add(to group: RouterGroup<CarrelContext>) {
        group.get("accounts", use: list)
        group.post("accounts", use: create)
        group.patch("accounts/:name", use: change)
        group.put("accounts/:name/password", use: setPassword)
        addIdentities(to: group)
    }

    private func list(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        guard caller.requester.isAdministrator else { throw Problem.administratorsOnly("list the accounts", isLook: true) }
        return .json(AccountList(accounts: desk.directory.all.map(view)))
    }

    /// An invitation: an account with its role and team, and a link that signs it in.
    private func create(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try administrator(context, "make accounts")
        guard caller.isInPerson else { throw Problem.needsPerson("Accounts are made") }
        let body = try await request.body(as: NewAccount.self).value
        context.audit.subject = body.name
        return .json(try await make(body, by: caller), status: .created)
    }

    /// By an administrator in person, who was asked for before.
    func make(_ body: NewAccount, by caller: Caller) async throws -> AccountView {
        let team = try body.team.map { name throws(Problem) in try knownTeam(name) }
        let role = try Self.role(body.role ?? "member")
        var unixID = try await unixUser(of: body)
        if unixID == nil, body.unixUser == nil { unixID = try await newNumber(for: body) }
        let account = Account(
            name: UserName(body.name), displayName: body.displayName ?? "", role: role, unixID: unixID,
            createdAt: service.clock.now())
        do throws(AccountError) { try await desk.directory.add(account) } catch { throw Problem(error) }
        if let team {
            _ = try await service.writer.perform(.move(account.name, to: team, by: caller.requester))
        }
        var answer = view(account)
        if body.unixUser != nil { answer.warning = await warning(about: account) }
        // A server without an HTTP address makes accounts too; the link comes when there is one.
        if let link = try? await links.make(for: account.name, by: caller) {
            answer.link = link.url
            answer.linkExpiresAt = link.expiresAt
        }
        return answer
    }

    /// nil: none is given here, or the account can't be made, which is told without spending one.
    private func newNumber(for body: NewAccount) async throws(Problem) -> UInt32? {
        guard let numbers, AccountDirectory.isUsable(body.name), desk.directory.account(UserName(body.name)) == nil else {
            return nil
        }
        do throws(OutsideRefusal) {
            return try await numbers.next(for: UserName(body.name), at: service.clock.now()) { number in
                do throws(Problem) { return try await names.owner(of: number) == nil } catch { return nil }
            }
        } catch {
            let why = error == .noNumberLeft ? "all numbers of --uid-range are given" : "no number could be found for it now"
            throw Problem(
                "no-number", title: "No number", status: 503,
                detail: "The account was not made: \(why). Name a Unix user, `--unix-user NAME`, or ask again in a moment.",
                exitCode: 1)
        }
    }

    private func change(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let body = try await request.body(as: AccountBody.self).value
        let isOwnName = context.accountName == context.caller?.requester.user
        let isHarmless = body.role == nil && body.unixUser == nil && body.disabled == nil && body.noPassword == nil
        if !(isOwnName && isHarmless) { _ = try administrator(context, "change accounts") }
        guard try context.signedIn().isInPerson else { throw Problem.needsPerson("Accounts are changed") }
        return .json(try await apply(body, to: context.accountName))
    }

    /// By whoever may, which was asked before.
    func apply(_ body: AccountBody, to name: UserName) async throws -> AccountView {
        let role = try body.role.map { text throws(Problem) in try Self.role(text) }
        var unixID: UInt32??
        if let text = body.unixUser { unixID = .some(text == "none" ? nil : try await number(ofUnixUser: text)) }
        let newID = unixID
        let account: Account
        do throws(AccountError) {
            // All of it or nothing.
            account = try await desk.directory.change(name) { account in
                if let name = body.displayName { account.displayName = name }
                if let role { account.role = role }
                if let newID { account.unixID = newID }
                if body.noPassword == true { account.passwordHash = nil }
                if let isDisabled = body.disabled { account.isDisabled = isDisabled }
            }
            if body.disabled == true { try await endSessions(of: account.name) }
        } catch { throw Problem(error, among: desk.directory) }
        var answer = view(account)
        if newID != nil { answer.warning = await warning(about: account) }
        return answer
    }

    private func endSessions(of name: UserName) async throws(AccountError) {
        do throws(SignInRefusal) { _ = try await desk.signOut(name, at: service.clock.now()) } catch {
            throw .storage(detail: "\(error)")
        }
    }

    /// One's own, or anybody's for administrators. Whoever is signed in with a browser shows the password until now, so that a
    /// screen left open can't be made one's own.
    private func setPassword(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let body = try await request.body(as: PasswordBody.self).value
        try await setPassword(body, of: context.accountName, by: caller, from: context.address)
        return Response(status: .noContent)
    }

    func setPassword(
        _ body: PasswordBody, of name: UserName, by caller: Caller, from address: String
    ) async throws {
        guard caller.isInPerson else { throw Problem.needsPerson("Passwords are set") }
        let isOwn = name == caller.requester.user
        guard isOwn || caller.requester.isAdministrator else {
            throw Problem.administratorsOnly("set somebody else's password")
        }
        if isOwn, case .socket = caller.door, desk.directory.account(name) == nil { _ = try await links.own(caller) }
        do throws(AccessChangeFailure) {
            try await desk.setPassword(
                body.password, of: name, proof: caller.mustShowPassword(of: desk.directory.account(name), body.current),
                from: address, keeping: caller.sessionID, at: service.clock.now())
        } catch { throw Problem(error) }
    }

    func administrator(_ context: CarrelContext, _ act: String) throws(Problem) -> Caller {
        let caller = try context.signedIn()
        guard caller.requester.isAdministrator else { throw .administratorsOnly(act) }
        return caller
    }

    private func knownTeam(_ name: String) throws(Problem) -> TeamName {
        let state = service.state, team = TeamName(name)
        guard state.team(named: team) != nil else { throw .notFound(state.noTeam(team, "No account was made.")) }
        return team
    }

    private static func role(_ text: String) throws(Problem) -> AccountRole {
        guard let role = AccountRole(rawValue: text) else {
            throw .badInput("“\(text.shown)” is no role; use member, operator or administrator. Nothing was changed.")
        }
        return role
    }

    func view(_ account: Account) -> AccountView {
        let ahead = service.clock.wallAhead()
        func text(_ time: Timestamp) -> String { (time + ahead).utcText }
        return AccountView(
            name: account.name.name, displayName: account.displayName, role: account.role.rawValue,
            disabled: account.isDisabled, hasPassword: account.passwordHash != nil, unixID: account.unixID,
            team: service.state.team(of: account.name).name, createdAt: text(account.createdAt),
            lastSignInAt: account.lastSignInAt.map(text))
    }
}

extension CarrelContext {
    fileprivate var accountName: UserName { UserName(pathPart("name")) }
}

extension Caller {
    /// What must be shown to set a password; nil: nothing.
    func mustShowPassword(of account: Account?, _ current: String?) -> String? {
        guard case .session = door, account?.name == requester.user, account?.passwordHash != nil else { return nil }
        return current ?? ""
    }

    var sessionID: Int64? {
        if case .session(let id) = door { return id }
        return nil
    }
}
