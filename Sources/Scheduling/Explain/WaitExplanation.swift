package import FleetModel
package import LeaseLedger

/// What `carrel why ID` tells, with all its numbers; `sentences` says it in plain English.
package enum WaitExplanation: Hashable, Sendable {
    case waiting(WaitingExplanation)
    /// It got its devices, and why then.
    case granted(LeaseID, user: UserName, reasons: [GrantReason], at: Timestamp)
    case refused(LeaseID, Refusal)
    case cancelled(LeaseID, by: UserName?)
}

/// Why a request still waits.
package struct WaitingExplanation: Hashable, Sendable {
    package let id: LeaseID
    package let user: UserName
    /// How many devices it asks for.
    package let devices: Int
    /// The moment that all of this is true for.
    package let at: Timestamp
    package let waitedFor: TimeSpan
    /// 1: the next in line. Later ones may pass a request that does not fit.
    package let position: Int
    /// How many wait in all.
    package let lineLength: Int
    /// Those directly before it, the first in line first; at most `Ahead.mostListed`.
    package let ahead: [Ahead]
    /// The one thing that it waits for most of all.
    package let reason: WaitReason
    /// nil: nothing is held for it.
    package let held: HeldDevices?
    /// When devices begin to be held for it, should it still wait then.
    package let holdsFrom: Timestamp
    package let expectedStart: ExpectedStart
}

/// A request that comes before another one, and why.
package struct Ahead: Hashable, Sendable {
    package static let mostListed = 10

    /// The rule that puts it before the other.
    package enum Why: Hashable, Sendable {
        /// Its team's guarantee covers it.
        case guaranteed(team: TeamName, held: Int, guarantee: Int)
        /// It has waited so long that devices are held for it.
        case heldFor(since: Timestamp)
        /// Device-milliseconds, decayed.
        case usedLess(theirs: Int64, yours: Int64)
        /// Equal usage: the older request.
        case older
    }

    package let id: LeaseID
    package let user: UserName
    package let why: Why
}

/// What is kept for a request that has waited long enough.
package struct HeldDevices: Hashable, Sendable {
    package let node: NodeName
    /// In order of their keys; some may still be busy. Empty: cores and memory alone are held.
    package let devices: [DeviceKey]
    package let since: Timestamp
}

/// By the ends of leases: leases that end earlier, or are extended, move it.
package struct ExpectedStart: Hashable, Sendable {
    /// If nobody else takes what comes free; nil: nothing says when.
    package let earliest: Timestamp?
    /// By when it starts unless leases are extended; nil: no later bound is known, since nothing is held for it yet.
    package let latest: Timestamp?
}

/// The dominant reason for waiting.
package enum WaitReason: Hashable, Sendable {
    /// Nothing stands in its way: it starts with the next plan.
    case startsNow
    case neverFits(Refusal)
    /// No node has reported yet.
    case noNodeKnown
    case teamLimit(team: TeamName, held: Int, asked: Int, limit: Int)
    /// Its user, or their team as a whole, is at a limit.
    case limit(LimitHit)
    /// It would fit, and this one comes first and takes the place.
    case goesFirst(Ahead)
    /// It would fit, and the devices or cores are held.
    case heldForAnother(LeaseID, user: UserName, since: Timestamp, node: NodeName, until: Timestamp)
    case devicesBusy(BusyDevices)
    /// Devices are being taken back for it from leases beyond their teams' guarantees.
    case takenBack(TakenBack)
    /// - devices: how many it asks for; they are free.
    case coresBusy(node: NodeName, devices: Int, asked: MilliCores, free: MilliCores, enoughAt: Timestamp)
    case memoryBusy(node: NodeName, asked: MemoryBytes, free: MemoryBytes, enoughAt: Timestamp)
    /// Every node that could run it is out of contact.
    case outOfContact([NodeName])
    /// No new lease begins on any node that could run it; those that are in contact, with the reason in a sentence.
    case cordoned([CordonedNode])
    /// Not enough devices of any node can be used: they are missing, frozen, failed their last look, or are used from outside.
    case devicesUnusable(
        node: NodeName, asked: Int, missing: Int, frozen: Int, quarantined: Int, unproven: Int, outside: Int = 0)

    case reserved(Reserved)
    case ownReservation(OwnReservation)

    /// A node on which no new lease begins, and why, in a sentence.
    package struct CordonedNode: Hashable, Sendable {
        package let name: NodeName
        package let why: String
    }

    /// What is being taken back, and by when it is there.
    package struct TakenBack: Hashable, Sendable {
        package let node: NodeName
        /// How many devices it asks for.
        package let asked: Int
        package let leases: [Lease]
        /// When the last of their works is asked to end.
        package let endsAt: Timestamp
        /// How long work has from then on until it is ended by force.
        package let grace: TimeSpan

        /// One of the leases, and whose it is.
        package struct Lease: Hashable, Sendable {
            package let id: LeaseID
            package let user: UserName
            package let team: TeamName
            package let devices: Int
        }
    }

    /// Who has the matching devices of the node where the request could start first.
    package struct BusyDevices: Hashable, Sendable {
        package let node: NodeName
        package let asked: Int
        package let free: Int
        /// Whether the pool has devices of kinds that the request leaves out: naming another kind, or none, could help.
        package let leavesOutKinds: Bool
        /// The first to end first; unknown ends last.
        package let holders: [Holder]
        package let enoughAt: Timestamp

        /// A lease that holds some of them.
        package struct Holder: Hashable, Sendable {
            package let lease: LeaseID
            package let user: UserName
            package let devices: Int
            /// nil: nothing says when.
            package let freeAt: Timestamp?
        }
    }
}
