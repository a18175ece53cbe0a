package import FleetModel

/// Where events are kept. `LedgerStore` implements it on disk; the test kit examines every implementation.
package protocol EventLog: Sendable {
    /// The newest usable checkpoint, and every event after it, in order.
    func load() async throws -> (checkpoint: LedgerState?, tail: [RecordedEvent])

    /// Writes all of it or nothing, durably, before it returns. `after` is the sequence that the log must end with.
    func append(_ batch: LogBatch, after sequence: Int64) async throws(AppendError)

    /// Keeps a state so that the next load is short. Losing one loses nothing.
    func checkpoint(_ state: LedgerState) async throws
}

/// What one transaction writes.
package struct LogBatch: Sendable {
    package var events: [RecordedEvent]
    /// Records of requests that this batch ends: the projection that outlives the state's short memory.
    package var ended: [RequestRecord]
    /// The work of requests that this batch brings in; deleted with their end.
    package var orders: [(id: LeaseID, order: WorkOrder)]
    /// The idempotency keys that this batch answers.
    package var answered: [AnsweredKey]

    package init(
        events: [RecordedEvent] = [], ended: [RequestRecord] = [], orders: [(id: LeaseID, order: WorkOrder)] = [],
        answered: [AnsweredKey] = []
    ) {
        self.events = events
        self.ended = ended
        self.orders = orders
        self.answered = answered
    }

    /// Requests of this batch that wait again in place of others, in order: the work of those is theirs from now on.
    package var requeued: [(of: LeaseID, as: LeaseID)] {
        events.compactMap { recorded in
            guard case .requestSubmitted(let event) = recorded.event, let requeue = event.requeue else { return nil }
            return (requeue.of, event.id)
        }
    }
}

/// A submission that was answered: asking again with the same key gives the same request.
package struct AnsweredKey: Hashable, Codable, Sendable {
    package let user: UserName
    package let key: String
    /// A digest of what was asked: the same key with another request is a mistake.
    package let digest: String
    package let id: LeaseID
    package let at: Timestamp

    package init(user: UserName, key: String, digest: String, id: LeaseID, at: Timestamp) {
        self.user = user
        self.key = key
        self.digest = digest
        self.id = id
        self.at = at
    }
}

/// Why a batch was not appended, by what its caller must do about it.
package enum AppendError: Error, Hashable, Sendable {
    /// Nothing was written: there is no room.
    case full(detail: String)
    /// Nothing was written, and writing can't be expected to work: another server wrote, or the file is damaged.
    case refused(detail: String)
    /// It may or may not be on disk. The server must end and replay.
    case outcomeUnknown(detail: String)
}
