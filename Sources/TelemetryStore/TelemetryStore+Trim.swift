package import FleetModel
import GRDB

extension TelemetryStore {
    /// Rows that go in one transaction: others need not wait long.
    private static let pageOfRows = 5_000

    package func trim(at now: Timestamp?) async throws(TelemetryFailure) {
        for level in TelemetryLevel.durable {
            guard let now else { break }
            let oldest = now + TimeSpan(milliseconds: -level.kept.milliseconds)
            try await with { database in
                try database.execute(
                    sql: "DELETE FROM rollup WHERE level = ? AND start < ?",
                    arguments: [level.rawValue, oldest.milliseconds])
            }
        }
        try await giveBackPages()
        // Beyond the limit the oldest goes, whatever its level, with some room so that it isn't each time.
        while try await bytes() > sizeLimit {
            guard try await deleteOldest() > 0 else { return }
            try await giveBackPages()
        }
    }

    /// What the file takes, free pages included.
    func bytes() async throws(TelemetryFailure) -> Int64 {
        try await with { database in
            let pages = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            return pages * (try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
        }
    }

    private func deleteOldest() async throws(TelemetryFailure) -> Int {
        try await with { database in
            try database.execute(
                sql: """
                    DELETE FROM rollup WHERE (level, device, start, lease) IN
                        (SELECT level, device, start, lease FROM rollup ORDER BY start LIMIT \(Self.pageOfRows))
                    """)
            return database.changesCount
        }
    }

    private func giveBackPages() async throws(TelemetryFailure) {
        try await with { database in _ = try Row.fetchAll(database, sql: "PRAGMA incremental_vacuum") }
    }
}
