package import FleetModel
import GRDB

/// Who may enter a session beside its user.
extension LedgerStore {
    /// In order of their names.
    package func shares(of request: LeaseID) async throws(StoreError) -> [UserName] {
        try await read { database in
            try String.fetchAll(
                database, sql: "SELECT user FROM session_share WHERE request = ? ORDER BY user", arguments: [request.number]
            ).map { UserName($0) }
        }
    }

    package func addShare(of request: LeaseID, with user: UserName) async throws(StoreError) {
        try await write { database in
            try database.execute(
                sql: "INSERT OR IGNORE INTO session_share(request, user) VALUES (?, ?)",
                arguments: [request.number, user.name])
        }
    }

    /// - Returns: false: it was not shared with them.
    package func removeShare(of request: LeaseID, with user: UserName) async throws(StoreError) -> Bool {
        try await write { database in
            try database.execute(
                sql: "DELETE FROM session_share WHERE request = ? AND user = ?", arguments: [request.number, user.name])
            return database.changesCount > 0
        }
    }
}
