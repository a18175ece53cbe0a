package import FleetModel
import GRDB

/// Rows of accounts, in the shape that `Accounts` asks for. Plain rows and no events: they say nothing about leases.
extension LedgerStore {
    package func accounts() async throws(StoreError) -> [Account] {
        try await read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM account ORDER BY name").map(Account.init(row:))
        }
    }

    /// - Returns: false: the name, in whatever case, or the Unix user is taken; nothing was kept.
    package func addAccount(_ account: Account) async throws(StoreError) -> Bool {
        try await write { database in try Self.insert(account, database) }
    }

    /// - Returns: false: the name, in whatever case, or the Unix user is taken; nothing was kept.
    static func insert(_ account: Account, _ database: Database) throws -> Bool {
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO account(
                    name, display_name, role, disabled, password, unix_id, created_at, last_sign_in_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                account.name.name, account.displayName, account.role.rawValue, account.isDisabled, account.passwordHash,
                account.unixID, account.createdAt.milliseconds, account.lastSignInAt?.milliseconds,
            ])
        return database.changesCount == 1
    }

    /// - Returns: false: there is no such account, or another one has the Unix user; nothing was changed.
    package func changeAccount(_ account: Account) async throws(StoreError) -> Bool {
        try await write { database in
            try database.execute(
                sql: """
                    UPDATE OR IGNORE account SET display_name = ?, role = ?, disabled = ?, password = ?, unix_id = ?,
                        last_sign_in_at = ? WHERE name = ?
                    """,
                arguments: [
                    account.displayName, account.role.rawValue, account.isDisabled, account.passwordHash, account.unixID,
                    account.lastSignInAt?.milliseconds, account.name.name,
                ])
            return database.changesCount == 1
        }
    }
}

extension Account {
    /// A role that this version doesn't know gives the least.
    fileprivate init(row: Row) {
        let role: String = row["role"]
        let lastSignInAt: Int64? = row["last_sign_in_at"]
        self.init(
            name: UserName(row["name"]), displayName: row["display_name"], role: AccountRole(rawValue: role) ?? .member,
            isDisabled: row["disabled"], passwordHash: row["password"], unixID: row["unix_id"],
            createdAt: Timestamp(milliseconds: row["created_at"]),
            lastSignInAt: lastSignInAt.map(Timestamp.init(milliseconds:)))
    }
}
