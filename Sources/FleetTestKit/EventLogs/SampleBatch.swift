package import FleetModel
package import LeaseLedger

/// Batches as the service writes them.
package enum SampleBatch {
    /// The events, with an order and an answered key for each request that comes in and a record for each that ends.
    package static func batch(_ events: some Sequence<RecordedEvent>, of history: RecordedLedger) -> LogBatch {
        var batch = LogBatch(events: Array(events))
        for recorded in batch.events {
            if recorded.event.endsRequest, let record = recorded.event.subject.flatMap({ history.state.requests[$0] }) {
                batch.ended.append(record)
            }
            switch recorded.event {
            case .requestSubmitted(let event):
                batch.orders.append((event.id, order(event.id)))
                batch.answered.append(
                    AnsweredKey(
                        user: event.user, key: "key-\(event.id)", digest: "digest-\(event.id)", id: event.id, at: recorded.at
                    ))
            default: break
            }
        }
        return batch
    }

    /// Work to write down, different for each request.
    package static func order(_ id: LeaseID) -> WorkOrder {
        WorkOrder(
            command: ["python", "train.py", "--lease", "\(id)", "ä\n\t\"'"], directory: "/home/alice",
            environment: ["SECRET=\(id)", "EMPTY="], takesInput: false, uid: id.number % 2 == 0 ? nil : 1_000)
    }
}
