package import FleetModel
import GRDB

/// Rows of those whom a provider vouches for, in the shape that `Accounts` asks for.
extension LedgerStore {
    package func user(issuer: String, subject: String) async throws(StoreError) -> UserName? {
        try await read { database in
            try String.fetchOne(
                database, sql: "SELECT user FROM outside_identity WHERE issuer = ? AND subject = ?",
                arguments: [issuer, subject]
            ).map { UserName($0) }
        }
    }

    /// Both or neither.
    package func addAccount(
        _ account: Account, issuer: String, subject: String
    ) async throws(StoreError) -> Bool {
        try await write { database in
            var isKept = false
            try database.inTransaction {
                isKept = try Self.insert(account, database)
                isKept = try isKept && Self.insert(account.name, issuer, subject, account.createdAt, database)
                return isKept ? .commit : .rollback
            }
            return isKept
        }
    }

    package func addIdentity(
        of user: UserName, issuer: String, subject: String, at: Timestamp
    ) async throws(StoreError) -> Bool {
        try await write { database in try Self.insert(user, issuer, subject, at, database) }
    }

    /// In order of their issuers.
    package func identities(of user: UserName) async throws(StoreError) -> [OutsideIdentity] {
        try await read { database in
            try Row.fetchAll(
                database, sql: "SELECT issuer, subject, created_at FROM outside_identity WHERE user = ? ORDER BY issuer",
                arguments: [user.name]
            ).map {
                OutsideIdentity(
                    issuer: $0["issuer"], subject: $0["subject"], connectedAt: Timestamp(milliseconds: $0["created_at"]))
            }
        }
    }

    /// - Returns: false: the account has none of this issuer.
    package func dropIdentity(of user: UserName, issuer: String) async throws(StoreError) -> Bool {
        try await write { database in
            try database.execute(
                sql: "DELETE FROM outside_identity WHERE user = ? AND issuer = ?", arguments: [user.name, issuer])
            return database.changesCount > 0
        }
    }

    package func allocateUnixID(
        from first: UInt32, to last: UInt32, for user: UserName, at: Timestamp
    ) async throws(StoreError) -> UInt32? {
        try await write { database in
            var id = Int64(first)
            try database.inTransaction {
                let newest = try Int64.fetchOne(
                    database, sql: "SELECT max(id) FROM allocated_unix_id WHERE id BETWEEN ? AND ?",
                    arguments: [first, last])
                id = (newest ?? Int64(first) - 1) + 1
                guard id <= Int64(last) else { return .rollback }
                try database.execute(
                    sql: "INSERT INTO allocated_unix_id(id, user, at) VALUES (?, ?, ?)",
                    arguments: [id, user.name, at.milliseconds])
                return .commit
            }
            return id <= Int64(last) ? UInt32(id) : nil
        }
    }

    package func wasAllocated(unixID: UInt32) async throws(StoreError) -> Bool {
        try await read { database in
            try Int.fetchOne(database, sql: "SELECT 1 FROM allocated_unix_id WHERE id = ?", arguments: [unixID]) != nil
        }
    }

    private static func insert(
        _ user: UserName, _ issuer: String, _ subject: String, _ at: Timestamp, _ database: Database
    ) throws -> Bool {
        try database.execute(
            sql: "INSERT OR IGNORE INTO outside_identity(issuer, subject, user, created_at) VALUES (?, ?, ?, ?)",
            arguments: [issuer, subject, user.name, at.milliseconds])
        return database.changesCount == 1
    }
}
