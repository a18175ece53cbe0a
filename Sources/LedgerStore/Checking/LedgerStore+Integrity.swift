import GRDB

extension LedgerStore {
    /// Lets SQLite look at every page, and looks for gaps in the log. Takes seconds for each GB.
    /// - Returns: what is wrong, in words, at most 100 lines; empty: nothing.
    package func integrityCheck() async throws(StoreError) -> [String] {
        try await read { database in
            var findings = try String.fetchAll(database, sql: "PRAGMA integrity_check(100)").filter { $0 != "ok" }
            do { _ = try self.base(in: database) } catch StoreError.damaged(_, let detail) { findings.append(detail) }
            let base = try Self.baseSequence(database)
            let (count, first, last) =
                try Row.fetchOne(
                    database, sql: "SELECT count(*), min(sequence), max(sequence) FROM event WHERE sequence > ?",
                    arguments: [base]
                ).map {
                    ($0[0] as Int64, $0[1] as Int64?, $0[2] as Int64?)
                } ?? (0, nil, nil)
            if let first, let last, first != base + 1 || last != base + count {
                findings.append("the log holds \(count) events, numbered from \(first) to \(last): some are missing")
            }
            return findings
        }
    }
}
