import GRDB

/// How much the store holds.
package struct StoreContents: Hashable, Sendable {
    package let events: Int
    /// The first event that is kept; those before it were deleted as too old.
    package let firstEvent: Int64
    package let checkpoints: Int
    package let endedRequests: Int
    package let workOrders: Int
    package let answeredKeys: Int
    /// The database and its write-ahead log on the disk; without the ballast.
    package let bytes: Int64
}

extension LedgerStore {
    package func contents() async throws(StoreError) -> StoreContents {
        try await read { database in
            func count(_ table: String) throws -> Int {
                try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
            }
            return StoreContents(
                events: try count("event"), firstEvent: try Self.baseSequence(database) + 1,
                checkpoints: try count("checkpoint"), endedRequests: try count("ended"),
                workOrders: try count("work_order"), answeredKeys: try count("answered_key"),
                bytes: StoreFiles.size(of: self.files.database) + StoreFiles.size(of: self.files.writeAheadLog))
        }
    }
}
