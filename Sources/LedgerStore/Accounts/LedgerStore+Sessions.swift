package import FleetModel
import Foundation
import GRDB

/// Rows of browser sessions.
extension LedgerStore {
    package func addSession(
        digest: [UInt8], user: UserName, at: Timestamp, expiresAt: Timestamp, address: String, agent: String
    ) async throws(StoreError) -> BrowserSession {
        try await write { database in
            try database.execute(
                sql: """
                    INSERT INTO browser_session(digest, user, created_at, last_seen_at, expires_at, address, agent)
                    VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6)
                    """,
                arguments: [Data(digest), user.name, at.milliseconds, expiresAt.milliseconds, address, agent])
            return BrowserSession(
                id: database.lastInsertedRowID, user: user, createdAt: at, lastSeenAt: at, expiresAt: expiresAt,
                address: address, agent: agent)
        }
    }

    /// - Returns: nil: the sign-in that it comes from has ended; nothing was kept.
    package func addEntrance(
        to request: LeaseID, digest: [UInt8], user: UserName, parent: Int64?, at: Timestamp, expiresAt: Timestamp,
        address: String, agent: String
    ) async throws(StoreError) -> BrowserSession? {
        try await write { database in
            try database.execute(
                sql: """
                    INSERT INTO browser_session(
                        digest, user, created_at, last_seen_at, expires_at, address, agent, entrance, parent)
                    SELECT ?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8
                    WHERE ?8 IS NULL OR EXISTS(SELECT 1 FROM browser_session WHERE id = ?8 AND ended_at IS NULL)
                    """,
                arguments: [
                    Data(digest), user.name, at.milliseconds, expiresAt.milliseconds, address, agent, request.number, parent,
                ])
            guard database.changesCount > 0 else { return nil }
            let id = database.lastInsertedRowID
            try database.execute(
                sql: """
                    DELETE FROM browser_session WHERE entrance = ?1 AND user = ?2 AND id NOT IN (
                        SELECT id FROM browser_session WHERE entrance = ?1 AND user = ?2 ORDER BY id DESC LIMIT ?3)
                    """,
                arguments: [request.number, user.name, Self.mostEntrances])
            return BrowserSession(
                id: id, user: user, createdAt: at, lastSeenAt: at, expiresAt: expiresAt,
                address: address, agent: agent, entrance: request)
        }
    }

    /// What one user has open to one request beside: a program that asks in a loop must not fill the disk.
    private static let mostEntrances = 20

    package func openEntrances(_ numbers: [Int64]) async throws(StoreError) -> [BrowserSession] {
        try await read { database in
            var found: [BrowserSession] = []
            let statement = try database.cachedStatement(
                sql: "SELECT * FROM browser_session WHERE id = ? AND entrance IS NOT NULL AND ended_at IS NULL")
            for number in numbers {
                if let row = try Row.fetchOne(statement, arguments: [number]) { found.append(BrowserSession(row: row)) }
            }
            return found
        }
    }

    package func session(digest: [UInt8]) async throws(StoreError) -> BrowserSession? {
        try await read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM browser_session WHERE digest = ?", arguments: [Data(digest)])
                .map(BrowserSession.init(row:))
        }
    }

    /// Those that nobody has ended, newest first; of one user, or of all.
    package func openSessions(of user: UserName?) async throws(StoreError) -> [BrowserSession] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM browser_session WHERE ended_at IS NULL AND (?1 IS NULL OR user = ?1) ORDER BY id DESC",
                arguments: [user?.name]
            ).map(BrowserSession.init(row:))
        }
    }

    package func markSessionSeen(_ id: Int64, at: Timestamp) async throws(StoreError) {
        try await write { database in
            try database.execute(
                sql: "UPDATE browser_session SET last_seen_at = max(last_seen_at, ?) WHERE id = ?",
                arguments: [at.milliseconds, id])
        }
    }

    /// Of one user, or of anybody. Ending again keeps the first time.
    /// - Returns: the session as it is now; nil: there is none.
    package func endSession(_ id: Int64, of user: UserName?, at: Timestamp) async throws(StoreError) -> BrowserSession? {
        try await write { database in
            try database.execute(
                sql: """
                    UPDATE browser_session SET ended_at = coalesce(ended_at, ?1)
                    WHERE (id = ?2 OR parent = ?2) AND (?3 IS NULL OR user = ?3)
                    """,
                arguments: [at.milliseconds, id, user?.name])
            return try Row.fetchOne(
                database, sql: "SELECT * FROM browser_session WHERE id = ?1 AND (?2 IS NULL OR user = ?2)",
                arguments: [id, user?.name]
            ).map(BrowserSession.init(row:))
        }
    }

    /// - Returns: how many were open.
    package func endSessions(of user: UserName, except: Int64?, at: Timestamp) async throws(StoreError) -> Int {
        try await write { database in
            try database.execute(
                sql: """
                    UPDATE browser_session SET ended_at = ?1
                    WHERE user = ?2 AND ended_at IS NULL AND entrance IS NOT NULL AND (?3 IS NULL OR parent IS NOT ?3)
                    """,
                arguments: [at.milliseconds, user.name, except])
            try database.execute(
                sql: """
                    UPDATE browser_session SET ended_at = ?1
                    WHERE user = ?2 AND ended_at IS NULL AND entrance IS NULL AND id IS NOT ?3
                    """,
                arguments: [at.milliseconds, user.name, except])
            return database.changesCount
        }
    }

    /// Lets go of sessions and tickets that have opened nothing since a time.
    package func deleteOldSignIns(before: Timestamp) async throws(StoreError) {
        try await write { database in
            let time = before.milliseconds
            try database.execute(
                sql: "DELETE FROM browser_session WHERE expires_at < ?1 OR ended_at < ?1", arguments: [time])
            try database.execute(sql: "DELETE FROM sign_in_ticket WHERE expires_at < ?", arguments: [time])
        }
    }
}

extension BrowserSession {
    fileprivate init(row: Row) {
        let endedAt: Int64? = row["ended_at"], entrance: Int64? = row["entrance"]
        self.init(
            id: row["id"], user: UserName(row["user"]), createdAt: Timestamp(milliseconds: row["created_at"]),
            lastSeenAt: Timestamp(milliseconds: row["last_seen_at"]),
            expiresAt: Timestamp(milliseconds: row["expires_at"]), address: row["address"], agent: row["agent"],
            endedAt: endedAt.map(Timestamp.init(milliseconds:)),
            entrance: entrance.map { LeaseID($0) })
    }
}
