package import FleetModel

/// What the store can be asked beside the log: history and the work of requests. Reads never wait for the writer.
package protocol LedgerArchive: Sendable {
    /// The work of a request that is not over; nil: unknown, or over.
    func workOrder(of id: LeaseID) async throws -> WorkOrder?
    /// A request that is over; nil: none with this number.
    func endedRecord(_ id: LeaseID) async throws -> RequestRecord?
    /// Requests that are over, newest number first, below `before`, at most `limit`.
    func endedRecords(before: LeaseID?, limit: Int, user: UserName?) async throws -> [RequestRecord]
    /// Events in order, above `sequence`, at most `limit`. Throws `ArchiveError` when some of them are no longer kept.
    func events(after sequence: Int64, limit: Int) async throws -> [RecordedEvent]
    /// The submission that a key of this user was answered with.
    func answeredKey(user: UserName, key: String) async throws -> AnsweredKey?
}
