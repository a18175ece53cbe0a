package import FleetModel

/// Where access tokens are kept. `LedgerStore` has these functions; the two meet where the server is put together,
/// since neither knows the other.
package protocol TokenStorage: Sendable {
    /// Keeps a new token and gives it its number.
    func addToken(
        digest: [UInt8], user: UserName, name: String, scope: TokenScope, createdAt: Timestamp, expiresAt: Timestamp?
    ) async throws -> TokenRecord

    /// The token with this digest; nil: there is none.
    func token(digest: [UInt8]) async throws -> TokenRecord?

    /// In order of their numbers; of one user, or of all.
    func tokens(of user: UserName?) async throws -> [TokenRecord]

    func markTokenUsed(_ id: Int64, at: Timestamp) async throws

    /// Of one user, or of anybody. The time of the first revocation stays.
    /// - Returns: the token as it is now; nil: there is none.
    func revokeToken(_ id: Int64, of user: UserName?, at: Timestamp) async throws -> TokenRecord?
}
