import GRDB
import Glibc

/// The database file: its settings and tables.
enum TelemetryFile {
    /// `CrTe`, in SQLite's `application_id`.
    private static let applicationID = 0x4372_5465
    /// The only format so far, in `user_version`.
    private static let version = 1

    /// What is no telemetry of this version: it is put aside like damage.
    struct Foreign: Error {}

    static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "TelemetryStore"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA cell_size_check = ON")
            try database.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA journal_size_limit = 4000000")
        }
        // Nobody else reads who did what when.
        let file = Glibc.open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if file >= 0 { Glibc.close(file) }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { database in
            // A write-ahead log, and no sync with each commit: a crash may take the newest rows and nothing else.
            try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
            let found = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
            if found == 0, try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0 {
                try database.execute(sql: schema)
            } else {
                let known = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                guard found == applicationID, known == version else { throw Foreign() }
            }
        }
        return queue
    }

    static func isDamage(_ error: any Error) -> Bool {
        if error is Foreign { return true }
        guard let code = (error as? DatabaseError)?.resultCode else { return false }
        return code == .SQLITE_CORRUPT || code == .SQLITE_NOTADB
    }

    /// Times are milliseconds since 1970 on the ledger's clock. `lease` 0: nobody held the device. A group of columns is null
    /// together: nothing was seen.
    private static let schema = """
        BEGIN;
        CREATE TABLE device(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
        CREATE TABLE rollup(
            level INTEGER NOT NULL, device INTEGER NOT NULL, start INTEGER NOT NULL, lease INTEGER NOT NULL,
            \(Measure.allCases.map { "\($0.columns.map { "\($0) INTEGER" }.joined(separator: ", "))" }.joined(separator: ", ")),
            energy INTEGER, covered INTEGER,
            PRIMARY KEY(level, device, start, lease)) WITHOUT ROWID;
        CREATE INDEX rollup_lease ON rollup(lease, level, start) WHERE lease > 0;
        CREATE INDEX rollup_age ON rollup(start);
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(version);
        COMMIT;
        """
}
