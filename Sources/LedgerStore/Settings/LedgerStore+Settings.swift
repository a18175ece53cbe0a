package import FleetModel
import GRDB

/// What administrators have the server keep beside the policy. Plain rows and no events: nothing of it says who holds what.
extension LedgerStore {
    /// nil: nothing is kept under this name.
    package func setting(_ name: String) async throws(StoreError) -> String? {
        try await read { database in
            try String.fetchOne(database, sql: "SELECT value FROM setting WHERE name = ?", arguments: [name])
        }
    }

    /// - Parameter value: nil: nothing any more.
    package func keepSetting(_ name: String, _ value: String?, at time: Timestamp) async throws(StoreError) {
        try await write { database in
            guard let value else {
                return try database.execute(sql: "DELETE FROM setting WHERE name = ?", arguments: [name])
            }
            try database.execute(
                sql: """
                    INSERT INTO setting(name, value, changed_at) VALUES (?, ?, ?)
                    ON CONFLICT(name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at
                    """,
                arguments: [name, value, time.milliseconds])
        }
    }
}
