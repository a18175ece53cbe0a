import FleetModel

/// Somebody whom this machine's own sign-in knows.
package struct UnixPerson: Codable, Hashable, Sendable {
    package let name: String
    package let uid: UInt32
    /// Whether they are in the group whose members are administrators; nil: no group is.
    package let isAdministrator: Bool?

    package init(name: String, uid: UInt32, isAdministrator: Bool?) {
        self.name = name
        self.uid = uid
        self.isAdministrator = isAdministrator
    }
}

/// Asks the machine whether a password is somebody's.
package protocol UnixPasswords: Sendable {
    /// nil: no; the same for a wrong password, an unknown name and an account that may not be used.
    func person(named name: String, password: String) async throws(SignInRefusal) -> UnixPerson?
}

/// Passwords of this machine's users as a way in.
package struct UnixSignIn: Sendable {
    let passwords: any UnixPasswords
    /// Whoever ran `up`: no group takes their role away.
    let owner: UInt32
    let complain: @Sendable (String) -> Void

    package init(passwords: any UnixPasswords, owner: UInt32, complain: @escaping @Sendable (String) -> Void) {
        self.passwords = passwords
        self.owner = owner
        self.complain = complain
    }

    private static let longestName = 256

    /// The account of the Unix user whose password it is, made at the first time; nil: it is nobody's. Root never comes in
    /// so: the link that `carrel user link` prints is theirs.
    func account(
        named name: String, password: String, in directory: AccountDirectory, at now: Timestamp
    ) async throws(SignInRefusal) -> Account? {
        let isPlain = name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/") }
        guard isPlain, (1...Self.longestName).contains(name.utf8.count), !password.isEmpty,
            !password.utf8.contains(where: { $0 == 0 || $0 == 10 }), password.utf8.count <= PasswordRules.mostBytes,
            let person = try await passwords.person(named: name, password: password), person.uid != 0
        else { return nil }
        do throws(AccountError) {
            guard let known = directory.account(unixID: person.uid) else {
                let account = Account(
                    name: UserName(person.name), role: person.isAdministrator == true ? .administrator : .member,
                    unixID: person.uid, createdAt: now)
                try await directory.add(account, isTyped: false)
                return account
            }
            guard !known.isDisabled else { return nil }
            guard let role = role(of: known, person) else { return known }
            return try await directory.change(known.name, mayLeaveNoAdministrator: true) { $0.role = role }
        } catch {
            switch error {
            case .nameTaken, .unixUserTaken:
                // Two people are never one: who has the name here is not who has it on the machine.
                complain(
                    "\(person.name) signed in with this machine's password, and an account of that name belongs to somebody else. An "
                        + "administrator gives it that Unix user: carrel user set \(person.name) --unix-user \(person.name)")
                return nil
            case .busy: throw .busy
            case .invalidName, .invalidDisplayName, .unknown, .lastAdministrator, .password, .storage:
                throw .storage(detail: "\(error)")
            }
        }
    }

    /// The role that the group gives; nil: what it is stays.
    private func role(of account: Account, _ person: UnixPerson) -> AccountRole? {
        guard let isAdministrator = person.isAdministrator, person.uid != owner else { return nil }
        switch (isAdministrator, account.role) {
        case (true, .member), (true, .operator): return .administrator
        case (false, .administrator): return .member
        default: return nil
        }
    }
}
