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
}

package struct PolicySet: Hashable, Codable, Sendable {
    package let policy: SchedulingPolicy
    package let by: UserName
}

package struct TeamSet: Hashable, Codable, Sendable {
    package let team: Team
    package let by: UserName
}

package struct TeamRemoved: Hashable, Codable, Sendable {
    package let name: TeamName
    package let by: UserName
}

package struct NodeReported: Hashable, Codable, Sendable {
    package let report: NodeReport
}

package struct NodeContact: Hashable, Codable, Sendable {
    package let node: NodeName
    package let contact: Contact
}

package struct RequestSubmitted: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let user: UserName
    package let team: TeamName
    package let name: String
    package let kind: WorkKind
    package let resources: ResourceRequest
    package let duration: TimeSpan
}

package struct RequestRefused: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let refusal: Refusal
}

package struct RequestCancelled: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let by: UserName
}

package struct LeaseGranted: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let allocation: Allocation
    package let endsAt: Timestamp
    package let reasons: [GrantReason]
}

package struct LeaseExtended: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let endsAt: Timestamp
    package let by: UserName
}

package struct LeaseEnding: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let reason: EndReason
    package let killAt: Timestamp
}

package struct AttemptStarting: Hashable, Codable, Sendable {
    package let attempt: AttemptKey
}

package struct AttemptRunning: Hashable, Codable, Sendable {
    package let attempt: AttemptKey
}

package struct AttemptEnded: Hashable, Codable, Sendable {
    package let attempt: AttemptKey
    package let outcome: AttemptOutcome
    package let reason: EndReason
}

package struct VerificationFailed: Hashable, Codable, Sendable {
    package let attempt: AttemptKey
    package let checks: [CleanCheck]
}

package struct LeaseClosed: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let receipt: Receipt
}

package struct DevicesFrozen: Hashable, Codable, Sendable {
    package let devices: [DeviceKey]
    package let claim: AttemptKey
}

package struct DevicesThawed: Hashable, Codable, Sendable {
    package let claim: AttemptKey
}
