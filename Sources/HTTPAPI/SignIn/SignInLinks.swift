import Accounts
import CheckoutService
import FleetModel
import LeaseLedger
import WireModel

/// Makes links that sign in once.
struct SignInLinks: Sendable {
    let desk: SignInDesk
    let clock: any LedgerClock
    let address: HTTPAddress

    /// - Parameter user: nil: the caller, who gets an account where they have none.
    func make(for user: UserName?, by caller: Caller) async throws(Problem) -> TicketView {
        guard let base = address.text else { throw .noAddress }
        let account: Account
        if let user {
            guard let known = desk.directory.account(user) else { throw Problem(.unknown(user), among: desk.directory) }
            account = known
        } else {
            account = try await own(caller)
        }
        guard !account.isDisabled else {
            throw Problem(
                "account-disabled", title: "The account is disabled", status: 409,
                detail: "\(account.name.name.shown) is disabled, so that no link could sign it in. Nothing was made. "
                    + "`carrel user enable \(account.name.name.shown)` comes first.", exitCode: 1)
        }
        do throws(SignInRefusal) {
            let made = try await desk.tickets.make(for: account.name, by: caller.requester.user, at: clock.now())
            return TicketView(
                user: account.name.name, url: "\(base)/sign-in?ticket=\(made.text)",
                expiresAt: (made.ticket.expiresAt + clock.wallAhead()).utcText)
        } catch { throw Problem(error) }
    }

    /// The caller's account. Whoever came by the Unix socket is the same person in the browser, with what they may do.
    func own(_ caller: Caller) async throws(Problem) -> Account {
        if let account = desk.directory.account(caller.requester.user) { return account }
        guard case .socket(let uid) = caller.door else { throw .needsPerson("Sign-in links are made") }
        let account = Account(
            name: caller.requester.user, role: caller.role, unixID: uid, createdAt: clock.now())
        do throws(AccountError) { try await desk.directory.add(account, isTyped: false) } catch { throw Problem(error) }
        return account
    }
}
