package import FleetModel

/// What a replay of the whole log showed.
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
    /// The record of a request that is over is missing, or another one than the log gives.
    case recordDiffers(LeaseID)
    /// There are records of requests that are not over in the log.
    case tooManyRecords(expected: Int, found: Int)
    case violated([String])
}
