package import FleetModel
import Foundation
import GRDB

/// Rows of access tokens, in the shape that `Accounts` asks for. Plain rows and no events: they say nothing about leases.
extension LedgerStore {
    package func addToken(
        digest: [UInt8], user: UserName, name: String, scope: TokenScope, createdAt: Timestamp, expiresAt: Timestamp?
    ) async throws(StoreError) -> TokenRecord {
        try await write { database in
            try database.execute(
                sql: """
                    INSERT INTO token(digest, user, name, administrator, scope, created_at, expires_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    Data(digest), user.name, name, scope == .admin, scope.rawValue, createdAt.milliseconds,
                    expiresAt?.milliseconds,
                ])
            return TokenRecord(
                id: database.lastInsertedRowID, user: user, name: name, scope: scope,
                createdAt: createdAt, expiresAt: expiresAt)
        }
    }

    package func token(digest: [UInt8]) async throws(StoreError) -> TokenRecord? {
        try await read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM token WHERE digest = ?", arguments: [Data(digest)])
                .map(TokenRecord.init(row:))
        }
    }

    /// In order of their numbers; of one user, or of all.
    package func tokens(of user: UserName?) async throws(StoreError) -> [TokenRecord] {
        try await read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM token WHERE ?1 IS NULL OR user = ?1 ORDER BY id", arguments: [user?.name]
            ).map(TokenRecord.init(row:))
        }
    }

    package func markTokenUsed(_ id: Int64, at: Timestamp) async throws(StoreError) {
        try await write { database in
            try database.execute(
                sql: "UPDATE token SET last_used_at = ? WHERE id = ?", arguments: [at.milliseconds, id])
        }
    }

    /// Of one user, or of anybody. Revoking again keeps the first time.
    /// - Returns: the token as it is now; nil: there is none.
    package func revokeToken(_ id: Int64, of user: UserName?, at: Timestamp) async throws(StoreError) -> TokenRecord? {
        try await write { database in
            try database.execute(
                sql: "UPDATE token SET revoked_at = coalesce(revoked_at, ?1) WHERE id = ?2 AND (?3 IS NULL OR user = ?3)",
                arguments: [at.milliseconds, id, user?.name])
            return try Row.fetchOne(
                database, sql: "SELECT * FROM token WHERE id = ?1 AND (?2 IS NULL OR user = ?2)",
                arguments: [id, user?.name]
            ).map(TokenRecord.init(row:))
        }
    }
}

extension TokenRecord {
    fileprivate init(row: Row) {
        // Older formats know administrators' tokens and others. A scope that this version doesn't know gives the least.
        let isAdministrators: Bool = row["administrator"]
        let scope: String = row["scope"] ?? (isAdministrators ? "admin" : "work")
        let expiresAt: Int64? = row["expires_at"]
        let lastUsedAt: Int64? = row["last_used_at"]
        let revokedAt: Int64? = row["revoked_at"]
        self.init(
            id: row["id"], user: UserName(row["user"]), name: row["name"], scope: TokenScope(rawValue: scope) ?? .read,
            createdAt: Timestamp(milliseconds: row["created_at"]),
            expiresAt: expiresAt.map(Timestamp.init(milliseconds:)),
            lastUsedAt: lastUsedAt.map(Timestamp.init(milliseconds:)),
            revokedAt: revokedAt.map(Timestamp.init(milliseconds:)))
    }
}
