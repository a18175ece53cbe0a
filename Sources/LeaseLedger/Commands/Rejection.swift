package import FleetModel

/// Why the ledger said no, with the numbers; every one says at the edge what would change it.
package enum Rejection: Error, Hashable, Sendable {
    case unknown(LeaseID)
    case notYours(LeaseID, owner: UserName)
    case alreadyOver(LeaseID, phase: RequestPhase)
    case notGrantedYet(LeaseID)
    case alreadyEnding(LeaseID)
    /// It was granted on devices held for another request, which still waits and can start in this time.
    case heldForAnother(LeaseID, holder: LeaseID, until: TimeSpan)
    case needsAdministrator
    case negativeDeviceCount(Int)
    case coresNotPositive(MilliCores)
    case memoryNotPositive(MemoryBytes)
    case durationNotPositive(TimeSpan)
    case durationTooLong(asked: TimeSpan, longest: TimeSpan)
    case tooManyWaiting(count: Int, limit: Int)
    case unknownTeam(TeamName)
    case invalidName(String)
    case teamNumberNegative(Int)
    case guaranteeAboveLimit(guarantee: Int, limit: Int)
    case memberOfAnotherTeam(UserName, TeamName)
    case policyOutOfRange(PolicyField)
    /// Another policy is in force than the one that was to be replaced.
    case policyChanged
    case unknownDevice(DeviceKey)
    case alreadyQuarantined(DeviceKey)
    case notQuarantined(DeviceKey)
    case unknownNode(NodeName)
    case alreadyCordoned(NodeName)
    case notCordoned(NodeName)
    case staleGrant(LeaseID, StaleGrant)
    /// *Keep* was pressed a short time ago, and that holds for this time still; it may be pressed again after another one.
    case keptAlready(LeaseID, holds: TimeSpan, again: TimeSpan)
    /// A lease is revoked with a reason that its user can read.
    case reasonEmpty
    case reasonTooLong(bytes: Int, limit: Int)
    /// It holds control characters, line breaks or marks that turn the direction of a text.
    case reasonNotPlain
    /// It is being taken back, for another request, and can't last longer than the notice.
    case beingReclaimed(LeaseID, for: LeaseID, until: TimeSpan)
    case staleReclaim(LeaseID, StaleReclaim)
    /// To be warned of the end by time needs a signal, and a time that is more than nothing.
    case warningIncomplete
    case reservationsAreOff
    case unknownReservation(ReservationID)
    case notYourReservation(ReservationID, owner: ReservationOwner)
    /// A reservation without devices keeps nothing.
    case nothingToReserve
    case reservationTooLong(asked: TimeSpan, longest: TimeSpan)
    case reservationInThePast(by: TimeSpan)
    case reservationTooFarAhead(asked: TimeSpan, furthest: TimeSpan)
    case tooManyReservations(limit: Int)
    case tooManyDevicesReserved(asked: Int, reserved: Int, limit: Int)
    /// - most: what one node could keep for that time. laterBy: how much later as much can be kept; nil: not near.
    case cannotBeKept(asked: Int, most: Int, laterBy: TimeSpan?)
    /// Under a reservation work has one of its devices at least, and not more than all.
    case notInReservation(ReservationID, asked: Int, reserved: Int)
    /// What the lease has is reserved for others, from then on.
    case reserved(LeaseID, ReservationID, owner: ReservationOwner, from: TimeSpan)
    /// It runs under a reservation, and ends with it.
    case pastReservation(LeaseID, ReservationID, until: TimeSpan)
    case drainInThePast(by: TimeSpan)
    /// Its node is to be empty by then.
    case nodeDrained(LeaseID, NodeName, until: TimeSpan)

    /// More devices than they may ever hold at once.
    case aboveDeviceLimit(LimitOwner, asked: Int, limit: Int)
    /// A longer lease than they may have.
    case aboveLongestLease(LimitOwner, asked: TimeSpan, longest: TimeSpan)
    /// A lease would become longer than they may have. asked: from its grant to that end. left: by how much it may be extended.
    case longestLeaseReached(LeaseID, LimitOwner, asked: TimeSpan, longest: TimeSpan, left: TimeSpan)
    /// Device-time that is more than they may ever use in seven days.
    case aboveWeeklyLimit(LimitOwner, devices: Int, asked: TimeSpan, limitHours: Int)
    /// A longer lease would bring them above what they may use in seven days. left: by how much it may be extended now.
    case weeklyLimitReached(LeaseID, LimitOwner, used: TimeSpan, limitHours: Int, left: TimeSpan)

    /// The number of the policy that is out of its range.
    package enum PolicyField: String, Hashable, Sendable {
        case idleTimers, idleDryRun, idleKeep, idleSignals
        case reclaimNotice, minimumRun
        case reservations
        case limits, profiles
        case defaultDuration, longestDuration, holdAfter, usageHalfLife, grace, waitingLimit, electricity
    }

    /// Why a proposed grant can't hold: the state has moved on, or the scheduler is wrong.
    package enum StaleGrant: Hashable, Sendable {
        case notWaiting
        case unknownNode(NodeName)
        case nodeOutOfContact(NodeName)
        case nodeCordoned(NodeName)
        case wrongDeviceCount(asked: Int, planned: Int)
        case deviceNamedTwice(DeviceKey)
        case deviceNotFree(DeviceKey)
        case deviceDoesNotMatch(DeviceKey)
        case fewerCoresThanAsked(asked: MilliCores, planned: MilliCores)
        case lessMemoryThanAsked(asked: MemoryBytes, planned: MemoryBytes)
        case notEnoughCores(asked: MilliCores, free: MilliCores)
        case notEnoughMemory(asked: MemoryBytes, free: MemoryBytes)
        case aboveTeamLimit(held: Int, asked: Int, limit: Int)
        case aboveLimit(LimitReached)
        case reservationNotRunning(ReservationID)
        case deviceNotInReservation(DeviceKey, ReservationID)
        case deviceReserved(DeviceKey, ReservationID)
        case roomReserved(cores: MilliCores, memory: MemoryBytes)
    }

    /// Why a proposed reclaim can't hold, or be withdrawn.
    package enum StaleReclaim: Hashable, Sendable {
        /// The policy takes nothing back.
        case isOff
        /// The request that it is for does not wait.
        case notWaiting(LeaseID)
        /// The guarantee does not cover the request, beside what is being taken back for others of its team.
        case notGuaranteed(held: Int, asked: Int, guarantee: Int)
        /// The user of the request, or their team, is at a limit.
        case aboveLimit(LimitReached)
        /// There is no such lease, it is ending, nobody can reach it, or it is being taken back already.
        case notRunning
        case noDevices
        /// What is reserved is nobody's to take back.
        case underReservation(ReservationID)
        /// Its team would be left with less than its guarantee.
        case notBorrowed(devices: Int, borrowed: Int)
        /// It has not run for its minimum.
        case tooYoung(until: Timestamp)
        /// It ends by itself before the notice would be over.
        case endsAnyway(at: Timestamp)
        /// Nothing is there to withdraw.
        case notReclaimed
    }
}
