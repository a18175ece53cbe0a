/// An access token as it is kept: everything about it but the token, of which only a digest is stored.
package struct TokenRecord: Hashable, Codable, Sendable {
    /// From 1; what people type to revoke it.
    package let id: Int64
    package let user: UserName
    /// What its user calls it.
    package let name: String
    package let scope: TokenScope
    package let createdAt: Timestamp
    /// nil: never.
    package let expiresAt: Timestamp?
    /// Coarse; nil: not used yet.
    package let lastUsedAt: Timestamp?
    package let revokedAt: Timestamp?

    /// Neither revoked nor expired.
    package func isValid(at now: Timestamp) -> Bool { revokedAt == nil && expiresAt.map { $0 > now } ?? true }

    package init(
        id: Int64, user: UserName, name: String, scope: TokenScope, createdAt: Timestamp, expiresAt: Timestamp?,
        lastUsedAt: Timestamp? = nil, revokedAt: Timestamp? = nil
    ) {
        self.id = id
        self.user = user
        self.name = name
        self.scope = scope
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
        self.revokedAt = revokedAt
    }
}
