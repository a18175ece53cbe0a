import LeaseLedger

/// The name under which an event is stored. Names are for ever.
enum EventKind: String, CaseIterable, Sendable {
    case policySet
    case teamSet
    case teamRemoved
    case nodeReported
    case nodeContact
    case requestSubmitted
    case requestRefused
    case requestCancelled
    case leaseGranted
    case leaseExtended
    case leaseEnding
    case attemptStarting
    case attemptRunning
    case attemptEnded
    case verificationFailed
    case leaseClosed
    case devicesFrozen
    case devicesThawed
    case ledgerRestored
    case deviceQuarantined
    case deviceReleased
    case nodeCordoned
    case nodeUncordoned
    case leaseKept
    case idleNoticed
    case idleWatchBegan
    case leaseReclaiming
    case reclaimWithdrawn
    case workTold
    case reservationMade
    case reservationMoved
    case reservationBegan
    case reservationEnded
    case leaseDraining
    case foreignSeen

    /// The version of the body that is written now. A change of a payload's shape raises it, brings an entry in
    /// `EventCoding.current` and a folder of golden files.
    var version: Int { 1 }
}
