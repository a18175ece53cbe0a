package import FleetModel

/// A fact. Events are for ever: a change of shape gets a new version and a golden file (`LedgerStore/EventCoding`).
package enum Event: Hashable, Sendable {
    case policySet(PolicySet)
    case teamSet(TeamSet)
    case teamRemoved(TeamRemoved)
    case nodeReported(NodeReported)
    case nodeContact(NodeContact)
    case requestSubmitted(RequestSubmitted)
    case requestRefused(RequestRefused)
    case requestCancelled(RequestCancelled)
    case leaseGranted(LeaseGranted)
    case leaseExtended(LeaseExtended)
    case leaseEnding(LeaseEnding)
    case attemptStarting(AttemptStarting)
    case attemptRunning(AttemptRunning)
    case attemptEnded(AttemptEnded)
    case verificationFailed(VerificationFailed)
    case leaseClosed(LeaseClosed)
    case devicesFrozen(DevicesFrozen)
    case devicesThawed(DevicesThawed)
    case ledgerRestored(LedgerRestored)
    case deviceQuarantined(DeviceQuarantined)
    case deviceReleased(DeviceReleased)
    case nodeCordoned(NodeCordoned)
    case nodeUncordoned(NodeUncordoned)
    case leaseKept(LeaseKept)
    case idleNoticed(IdleNoticed)
    case idleWatchBegan(IdleWatchBegan)
    case leaseReclaiming(LeaseReclaiming)
    case reclaimWithdrawn(ReclaimWithdrawn)
    case workTold(WorkTold)
    case reservationMade(ReservationMade)
    case reservationMoved(ReservationMoved)
    case reservationBegan(ReservationBegan)
    case reservationEnded(ReservationEnded)
    case leaseDraining(LeaseDraining)
    case foreignSeen(ForeignSeen)
}

/// An administrator changed the policy.
package struct PolicySet: Hashable, Codable, Sendable {
    package let policy: SchedulingPolicy
    package let by: UserName
}

/// A team was made or changed: it is now as it stands here.
package struct TeamSet: Hashable, Codable, Sendable {
    package let team: Team
    package let by: UserName
}

/// A team is gone; its members are in `everyone`. Requests keep the team that they came from.
package struct TeamRemoved: Hashable, Codable, Sendable {
    package let name: TeamName
    package let by: UserName
}

/// A node said what it has, and it was not known in full.
package struct NodeReported: Hashable, Codable, Sendable {
    package let report: NodeReport
}

/// A node was lost or found again.
package struct NodeContact: Hashable, Codable, Sendable {
    package let node: NodeName
    package let contact: Contact
}

/// A request came in and waits. Its duration is settled: what was asked, or the policy's default then.
package struct RequestSubmitted: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let user: UserName
    package let team: TeamName
    package let name: String
    package let kind: WorkKind
    package let resources: ResourceRequest
    package let duration: TimeSpan
    /// nil: there are none.
    package let wishes: WorkWishes?
    /// nil: a user asked for it.
    package let requeue: Requeue?
    /// What was expected of it then; nil: nothing.
    package let forecast: WorkForecast?

    package init(
        id: LeaseID, user: UserName, team: TeamName, name: String, kind: WorkKind, resources: ResourceRequest,
        duration: TimeSpan, wishes: WorkWishes? = nil, requeue: Requeue? = nil, forecast: WorkForecast? = nil
    ) {
        self.id = id
        self.user = user
        self.team = team
        self.name = name
        self.kind = kind
        self.resources = resources
        self.duration = duration
        self.wishes = wishes
        self.requeue = requeue
        self.forecast = forecast
    }
}

/// A request can never be placed.
package struct RequestRefused: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let refusal: Refusal
}

/// A request was withdrawn while it waited.
package struct RequestCancelled: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let by: UserName
    /// Why an administrator revoked it; nil: it was given back.
    package let reason: String?

    package init(id: LeaseID, by: UserName, reason: String? = nil) {
        self.id = id
        self.by = by
        self.reason = reason
    }
}

/// A request got its devices, until a time.
package struct LeaseGranted: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let allocation: Allocation
    package let endsAt: Timestamp
    package let reasons: [GrantReason]

    package init(id: LeaseID, allocation: Allocation, endsAt: Timestamp, reasons: [GrantReason]) {
        self.id = id
        self.allocation = allocation
        self.endsAt = endsAt
        self.reasons = reasons
    }
}

/// A lease ends later than before.
package struct LeaseExtended: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let endsAt: Timestamp
    package let by: UserName
}

/// A lease is to end: its work is asked to, and ended by force from `killAt` on.
package struct LeaseEnding: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let reason: EndReason
    package let killAt: Timestamp

    package init(id: LeaseID, reason: EndReason, killAt: Timestamp) {
        self.id = id
        self.reason = reason
        self.killAt = killAt
    }
}

/// An attempt is owed to the engine.
package struct AttemptStarting: Hashable, Codable, Sendable {
    package let attempt: AttemptKey
}

/// The engine saw an attempt run.
package struct AttemptRunning: Hashable, Codable, Sendable {
    package let attempt: AttemptKey
}

/// An attempt is over and no other one follows; the devices are to be looked at.
package struct AttemptEnded: Hashable, Codable, Sendable {
    package let attempt: AttemptKey
    package let outcome: AttemptOutcome
    package let reason: EndReason
}

/// The devices of an attempt were looked at and are not clean; they stay held.
package struct VerificationFailed: Hashable, Codable, Sendable {
    package let attempt: AttemptKey
    package let checks: [CleanCheck]
}

/// A lease is over and its devices are free.
package struct LeaseClosed: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let receipt: Receipt
}

/// An attempt that no live lease accounts for claims these devices.
package struct DevicesFrozen: Hashable, Codable, Sendable {
    package let devices: [DeviceKey]
    package let claim: AttemptKey
}

/// A claim is gone; the devices that it froze are offered again.
package struct DevicesThawed: Hashable, Codable, Sendable {
    package let claim: AttemptKey
}

/// The ledger was put back from a backup. What happened after the backup is unknown, so that its numbers stay unused:
/// work of that time may still run under them.
package struct LedgerRestored: Hashable, Codable, Sendable {
    /// What the next request will be called, at the least.
    package let nextID: LeaseID
    /// Attempts that start from here on have higher numbers, whichever lease they are of; nil: no attempt was found.
    package let attemptsAbove: Int?

    package init(nextID: LeaseID, attemptsAbove: Int? = nil) {
        self.nextID = nextID
        self.attemptsAbove = attemptsAbove
    }
}

/// A device is out of the pool, or is so for another reason than before.
package struct DeviceQuarantined: Hashable, Codable, Sendable {
    package let device: DeviceKey
    package let quarantine: Quarantine
}

/// A device is back in the pool. `by`: the administrator who said so; nil: it passed every check.
package struct DeviceReleased: Hashable, Codable, Sendable {
    package let device: DeviceKey
    package let by: UserName?
}

/// Processes that no lease accounts for are on a device, others than before; empty: they are gone.
package struct ForeignSeen: Hashable, Codable, Sendable {
    package let device: DeviceKey
    package let processes: [DeviceProcess]
}

/// No new lease begins on a node, or none does for another reason than before.
package struct NodeCordoned: Hashable, Codable, Sendable {
    package let node: NodeName
    package let cordon: Cordon
}

/// Leases may begin on a node again. `by`: the administrator who said so; nil: the suspicion is over.
package struct NodeUncordoned: Hashable, Codable, Sendable {
    package let node: NodeName
    package let by: UserName?
}
