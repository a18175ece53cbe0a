package import FleetModel
import GRDB

/// Rows of who did what.
extension LedgerStore {
    /// All or none.
    package func addAudit(_ entries: [AuditEntry]) async throws(StoreError) {
        try await write { database in
            try database.inTransaction {
                for entry in entries {
                    try database.execute(
                        sql: "INSERT INTO audit(at, user, door, address, act, subject, status) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        arguments: [
                            entry.at.milliseconds, entry.user?.name, entry.door, entry.address, entry.act, entry.subject,
                            entry.status,
                        ])
                }
                return .commit
            }
        }
    }

    /// Newest first.
    package func audit(
        before: Int64?, limit: Int, user: UserName?, act: String?
    ) async throws(StoreError) -> [AuditEntry] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM audit WHERE (?1 IS NULL OR id < ?1) AND (?2 IS NULL OR user = ?2)
                        AND (?3 IS NULL OR act = ?3 OR substr(act, 1, length(?3) + 1) = ?3 || '.')
                    ORDER BY id DESC LIMIT ?4
                    """, arguments: [before, user?.name, act, max(0, limit)]
            ).map(AuditEntry.init(row:))
        }
    }

    /// Lets go of what was done before a time, at most so many entries at once.
    package func deleteAudit(before: Timestamp, atMost most: Int) async throws(StoreError) {
        try await write { database in
            try database.execute(
                sql: "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ? ORDER BY id LIMIT ?)",
                arguments: [before.milliseconds, most])
        }
    }
}

extension AuditEntry {
    fileprivate init(row: Row) {
        let user: String? = row["user"]
        self.init(
            id: row["id"], at: Timestamp(milliseconds: row["at"]), user: user.map { UserName($0) }, door: row["door"],
            address: row["address"], act: row["act"], subject: row["subject"], status: row["status"])
    }
}
