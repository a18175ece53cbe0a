package import FleetModel

/// An event with its place in the log.
package struct RecordedEvent: Hashable, Sendable {
    /// From 1, without gaps.
    package let sequence: Int64
    package let at: Timestamp
    package let event: Event

    package init(sequence: Int64, at: Timestamp, event: Event) {
        self.sequence = sequence
        self.at = at
        self.event = event
    }
}

extension Event {
    /// The request that the event is about; nil: it is about a node, a team or the policy.
    package var subject: LeaseID? {
        switch self {
        case .policySet, .teamSet, .teamRemoved, .nodeReported, .nodeContact, .ledgerRestored, .deviceQuarantined,
            .deviceReleased, .nodeCordoned, .nodeUncordoned, .idleWatchBegan, .reservationMade, .reservationMoved,
            .reservationBegan, .reservationEnded, .foreignSeen:
            nil
        case .requestSubmitted(let event): event.id
        case .requestRefused(let event): event.id
        case .requestCancelled(let event): event.id
        case .leaseGranted(let event): event.id
        case .leaseExtended(let event): event.id
        case .leaseEnding(let event): event.id
        case .attemptStarting(let event): event.attempt.lease
        case .attemptRunning(let event): event.attempt.lease
        case .attemptEnded(let event): event.attempt.lease
        case .verificationFailed(let event): event.attempt.lease
        case .leaseClosed(let event): event.id
        case .devicesFrozen(let event): event.claim.lease
        case .devicesThawed(let event): event.claim.lease
        case .leaseKept(let event): event.id
        case .idleNoticed(let event): event.id
        case .leaseReclaiming(let event): event.id
        case .reclaimWithdrawn(let event): event.id
        case .workTold(let event): event.attempt.lease
        case .leaseDraining(let event): event.id
        }
    }
}
