/// What the store can do beside the log: copies of itself for keeping elsewhere.
package protocol LedgerKeeper: Sendable {
    /// A complete copy in a file of its own, readable by its owner only. Returns its path; the caller deletes it. Throws
    /// `BackupRefusal` where it would take room that is kept for something else.
    func makeBackup() async throws -> String

    /// Events above a sequence as lines of JSON, at most `limit`, and the sequence of the last one; nil: from the first on
    /// that is kept. Throws `ArchiveError` when some of them are no longer kept.
    func exportedLines(after sequence: Int64?, limit: Int) async throws -> (lines: [String], last: Int64?)
}

/// Why no copy is made now.
package enum BackupRefusal: Error, Hashable, Sendable {
    /// In bytes.
    case noRoom(needed: Int64, free: Int64)
    /// Another one is being made, or on its way to whoever asked for it.
    case underway
}
