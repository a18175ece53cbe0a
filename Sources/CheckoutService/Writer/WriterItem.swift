package import FleetModel
package import LeaseLedger

/// What waits in the writer's queue.
enum WriterItem: Sendable {
    case command(Command)
    case submission(NewWork)
    case observations([Observation])
    /// What a whole comparison with the engine's list has told. Nothing is planned before the first one.
    case comparison([Observation])
    /// Asks the scheduler although nothing has happened.
    case reconsideration
}

/// A submission with everything that is kept beside the ledger.
package struct NewWork: Sendable {
    package let submission: Submission
    package let order: WorkOrder
    /// Asking again with the same key and digest gives the same request.
    package let key: IdempotencyKey?

    package init(submission: Submission, order: WorkOrder, key: IdempotencyKey?) {
        self.submission = submission
        self.order = order
        self.key = key
    }
}

/// A client's name for one submission, and a digest of what it asked.
package struct IdempotencyKey: Hashable, Sendable {
    package let key: String
    package let digest: String

    package init(key: String, digest: String) {
        self.key = key
        self.digest = digest
    }
}

/// What the writer answers, after the commit.
package struct WriterAnswer: Sendable {
    package var events: [RecordedEvent] = []
    /// The request that a submission became.
    package var id: LeaseID?
    /// The key had been answered before.
    package var isRepeat = false
}
