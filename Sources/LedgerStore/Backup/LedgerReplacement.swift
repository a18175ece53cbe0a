import GRDB
import Glibc

/// Puts one ledger's file in the place of another's. A database, its write-ahead log and the index beside that are one
/// thing: a log that lies beside another database than its own would be read into it.
struct LedgerReplacement {
    let files: StoreFiles
    let step: @Sendable (RestoreStep) -> Void

    private var parts: [String] { [files.database, files.writeAheadLog, files.index] }

    /// Whether anything of a ledger is there.
    var isSomethingThere: Bool { parts.contains { StoreFiles.isThere($0) } }

    /// - Parameter new: a database that is complete without a log.
    /// - Returns: where the one that was there lies now; nil: there was none.
    func put(_ new: String) throws(StoreError) -> String? {
        step(.emptyLog)
        let isWhole = StoreFiles.isThere(files.database) && emptyLog()
        let kept = try keep()
        if !isWhole {
            // From here on until the move there is no ledger, and no start makes one.
            step(.removeDatabase)
            try remove(files.database)
            step(.removeLog)
        }
        try remove(files.writeAheadLog)
        try remove(files.index)
        try files.syncDirectory()
        step(.replace)
        guard rename(new, files.database) == 0 else { throw failure(files.database) }
        step(.sync)
        try files.syncDirectory()
        return kept
    }

    /// Copies what the log holds into the database, so that the database alone is the ledger; false: that can't be done.
    private func emptyLog() -> Bool {
        var configuration = Configuration()
        configuration.busyMode = .timeout(Double(LedgerStore.busyTimeoutMilliseconds) / 1_000)
        guard StoreFiles.size(of: files.writeAheadLog) > 0 else { return true }
        guard let database = try? DatabaseQueue(path: files.database, configuration: configuration) else { return false }
        let isDone = try? database.writeWithoutTransaction {
            try Int.fetchOne($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") == 0
        }
        try? database.close()
        return isDone == true && StoreFiles.size(of: files.writeAheadLog) == 0
    }

    /// Gives everything that is there a second name.
    private func keep() throws(StoreError) -> String? {
        guard isSomethingThere else { return nil }
        var number = 1
        while ["", "-wal"].contains(where: { StoreFiles.isThere(files.kept(number) + $0) }) { number += 1 }
        let place = files.kept(number)
        for (old, name, next) in [
            (files.database, place, RestoreStep.keepDatabase), (files.writeAheadLog, place + "-wal", .keepLog),
        ] {
            step(next)
            guard StoreFiles.isThere(old) else { continue }
            guard link(old, name) == 0 else { throw failure(name) }
        }
        try files.syncDirectory()
        return place
    }

    private func remove(_ path: String) throws(StoreError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure(path) }
    }

    private func failure(_ path: String) -> StoreError {
        errno == ENOSPC ? .full(path: path) : .cannotOpen(path: path, detail: StoreFiles.lastError)
    }
}
