package import FleetModel
import Synchronization

/// Where people sign in: the one place that knows accounts, tickets, passwords and sessions together.
package final class SignInDesk: Sendable {
    package let directory: AccountDirectory
    package let sessions: BrowserSessions
    package let tickets: SignInTickets
    package let entrances: SessionEntrances
    let storage: any AccountStorage
    private let passwords: PasswordChecker
    /// nil: passwords of this machine's users sign nobody in.
    private let unix: UnixSignIn?
    private let limiter = Mutex(SignInLimiter())

    /// What somebody shows at the desk.
    package enum Proof: Sendable {
        case ticket(String)
        case password(name: String, String)
    }

    package init(
        directory: AccountDirectory, storage: any AccountStorage, passwords: PasswordChecker = PasswordChecker(),
        unix: UnixSignIn? = nil
    ) {
        self.directory = directory
        self.storage = storage
        self.unix = unix
        self.passwords = passwords
        sessions = BrowserSessions(storage: storage)
        tickets = SignInTickets(storage: storage)
        entrances = SessionEntrances(storage: storage)
    }

    /// Reads what is stored.
    package static func open(
        _ storage: any AccountStorage, unix: UnixSignIn? = nil
    ) async throws(AccountError) -> SignInDesk {
        SignInDesk(directory: try await .load(storage), storage: storage, unix: unix)
    }

    /// Whom the proof shows; a ticket is used up by it.
    package func examine(_ proof: Proof, from address: String, at now: Timestamp) async throws(SignInRefusal) -> Account {
        switch proof {
        case .ticket(let text):
            try limit(name: nil, address, now)
            let ticket = try await tickets.use(text, at: now)
            guard let account = directory.account(ticket.user), !account.isDisabled else { throw .noTicket }
            return await noted(account, now)
        case .password(let name, let password):
            try limit(name: name, address, now)
            let account = directory.account(UserName(name))
            // Checked in every case: who is disabled or unknown waits as long.
            let matches = try await ownPassword(password, account)
            var found = matches ? account.flatMap { directory.account($0.name) } : nil
            if found == nil, let unix {
                found = try await unix.account(named: name, password: password, in: directory, at: now)
            }
            guard let found, !found.isDisabled else { throw .wrongNameOrPassword }
            limiter.withLock { $0.succeeded(name: name, address: address) }
            return await noted(found, now)
        }
    }

    /// Makes a password the account's, and ends its other sessions: whoever had the old one is out.
    /// - Parameters:
    ///   - proof: the password until now, where the caller must show it; nil: they need not.
    ///   - session: the one that stays open.
    package func setPassword(
        _ password: String, of name: UserName, proof: String?, from address: String, keeping session: Int64?,
        at now: Timestamp
    ) async throws(AccessChangeFailure) {
        do throws(PasswordFault) { try PasswordRules.check(password, of: name.name) } catch {
            throw .account(.password(error))
        }
        guard let account = directory.account(name) else { throw .account(.unknown(name)) }
        do throws(SignInRefusal) {
            if let proof {
                try limit(name: name.name, address, now)
                guard try await passwords.matches(proof, account.passwordHash) else { throw .wrongNameOrPassword }
                limiter.withLock { $0.succeeded(name: name.name, address: address) }
            }
            let hash = try await passwords.hash(password)
            do throws(AccountError) { try await directory.change(name) { $0.passwordHash = hash } } catch {
                throw .storage(detail: "\(error)")
            }
            _ = try await signOut(name, except: session, at: now)
        } catch { throw .refused(error) }
    }

    /// Signs somebody out everywhere, but perhaps here: of browsers, of sessions that they entered, and of links on their way.
    /// Access tokens stay: each is revoked by itself.
    /// - Returns: how many browsers were signed out.
    package func signOut(
        _ user: UserName, except kept: Int64? = nil, at now: Timestamp
    ) async throws(SignInRefusal) -> Int {
        await entrances.dropTickets(of: user)
        return try await sessions.endAll(of: user, except: kept, at: now)
    }

    /// Counts what took rights away.
    package var changes: UInt64 { directory.changes.number &+ sessions.changes.number }

    /// No password signs in any more; sessions stay.
    package func removePassword(of name: UserName) async throws(AccountError) {
        try await directory.change(name) { $0.passwordHash = nil }
    }

    /// Lets nobody in, and ends what is open; or lets them in again.
    package func setDisabled(_ isDisabled: Bool, _ name: UserName, at now: Timestamp) async throws(AccessChangeFailure) {
        do throws(AccountError) { try await directory.change(name) { $0.isDisabled = isDisabled } } catch {
            throw .account(error)
        }
        guard isDisabled else { return }
        do throws(SignInRefusal) { _ = try await signOut(name, at: now) } catch { throw .refused(error) }
    }

    /// Passwords of this machine's users sign in too.
    package var asksMachine: Bool { unix != nil }

    private func ownPassword(_ password: String, _ account: Account?) async throws(SignInRefusal) -> Bool {
        do throws(SignInRefusal) { return try await passwords.matches(password, account?.passwordHash) } catch {
            // Where the machine is asked too, its own library will do.
            guard error == .noPasswordLibrary, unix != nil else { throw error }
            return false
        }
    }

    func limit(name: String?, _ address: String, _ now: Timestamp) throws(SignInRefusal) {
        if let wait = limiter.withLock({ $0.wait(name: name, address: address, at: now) }) { throw .tooOften(wait: wait) }
    }

    func noted(_ account: Account, _ now: Timestamp) async -> Account {
        // For lists only: nobody is kept out because it can't be written down.
        (try? await directory.change(account.name) { $0.lastSignInAt = now }) ?? account
    }
}

/// Why an account's way in was not changed.
package enum AccessChangeFailure: Error, Hashable, Sendable {
    case account(AccountError)
    case refused(SignInRefusal)
}
