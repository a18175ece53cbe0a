package import FleetModel

/// What the scheduler proposes. The ledger verifies it device by device before anything of it holds.
package struct Plan: Hashable, Codable, Sendable {
    package var grants: [Grant]
    package var refusals: [RefusedRequest]
    /// Leases to take back, in the order of the requests that they are for.
    package var reclaims: [ProposedReclaim]
    /// Leases that were being taken back and are left alone, in order.
    package var withdrawals: [LeaseID]

    package init(
        grants: [Grant] = [], refusals: [RefusedRequest] = [], reclaims: [ProposedReclaim] = [], withdrawals: [LeaseID] = []
    ) {
        self.grants = grants
        self.refusals = refusals
        self.reclaims = reclaims
        self.withdrawals = withdrawals
    }

    package var isEmpty: Bool { grants.isEmpty && refusals.isEmpty && reclaims.isEmpty && withdrawals.isEmpty }
}

/// A lease for a waiting request.
package struct Grant: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let allocation: Allocation
    package let reasons: [GrantReason]

    package init(id: LeaseID, allocation: Allocation, reasons: [GrantReason]) {
        self.id = id
        self.allocation = allocation
        self.reasons = reasons
    }
}

/// A lease to take back, for a request that waits.
package struct ProposedReclaim: Hashable, Codable, Sendable {
    package let lease: LeaseID
    package let request: LeaseID

    package init(of lease: LeaseID, for request: LeaseID) {
        self.lease = lease
        self.request = request
    }
}

/// A request that can never be placed.
package struct RefusedRequest: Hashable, Codable, Sendable {
    package let id: LeaseID
    package let refusal: Refusal

    package init(id: LeaseID, refusal: Refusal) {
        self.id = id
        self.refusal = refusal
    }
}

/// Why a request got its devices now; kept with the lease.
package enum GrantReason: Hashable, Codable, Sendable {
    /// Nobody else was waiting.
    case nobodyElseWaited
    /// The team was below its guarantee.
    case guaranteed(team: TeamName, held: Int, guarantee: Int)
    /// Device-milliseconds, decayed: this user's and those of the next in line.
    case usedLeast(used: Int64, next: UserName, nextUsed: Int64)
    /// Among requests of equal standing the oldest.
    case oldest(of: Int)
    /// Passed this many requests that did not fit.
    case passed(requests: Int)
    /// On devices held for another request, which it gives back in time.
    case backfilled(holder: LeaseID, freeUntil: Timestamp)
    /// The devices had been held for it.
    case held(since: Timestamp)
    /// Devices were taken back for it from leases beyond their teams' guarantees.
    case takenBack(leases: Int)
}

/// Why a request can never be placed, with the numbers that would have to change.
package enum Refusal: Hashable, Codable, Sendable {
    case noDevices
    case noSuchModel(asked: String, present: [String])
    case noDeviceOfThatMemory(asked: String, smallest: MemoryBytes, largest: MemoryBytes)
    case tooManyDevices(asked: Int, mostOnOneNode: Int)
    case tooManyCores(asked: MilliCores, mostOnOneNode: MilliCores)
    case tooMuchMemory(asked: MemoryBytes, mostOnOneNode: MemoryBytes)
    /// Each part is there somewhere, all together on no node.
    case neverTogether
    case aboveTeamLimit(team: TeamName, asked: Int, limit: Int)
    /// The ledger was put back from a backup in which it waited, and its work had begun since: it is not run twice.
    case begunBeforeRestore
    /// The reservation that it was to run under is over.
    case reservationOver(ReservationID, ReservationEnd)
}

extension Refusal {
    /// What `carrel run` exits with.
    package var exitCode: Int32 {
        switch self {
        case .begunBeforeRestore: ExitCode.notKnown
        case .noDevices, .noSuchModel, .noDeviceOfThatMemory, .tooManyDevices, .tooManyCores, .tooMuchMemory,
            .neverTogether, .aboveTeamLimit, .reservationOver:
            ExitCode.neverFits
        }
    }
}
