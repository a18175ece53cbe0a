import GRDB
import Glibc

extension LedgerStore {
    /// How long to wait for another process that uses the database.
    static let busyTimeoutMilliseconds = 5_000

    /// Where the database of a store in this folder is.
    package static func path(in directory: String) -> String { StoreFiles(directory: directory).database }

    /// Whether anything is where the database of a store in this folder would be.
    package static func exists(at directory: String) -> Bool { StoreFiles.isThere(path(in: directory)) }

    /// Opens the ledger in a folder that exists, and makes it when there is none. Blocks; call it once at start.
    ///
    /// What it refuses it leaves untouched. On a full disk it frees the ballast first, and the store then opens
    /// without one.
    package static func open(at directory: String, ballastBytes: Int64 = defaultBallastBytes) throws(StoreError)
        -> LedgerStore
    {
        let files = StoreFiles(directory: directory)
        if try files.databaseExists() {
            try examine(files)
        } else {
            if let trace = files.traceOfALedger { throw .ledgerMissing(path: files.database, found: trace) }
            try create(files)
        }
        // SQLite writes a few pages even when nothing is to be done, and the server must start on a full disk.
        if let free = files.bytesFree, free < 1 << 20 { try Ballast.release(files) }
        do {
            let pool = try DatabasePool(path: files.database, configuration: configuration())
            try Schema.migrator.migrate(pool)
            let last = try pool.writeWithoutTransaction { database in
                try harden(database, at: files.database)
                let newest = try Int64.fetchOne(database, sql: "SELECT max(sequence) FROM event") ?? 0
                return max(newest, try baseSequence(database))
            }
            let store = LedgerStore(files: files, pool: pool, ballastBytes: ballastBytes, last: last)
            _ = try store.restoreBallast()
            return store
        } catch { throw StoreError(error, path: files.database) }
    }

    private static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.label = "LedgerStore"
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(Double(busyTimeoutMilliseconds) / 1_000)
        configuration.prepareDatabase { database in
            // Finds some kinds of damage when a page is read, and lets a doctored schema run no code.
            try database.execute(sql: "PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF")
        }
        return configuration
    }

    /// Settings of the writer's connection. They must come after the pool is open: opening it sets
    /// `synchronous` to NORMAL, with which a power failure takes back commits that were answered.
    private static func harden(_ database: Database, at path: String) throws {
        try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 0")
        let found = try ["synchronous", "secure_delete", "wal_autocheckpoint", "foreign_keys"].map {
            try Int.fetchOne(database, sql: "PRAGMA \($0)") ?? -1
        }
        let journal = try String.fetchOne(database, sql: "PRAGMA journal_mode") ?? ""
        guard found == [2, 1, 0, 1], journal == "wal" else {
            throw StoreError.cannotOpen(
                path: path, detail: "SQLite did not take the settings: they are \(found) and \(journal)")
        }
    }

    /// Looks at an existing database through a connection that can't write.
    private static func examine(_ files: StoreFiles) throws(StoreError) {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(Double(busyTimeoutMilliseconds) / 1_000)
            let database = try DatabaseQueue(path: files.database, configuration: configuration)
            let (application, version) = try database.read { database in
                (
                    try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0,
                    try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                )
            }
            try database.close()
            guard application == Schema.applicationID else { throw StoreError.notALedger(path: files.database) }
            guard version <= Schema.version else {
                throw StoreError.newerVersion(path: files.database, found: version, known: Schema.version)
            }
        } catch { throw StoreError(error, path: files.database) }
    }

    /// Makes a new database beside its place and moves it there when it is complete, so that a crash leaves either
    /// no ledger or a whole one.
    private static func create(_ files: StoreFiles) throws(StoreError) {
        for leftover in [files.fresh, files.fresh + "-wal", files.fresh + "-shm", files.fresh + "-journal"] {
            unlink(leftover)
        }
        let file = Glibc.open(files.fresh, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StoreFiles.failure(files.fresh) }
        // The mode of `open` is cut by the umask.
        fchmod(file, 0o600)
        Glibc.close(file)
        do {
            let database = try DatabaseQueue(path: files.fresh)
            try Schema.migrator.migrate(database)
            try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
            try database.close()
        } catch { throw StoreError(error, path: files.fresh) }
        guard rename(files.fresh, files.database) == 0 else { throw StoreFiles.failure(files.database) }
        try files.syncDirectory()
    }
}
