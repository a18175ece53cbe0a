/// A browser that is signed in. Of the secret in its cookie only a digest is stored.
package struct BrowserSession: Hashable, Sendable {
    /// From 1, never given twice; what people name to end it.
    package let id: Int64
    package let user: UserName
    package let createdAt: Timestamp
    /// Coarse.
    package let lastSeenAt: Timestamp
    /// However much it is used.
    package let expiresAt: Timestamp
    /// Where it signed in from.
    package let address: String
    /// What the browser says that it is.
    package let agent: String
    package let endedAt: Timestamp?
    /// The request whose session alone this opens, on that session's own host; nil: it is a sign-in.
    package let entrance: LeaseID?

    package init(
        id: Int64, user: UserName, createdAt: Timestamp, lastSeenAt: Timestamp, expiresAt: Timestamp, address: String,
        agent: String, endedAt: Timestamp? = nil, entrance: LeaseID? = nil
    ) {
        self.id = id
        self.user = user
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
        self.expiresAt = expiresAt
        self.address = address
        self.agent = agent
        self.endedAt = endedAt
        self.entrance = entrance
    }
}
