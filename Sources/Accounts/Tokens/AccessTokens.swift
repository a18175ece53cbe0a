package import FleetModel

/// Personal access tokens: who has one acts as its user.
///
/// An actor, since making one draws from the random generator; everything else is in the storage.
package actor AccessTokens {
    /// The longest name, in UTF-8 bytes.
    package static let longestName = 64
    /// How often the time of the last use is written down.
    static let useResolution = TimeSpan.hours(1)

    /// Of tokens that were revoked.
    package nonisolated let changes = AccessChanges()
    private let storage: any TokenStorage
    private var random: any RandomNumberGenerator & Sendable
    /// Names whose tokens are being made at this moment.
    private var beingMade: Set<Claim> = []

    private struct Claim: Hashable {
        let user: UserName
        let name: String
    }

    package init(
        storage: any TokenStorage, random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.storage = storage
        self.random = random
    }

    /// Makes a token.
    /// - Parameter expiresAt: nil: never.
    /// - Returns: the record, and the text, which can't be had again.
    package func create(
        for user: UserName, name: String, scope: TokenScope, expiresAt: Timestamp?, at now: Timestamp
    ) async throws(TokenError) -> (record: TokenRecord, text: String) {
        guard Self.isValidName(name) else { throw .invalidName(name, longest: Self.longestName) }
        if let expiresAt, expiresAt <= now { throw .expiryNotInFuture(expiresAt) }
        let claim = Claim(user: user, name: name)
        guard beingMade.insert(claim).inserted else { throw .nameTaken(name) }
        defer { beingMade.remove(claim) }
        guard try await !list(of: user).contains(where: { $0.name == name && $0.isValid(at: now) }) else {
            throw .nameTaken(name)
        }
        let text = SecretText.token.make(&random)
        guard let digest = SecretText.token.digest(of: text) else { preconditionFailure("a new token is malformed") }
        do {
            let record = try await storage.addToken(
                digest: digest, user: user, name: name, scope: scope, createdAt: now,
                expiresAt: expiresAt)
            return (record, text)
        } catch { throw .storage(detail: "\(error)") }
    }

    /// Whose token a text is.
    nonisolated package func authenticate(_ text: String, at now: Timestamp) async throws(TokenRefusal) -> TokenRecord {
        guard let digest = SecretText.token.digest(of: text) else { throw .malformed }
        let found: TokenRecord?
        do { found = try await storage.token(digest: digest) } catch { throw .storage(detail: "\(error)") }
        guard let record = found else { throw .unknown }
        if let revokedAt = record.revokedAt { throw .revoked(id: record.id, at: revokedAt) }
        if let expiresAt = record.expiresAt, expiresAt <= now { throw .expired(id: record.id, at: expiresAt) }
        if record.lastUsedAt.map({ now - $0 >= Self.useResolution }) ?? true {
            // That the time can't be written down, on a full disk say, is no reason to keep anybody out.
            try? await storage.markTokenUsed(record.id, at: now)
        }
        return record
    }

    /// In order of their numbers; of one user, or of all.
    nonisolated package func list(of user: UserName?) async throws(TokenError) -> [TokenRecord] {
        do { return try await storage.tokens(of: user) } catch { throw .storage(detail: "\(error)") }
    }

    /// From now on the token opens nothing. Revoking again does nothing.
    /// - Parameter user: whose token it must be; nil: anybody's, for administrators.
    nonisolated package func revoke(_ id: Int64, of user: UserName?, at now: Timestamp) async throws(TokenError)
        -> TokenRecord
    {
        defer { changes.note() }
        let revoked: TokenRecord?
        do { revoked = try await storage.revokeToken(id, of: user, at: now) } catch { throw .storage(detail: "\(error)") }
        guard let revoked else { throw .unknown(id: id) }
        return revoked
    }

    /// Names end up on terminals and pages: control characters never get in.
    private static func isValidName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= longestName
            && name.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) }
    }
}
