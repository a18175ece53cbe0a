package import FleetModel

/// A request, and the lease that it became.
package struct RequestRecord: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let user: UserName
    package let team: TeamName
    /// What screens show; the command itself is not in the ledger.
    package let name: String
    package let kind: WorkKind
    package let resources: ResourceRequest
    /// How long the lease shall last: what was asked, or the policy's default at that time.
    package let duration: TimeSpan
    package let submittedAt: Timestamp
    package internal(set) var phase: RequestPhase
    package internal(set) var refusal: Refusal?
    package internal(set) var cancelledBy: UserName?
    /// Why an administrator cancelled it; nil: nobody gave a reason.
    package internal(set) var cancelledBecause: String?
    package internal(set) var lease: Lease?
    /// How many leases were ended so that it can start, while it waits; nil: none.
    package internal(set) var leasesTakenBack: Int?
    /// nil: there are none.
    package internal(set) var wishes: WorkWishes?
    /// The request that waits again in this one; nil: a user asked for it.
    package internal(set) var requeue: Requeue?
    /// The request that it waits again as; nil: it does not.
    package internal(set) var requeuedAs: LeaseID?
    /// What was expected of the work when it was asked for; nil: nothing.
    package internal(set) var forecast: WorkForecast?

    /// Its place among requests of equal use: as long as it was first asked for.
    package var place: LeaseID { requeue?.first ?? id }
    /// When its user asked for it.
    package var askedAt: Timestamp { requeue?.firstSubmittedAt ?? submittedAt }

    /// Nothing will happen to it any more.
    package var isOver: Bool {
        switch phase {
        case .waiting: false
        case .refused, .cancelled: true
        case .granted: lease.map { $0.phase == .closed } ?? false
        }
    }
}

/// The exclusive right to an allocation, for one user, until a time.
package struct Lease: Hashable, Codable, Sendable {
    package let allocation: Allocation
    package let grantedAt: Timestamp
    package let reasons: [GrantReason]
    package internal(set) var endsAt: Timestamp
    package internal(set) var phase: LeasePhase
    package internal(set) var contact: Contact
    /// The number of the newest attempt; 0 while pledged.
    package internal(set) var attempt: Int
    /// What number the first attempt would have had if all had followed one another; nil: 1.
    var firstAttempt: Int?
    package internal(set) var startedAt: Timestamp?
    package internal(set) var ending: Ending?
    package internal(set) var outcome: AttemptOutcome?
    package internal(set) var endedAt: Timestamp?
    /// What the newest look at the devices found, while it did not pass.
    package internal(set) var failedChecks: [CleanCheck]
    package internal(set) var receipt: Receipt?
    /// What was said about its use; nil: nothing ever was.
    package internal(set) var idle: IdleRecord?
    /// For whom it is being taken back, or was; nil: it is not.
    package internal(set) var reclaim: Reclaim?
    /// What its work is told of its end; nil: nothing.
    package internal(set) var warning: WorkWarning?
    /// When its node is to be empty, which ends it sooner than its own time; nil: its node is not drained.
    package internal(set) var drainAt: Timestamp?

    /// When it ends by its own time or by that of its node, whichever comes first.
    package var lastsUntil: Timestamp { drainAt.map { min($0, endsAt) } ?? endsAt }

    /// It ends sooner than it would because its node is drained.
    package var isCutByDrain: Bool { drainAt.map { $0 < endsAt } ?? false }

    /// How many attempts were made.
    package var attemptsMade: Int { attempt == 0 ? 0 : attempt - (firstAttempt ?? 1) + 1 }

    /// Counts one more attempt, whatever its number.
    mutating func begin(attempt number: Int) {
        let first = number - attemptsMade
        attempt = number
        firstAttempt = first == 1 ? nil : first
    }

    /// For whom and from when on a lease is taken back.
    package struct Reclaim: Hashable, Codable, Sendable {
        package let `for`: LeaseID
        /// When its user was warned.
        package let since: Timestamp
        /// When its work is asked to end.
        package let endsAt: Timestamp
    }

    /// Why and since when a lease is ending.
    package struct Ending: Hashable, Codable, Sendable {
        package let reason: EndReason
        package let since: Timestamp
        /// From here on the work is ended by force.
        package let killAt: Timestamp
    }
}
