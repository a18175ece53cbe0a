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
    case unknownDevice(DeviceKey)
    case alreadyQuarantined(DeviceKey)
    case notQuarantined(DeviceKey)
    case staleGrant(LeaseID, StaleGrant)

    /// The number of the policy that is out of its range.
    package enum PolicyField: String, Hashable, Sendable {
        case defaultDuration, longestDuration, holdAfter, usageHalfLife, grace, waitingLimit, electricity
    }

    /// Why a proposed grant can't hold: the state has moved on, or the scheduler is wrong.
    package enum StaleGrant: Hashable, Sendable {
        case notWaiting
        case unknownNode(NodeName)
        case nodeOutOfContact(NodeName)
        case wrongDeviceCount(asked: Int, planned: Int)
        case deviceNamedTwice(DeviceKey)
        case deviceNotFree(DeviceKey)
        case deviceDoesNotMatch(DeviceKey)
        case fewerCoresThanAsked(asked: MilliCores, planned: MilliCores)
        case lessMemoryThanAsked(asked: MemoryBytes, planned: MemoryBytes)
        case notEnoughCores(asked: MilliCores, free: MilliCores)
        case notEnoughMemory(asked: MemoryBytes, free: MemoryBytes)
        case aboveTeamLimit(held: Int, asked: Int, limit: Int)
    }
}
