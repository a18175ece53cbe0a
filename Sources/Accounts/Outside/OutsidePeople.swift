package import FleetModel

/// Accounts of those whom a provider outside vouches for. Issuer and subject are who they are; names are only what they are
/// called, and may be somebody else's tomorrow.
package struct OutsidePeople: Sendable {
    /// Numbers that are given to new accounts, for the Unix user that their work runs as.
    package struct UnixIDs: Codable, Hashable, Sendable {
        package let first: UInt32
        package let last: UInt32

        package init(first: UInt32, last: UInt32) {
            self.first = first
            self.last = last
        }
    }

    /// How a new account is made.
    package struct NewAccount: Sendable {
        package let name: String?
        package let displayName: String
        /// The user of this machine that they are; nil: none.
        package let unixID: UInt32?

        package init(name: String?, displayName: String, unixID: UInt32?) {
            self.name = name
            self.displayName = displayName
            self.unixID = unixID
        }
    }

    let desk: SignInDesk
    let storage: any OutsideStorage
    /// nil: new accounts get no number.
    package let numbers: UnixNumbers?

    package init(desk: SignInDesk, storage: any OutsideStorage, unixIDs: UnixIDs? = nil) {
        self.desk = desk
        self.storage = storage
        numbers = unixIDs.map { UnixNumbers(range: $0, desk: desk, storage: storage) }
    }

    package func account(unixID: UInt32) -> Account? { desk.directory.account(unixID: unixID) }

    /// The account of somebody who was here before; nil: they were not.
    package func known(issuer: String, subject: String, at now: Timestamp) async throws(OutsideRefusal) -> Account? {
        let user: UserName?
        do { user = try await storage.user(issuer: issuer, subject: subject) } catch { throw .storage(detail: "\(error)") }
        guard let user, let account = desk.directory.account(user) else { return nil }
        guard !account.isDisabled else { throw .disabled(user) }
        return await desk.noted(account, now)
    }

    /// Makes an account for somebody who is here for the first time.
    /// - Parameter isFree: whether no user of this machine has a number; nil: it is not known.
    package func admit(
        _ new: NewAccount, issuer: String, subject: String, at now: Timestamp,
        isFree: (UInt32) async -> Bool?
    ) async throws(OutsideRefusal) -> Account {
        guard let text = new.name else { throw .nameUnusable(nil) }
        guard AccountDirectory.isUsable(text) else { throw .nameUnusable(text) }
        let name = UserName(text)
        // Before a number is spent on it; in whatever case.
        guard !desk.directory.all.contains(where: { $0.name.name.lowercased() == text.lowercased() }) else {
            throw .nameTaken(text)
        }
        var number = new.unixID
        if number == nil { number = try await numbers?.next(for: name, at: now, isFree: isFree) }
        let account = Account(
            name: name, displayName: Self.plain(new.displayName), unixID: number, createdAt: now, lastSignInAt: now)
        let storage = storage
        do throws(AccountError) {
            try await desk.directory.add(account) {
                try await storage.addAccount($0, issuer: issuer, subject: subject)
            }
        } catch {
            switch error {
            case .nameTaken, .unixUserTaken: throw .nameTaken(text)
            case .invalidName, .invalidDisplayName: throw .nameUnusable(text)
            case .busy, .unknown, .lastAdministrator, .password, .storage: throw .storage(detail: "\(error)")
            }
        }
        return account
    }

    /// From now on this identity signs in as this account.
    package func connect(
        issuer: String, subject: String, to user: UserName, at now: Timestamp
    ) async throws(OutsideRefusal) {
        let isNew: Bool
        do {
            isNew = try await storage.addIdentity(of: user, issuer: issuer, subject: subject, at: now)
        } catch { throw .storage(detail: "\(error)") }
        guard !isNew else { return }
        let owner: UserName?
        do { owner = try await storage.user(issuer: issuer, subject: subject) } catch { throw .storage(detail: "\(error)") }
        if owner != user { throw .connected }
    }

    /// Tries to come in are limited by the place that they come from.
    package func limit(from address: String, at now: Timestamp) throws(OutsideRefusal) {
        do throws(SignInRefusal) { try desk.limit(name: nil, address, now) } catch {
            if case .tooOften(let wait) = error { throw .tooOften(wait: wait) }
            throw .storage(detail: "\(error)")
        }
    }

    /// What a stranger calls themselves, as a line of text.
    private static func plain(_ text: String) -> String {
        var plain = String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter {
                    $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) && $0.properties.generalCategory != .format
                }))
        while plain.utf8.count > AccountDirectory.longestDisplayName { plain.removeLast() }
        return plain
    }
}
