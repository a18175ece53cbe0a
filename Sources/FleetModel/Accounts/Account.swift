/// Somebody who may sign in. The ledger knows them by the name alone.
package struct Account: Hashable, Sendable {
    /// The name in the ledger; it never changes.
    package let name: UserName
    /// What screens show beside the name; may be empty.
    package var displayName: String
    package var role: AccountRole
    /// Lets nobody in, by no door.
    package var isDisabled: Bool
    /// A salted, slow hash; nil: no password signs in.
    package var passwordHash: String?
    /// The number of the Unix user that work runs as; nil: none. At most one account has it.
    package var unixID: UInt32?
    package let createdAt: Timestamp
    /// In a browser; nil: never.
    package var lastSignInAt: Timestamp?

    package init(
        name: UserName, displayName: String = "", role: AccountRole = .member, isDisabled: Bool = false,
        passwordHash: String? = nil, unixID: UInt32? = nil, createdAt: Timestamp, lastSignInAt: Timestamp? = nil
    ) {
        self.name = name
        self.displayName = displayName
        self.role = role
        self.isDisabled = isDisabled
        self.passwordHash = passwordHash
        self.unixID = unixID
        self.createdAt = createdAt
        self.lastSignInAt = lastSignInAt
    }
}
