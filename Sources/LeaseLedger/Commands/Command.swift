package import FleetModel

/// What people and the scheduler ask of the ledger. It may be rejected.
package enum Command: Hashable, Sendable {
    case submit(Submission)
    /// Gives a lease back, or cancels a request that waits.
    case giveBack(LeaseID, by: Requester)
    case extend(LeaseID, by: TimeSpan, Requester)
    /// - replacing: the policy that was read and changed; nil: whatever is in force.
    case setPolicy(SchedulingPolicy, replacing: SchedulingPolicy? = nil, by: Requester)
    case setTeam(TeamChange, by: Requester)
    case removeTeam(TeamName, by: Requester)
    /// Takes a person out of their team, if they are in one, and into another, if one is named.
    case move(UserName, to: TeamName?, by: Requester)
    /// Takes a device out of the pool, or puts one back; a lease that holds it goes on.
    case quarantine(DeviceKey, detail: String, by: Requester)
    case release(DeviceKey, by: Requester)
    /// No new lease begins on a node, or one may again; what runs there goes on.
    case cordon(NodeName, detail: String, by: Requester)
    case uncordon(NodeName, by: Requester)
    /// Adopts what the scheduler proposes.
    case adopt(Plan)
    /// Time has passed: ends what is due.
    case advanceClock
    /// The user of a lease says that it is in use, whatever is seen of it.
    case keep(LeaseID, by: Requester)
    /// Takes a lease from its user, or cancels a request that waits, with a reason that its user reads.
    case revoke(LeaseID, reason: String, by: Requester)
    case reserve(NewReservation, by: Requester)
    case cancelReservation(ReservationID, by: Requester)
    /// Cordons a node, and ends what still runs there at a deadline.
    case drain(NodeName, by: Timestamp, detail: String, Requester)
}

/// Who asks.
package struct Requester: Hashable, Sendable {
    package let user: UserName
    package let isAdministrator: Bool

    package init(_ user: UserName, isAdministrator: Bool = false) {
        self.user = user
        self.isAdministrator = isAdministrator
    }
}

/// A new request. Its number is the state's `nextID`.
package struct Submission: Hashable, Sendable {
    package let user: UserName
    package let name: String
    package let kind: WorkKind
    package let resources: ResourceRequest
    package let wishes: WorkWishes
    /// What is expected of it; nil: nothing.
    package var forecast: WorkForecast?

    package init(
        user: UserName, name: String, kind: WorkKind = .job, resources: ResourceRequest, wishes: WorkWishes = WorkWishes()
    ) {
        self.wishes = wishes
        self.user = user
        self.name = name
        self.kind = kind
        self.resources = resources
    }
}

/// What to change about a team; absent values stay as they are.
package struct TeamChange: Hashable, Sendable {
    /// What the limit becomes.
    package enum Limit: Hashable, Sendable {
        case none
        case devices(Int)
    }

    package let name: TeamName
    package let guarantee: Int?
    package let limit: Limit?
    package let adding: [UserName]
    package let removing: [UserName]

    package init(
        name: TeamName, guarantee: Int? = nil, limit: Limit? = nil, adding: [UserName] = [], removing: [UserName] = []
    ) {
        self.name = name
        self.guarantee = guarantee
        self.limit = limit
        self.adding = adding
        self.removing = removing
    }
}
