package import FleetModel
import Foundation
import GRDB

/// Rows of data sets. Plain rows and no events: they say nothing about leases.
extension LedgerStore {
    /// In order of their names.
    package func dataSets() async throws(StoreError) -> [DataSet] {
        try await read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM data_set ORDER BY name").map { try DataSet(row: $0) }
        }
    }

    /// - Returns: false: the name is taken; nothing was kept.
    package func addDataSet(_ set: DataSet) async throws(StoreError) -> Bool {
        try await write { database in
            let teams = String(decoding: try JSONEncoder().encode(set.teams), as: UTF8.self)
            try database.execute(
                sql: """
                    INSERT OR IGNORE INTO data_set(name, folder, about, teams, added_by, added_at, is_open, files, bytes)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    set.name, set.folder, set.about, teams, set.addedBy.name, set.addedAt.milliseconds, set.isOpen,
                    set.files,
                    set.bytes,
                ])
            return database.changesCount == 1
        }
    }

    /// What is said about it, and whom it is for.
    /// - Returns: false: there is none of this name; nothing was changed.
    package func changeDataSet(_ set: DataSet) async throws(StoreError) -> Bool {
        try await write { database in
            let teams = String(decoding: try JSONEncoder().encode(set.teams), as: UTF8.self)
            try database.execute(
                sql: "UPDATE data_set SET about = ?, teams = ? WHERE name = ?", arguments: [set.about, teams, set.name])
            return database.changesCount == 1
        }
    }

    /// - Returns: false: there is none of this name.
    package func removeDataSet(_ name: String) async throws(StoreError) -> Bool {
        try await write { database in
            try database.execute(sql: "DELETE FROM data_set WHERE name = ?", arguments: [name])
            return database.changesCount == 1
        }
    }
}

extension DataSet {
    fileprivate init(row: Row) throws {
        let teams: String = row["teams"]
        self.init(
            name: row["name"], folder: row["folder"], about: row["about"],
            teams: try JSONDecoder().decode([TeamName].self, from: Data(teams.utf8)), isOpen: row["is_open"],
            addedBy: UserName(row["added_by"]),
            addedAt: Timestamp(milliseconds: row["added_at"]))
        (files, bytes) = (row["files"], row["bytes"])
    }
}
