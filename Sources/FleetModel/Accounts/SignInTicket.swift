/// What a sign-in link stands for: one sign-in as one account. Of its text only a digest is stored.
package struct SignInTicket: Hashable, Sendable {
    package let id: Int64
    package let user: UserName
    /// Who made it; nil: the server, at its first start.
    package let madeBy: UserName?
    package let createdAt: Timestamp
    package let expiresAt: Timestamp
    /// nil: not used yet.
    package let usedAt: Timestamp?

    package init(
        id: Int64, user: UserName, madeBy: UserName?, createdAt: Timestamp, expiresAt: Timestamp, usedAt: Timestamp? = nil
    ) {
        self.id = id
        self.user = user
        self.madeBy = madeBy
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usedAt = usedAt
    }
}
