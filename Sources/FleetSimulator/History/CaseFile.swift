import FleetModel
import LeaseLedger

/// What the historian knows of one request, from the log alone.
struct CaseFile {
    enum Status { case waiting, live, ending, verifying, closed, cancelled, refused }

    let id: LeaseID
    let owner: UserName
    let team: TeamName
    let name: String
    let asked: ResourceRequest
    let duration: TimeSpan
    let since: Timestamp
    var status = Status.waiting
    var allocation: Allocation?
    var grantedAt = Timestamp(milliseconds: 0)
    var endsAt = Timestamp(milliseconds: 0)
    var attempts = 0
    /// The first reason for its end, and when force may be used.
    var reason: EndReason?
    var killAt = Timestamp(milliseconds: 0)
    /// Extensions in the log, and those that somebody was told of.
    var extensions = 0
    var promisedExtensions = 0
    /// When the newest attempt was first seen to run, and when it was over.
    var startedAt: Timestamp?
    var endedAt: Timestamp?
    /// What the newest look at the devices after the end found not clean; nil: there was none.
    var seenDirty: [DeviceKey]?

    var devices: [DeviceKey] { allocation?.devices ?? [] }
    var isLive: Bool { [.live, .ending, .verifying].contains(status) }
    var isOver: Bool { [.closed, .cancelled, .refused].contains(status) }

    /// Whether two requests want the same, so that what fits the one fits the other.
    func wantsTheSame(as other: CaseFile) -> Bool {
        asked.devices == other.asked.devices && asked.cores == other.asked.cores && asked.memory == other.asked.memory
    }
}

/// What the historian knows of one attempt, from the world alone.
struct RunFile {
    let key: AttemptKey
    let node: NodeName
    let devices: [DeviceKey]
    var began = 0
    var end: (outcome: AttemptOutcome, cause: Fact.EndCause)?
    /// Until when something of it is on its devices; nil: as long as it runs.
    var presentUntil: Timestamp?

    func isPresent(at now: Timestamp) -> Bool { began > 0 && presentUntil.map { $0 > now } ?? true }
}
