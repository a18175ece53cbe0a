package import FleetModel

/// What a replay of all events that are kept showed.
package enum ReplayCheck: Hashable, Sendable {
    /// Every event was read, every checkpoint and the given state came out of them, every invariant held at the end,
    /// and the records of requests that are over are just those of the log.
    case agrees(events: Int64, checkpoints: Int)
    /// The log itself can't be read from here on.
    case logUnreadable(detail: String)
    /// The checkpoint can't be used; the log is sound up to it.
    case checkpointUnusable(sequence: Int64, detail: String)
    /// The events up to this one give another state than the checkpoint, or than the given state.
    case stateDiffers(sequence: Int64)
    /// The given state is ahead of the log.
    case stateAhead(sequence: Int64, last: Int64)
    /// The given state is older than the log's base: nothing is left to compare it with.
    case stateBehind(sequence: Int64, base: Int64)
    /// The record of a request that is over is missing, or another one than the log gives.
    case recordDiffers(LeaseID)
    /// There are records of requests that are not over in the log.
    case tooManyRecords(expected: Int, found: Int)
    case violated([String])
}

extension ReplayCheck: CustomStringConvertible {
    package var description: String {
        switch self {
        case .agrees(let events, let checkpoints):
            "\(events.counted("event")) and \(checkpoints.counted("checkpoint")) give the same ledger"
        case .logUnreadable(let detail): "the log can't be read on: \(detail)"
        case .checkpointUnusable(let sequence, let detail):
            "the checkpoint at event \(sequence) can't be used (\(detail)); the events up to it are sound"
        case .stateDiffers(let sequence): "the events up to \(sequence) give another ledger than the one that was kept"
        case .stateAhead(let sequence, let last):
            "the ledger stands at event \(sequence), and the log ends with event \(last)"
        case .stateBehind(let sequence, let base):
            "the ledger stands at event \(sequence), and events are kept from \(base + 1) on"
        case .recordDiffers(let id): "the record of request \(id), which is over, is missing or not what the events give"
        case .tooManyRecords(let expected, let found):
            "there are \(found) records of requests that are over, and the events give \(expected)"
        case .violated(let violations):
            "the events give a ledger that contradicts itself: " + violations.joined(separator: "; ")
        }
    }
}
