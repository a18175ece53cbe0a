package import FleetModel
import Foundation
import GRDB

/// Rows of sign-in tickets.
extension LedgerStore {
    /// Older tickets of the user that nobody has used go.
    package func addTicket(
        digest: [UInt8], user: UserName, madeBy: UserName?, at: Timestamp, expiresAt: Timestamp
    ) async throws(StoreError) -> SignInTicket {
        try await write { database in
            var id: Int64 = 0
            try database.inTransaction {
                try database.execute(
                    sql: "DELETE FROM sign_in_ticket WHERE user = ? AND used_at IS NULL", arguments: [user.name])
                try database.execute(
                    sql: """
                        INSERT INTO sign_in_ticket(digest, user, made_by, created_at, expires_at) VALUES (?, ?, ?, ?, ?)
                        """,
                    arguments: [Data(digest), user.name, madeBy?.name, at.milliseconds, expiresAt.milliseconds])
                id = database.lastInsertedRowID
                return .commit
            }
            return SignInTicket(id: id, user: user, madeBy: madeBy, createdAt: at, expiresAt: expiresAt)
        }
    }

    package func ticket(digest: [UInt8]) async throws(StoreError) -> SignInTicket? {
        try await read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM sign_in_ticket WHERE digest = ?", arguments: [Data(digest)])
                .map(SignInTicket.init(row:))
        }
    }

    /// One statement on the one writer: of any number who ask at once, one gets it.
    package func useTicket(digest: [UInt8], at: Timestamp) async throws(StoreError) -> SignInTicket? {
        try await write { database in
            try Row.fetchOne(
                database,
                sql: """
                    UPDATE sign_in_ticket SET used_at = ?1 WHERE digest = ?2 AND used_at IS NULL AND expires_at > ?1 RETURNING *
                    """,
                arguments: [at.milliseconds, Data(digest)]
            ).map(SignInTicket.init(row:))
        }
    }

    package func dropTickets(of user: UserName) async throws(StoreError) {
        try await write { database in
            try database.execute(
                sql: "DELETE FROM sign_in_ticket WHERE user = ? AND used_at IS NULL", arguments: [user.name])
        }
    }
}

extension SignInTicket {
    fileprivate init(row: Row) {
        let madeBy: String? = row["made_by"]
        let usedAt: Int64? = row["used_at"]
        self.init(
            id: row["id"], user: UserName(row["user"]), madeBy: madeBy.map { UserName($0) },
            createdAt: Timestamp(milliseconds: row["created_at"]), expiresAt: Timestamp(milliseconds: row["expires_at"]),
            usedAt: usedAt.map(Timestamp.init(milliseconds:)))
    }
}
