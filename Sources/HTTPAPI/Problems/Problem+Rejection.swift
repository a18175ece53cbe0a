import Accounts
import CheckoutService
import EngineInterface
import FleetModel
import LeaseLedger
import Scheduling
import WireModel

extension Problem {
    /// The one place where the ledger's "no" becomes words: what was asked, what holds, what would change it.
    init(_ rejection: Rejection) {
        switch rejection {
        case .unknown(let id): self = .noRequest(id.number)
        case .notYours(let id, let owner):
            self.init(
                "not-yours", title: "Not yours", status: 403,
                detail:
                    "Lease \(id) belongs to \(owner). Only \(owner) or an administrator may read its output or change it.",
                request: id.number)
        case .alreadyOver(let id, let phase):
            self.init(
                "already-over", title: "Already over", status: 409,
                detail:
                    "\(phase == .granted ? "Lease \(id) is over" : "Request \(id) was \(phase.rawValue)"); nothing was changed. `carrel show \(id)` tells how it ended.",
                request: id.number)
        case .notGrantedYet(let id):
            self.init(
                "not-granted", title: "Still waiting", status: 409,
                detail: "Request \(id) has no lease yet. `carrel why \(id)` tells what it waits for.", request: id.number)
        case .alreadyEnding(let id): self = .alreadyEnding(id)
        case .needsAdministrator:
            self.init(
                "needs-administrator", title: "For administrators", status: 403,
                detail: "This is for administrators: root, who started the server, and accounts with that role.")
        case .negativeDeviceCount(let count):
            self = .badInput("\(count) GPUs can't be asked for: ask for 1 or more, or for 0 to run without a GPU.")
        case .coresNotPositive(let cores): self = .badInput("\(cores.text) cores can't be asked for; give more than 0.")
        case .memoryNotPositive(let memory):
            self = .badInput("\(memory.text) of memory can't be asked for; give more than 0.")
        case .durationNotPositive(let span):
            self = .badInput("A lease of \(span.text) is no lease; give a time such as 30m or 2h.")
        case .durationTooLong(let asked, let longest):
            self.init(
                "too-long", title: "Too long", status: 422,
                detail:
                    "\(asked.text) is longer than the policy's \(longest.text). Ask for less and extend later, or let an administrator raise `carrel policy --longest`.",
                exitCode: ExitCode.neverFits)
        case .tooManyWaiting(let count, let limit):
            self.init(
                "too-many-waiting", title: "Too many requests wait", status: 429,
                detail:
                    "\(count) of your requests wait already, and the policy allows \(limit). Cancel some with `carrel return ID`."
            )
        case .unknownTeam, .teamNumberNegative, .guaranteeAboveLimit, .memberOfAnotherTeam: self = .team(rejection)
        case .invalidName(let name):
            self = .badInput(
                "\(name.shown.isEmpty ? "An empty text" : "“\(name.shown)”") is no usable name: 1 to 200 bytes without control characters."
            )
        case .policyOutOfRange(let field): self = .badInput(field.words)
        case .policyChanged: self = .policyChanged
        case .unknownDevice(let device), .alreadyQuarantined(let device), .notQuarantined(let device):
            self = .quarantine(rejection, device)
        case .unknownNode(let node), .alreadyCordoned(let node), .notCordoned(let node):
            self = .cordon(rejection, node)
        case .keptAlready(let id, let holds, let again): self = .keptAlready(id, holds, again)
        case .reasonEmpty, .reasonTooLong, .reasonNotPlain, .beingReclaimed, .heldForAnother:
            self = .wantedByAnother(rejection)
        case .warningIncomplete:
            self = .badInput(
                "To be warned of the end by time takes a signal and a time of more than 0: --warn-signal USR1 --warn-before 5m."
            )
        case .staleGrant, .staleReclaim: self = .stale(rejection)
        case .drainInThePast, .nodeDrained, .reservationsAreOff, .unknownReservation, .notYourReservation,
            .nothingToReserve, .reservationTooLong, .reservationInThePast, .reservationTooFarAhead, .tooManyReservations,
            .tooManyDevicesReserved, .cannotBeKept, .notInReservation, .reserved, .pastReservation:
            self = .reservation(rejection)
        case .aboveDeviceLimit, .aboveLongestLease, .longestLeaseReached, .aboveWeeklyLimit, .weeklyLimitReached:
            self = .limit(rejection)
        }
    }

    private static func stale(_ rejection: Rejection) -> Problem {
        switch rejection {
        case .staleGrant(let id, _): .internalError("The plan for request \(id) did not hold; it is made again.")
        case .staleReclaim(let id, _): .internalError("The plan to take lease \(id) back did not hold; it is made again.")
        default: .internalError("\(rejection)")
        }
    }

    private static func wantedByAnother(_ rejection: Rejection) -> Problem {
        switch rejection {
        case .reasonTooLong(let bytes, let limit):
            .badInput(
                "The reason has \(bytes) bytes, and at most \(limit) are kept. Nothing was changed; say it in fewer words.")
        case .reasonNotPlain:
            .badInput(
                "The reason holds line breaks or control characters. Nothing was changed; write one line of plain text.")
        case .beingReclaimed(let id, let request, let until):
            Problem(
                "being-reclaimed", title: "Being taken back", status: 409,
                detail:
                    "Lease \(id) is beyond its team's guarantee and is being taken back for request \(request); its work is asked to end in \(until.text). It can't be extended past that; nothing was changed.",
                exitCode: 1, request: id.number)
        case .heldForAnother(let id, let holder, let until):
            Problem(
                "held-for-another", title: "Held for another request", status: 409,
                detail:
                    "Lease \(id) runs on devices that are held for request \(holder), which can start in \(until.text). It can't last longer than that while \(holder) waits; nothing was changed.",
                exitCode: 1, request: id.number)
        default:
            .badInput(
                "A lease is revoked with a reason, which its user reads: --reason \"service at noon\". Nothing was changed.")
        }
    }

    private static func team(_ rejection: Rejection) -> Problem {
        switch rejection {
        case .unknownTeam(let team): .notFound("There is no team \(team.name.shown). `carrel team` lists them.")
        case .teamNumberNegative(let number):
            .badInput("\(number) devices are no guarantee or limit; give 0 or more.")
        case .guaranteeAboveLimit(let guarantee, let limit):
            .badInput(
                "A guarantee of \(guarantee) devices is above the team's limit of \(limit). Raise the limit with it.")
        case .memberOfAnotherTeam(let user, let team):
            Problem(
                "in-another-team", title: "In another team", status: 409,
                detail: "\(user) is in team \(team). Take them out there first: `carrel team set \(team) --remove \(user)`.")
        default: .internalError("\(rejection)")
        }
    }

    private static func cordon(_ rejection: Rejection, _ node: NodeName) -> Problem {
        switch rejection {
        case .alreadyCordoned:
            Problem(
                "already-cordoned", title: "Already cordoned", status: 409,
                detail: "No new lease begins on \(node) already; nothing was changed. `carrel node` tells why.")
        case .notCordoned:
            Problem(
                "not-cordoned", title: "Not cordoned", status: 409,
                detail: "Leases may begin on \(node); nothing was changed. `carrel node` lists the nodes.")
        default: .notFound("There is no node \(node.name.shown). `carrel node` lists them.")
        }
    }

    private static func alreadyEnding(_ id: LeaseID) -> Problem {
        let detail = "Lease \(id) is ending; nothing was changed."
        return Problem("already-ending", title: "Already ending", status: 409, detail: detail, request: id.number)
    }

    private static func quarantine(_ rejection: Rejection, _ device: DeviceKey) -> Problem {
        switch rejection {
        case .alreadyQuarantined:
            Problem(
                "already-quarantined", title: "Already in quarantine", status: 409,
                detail: "\(device) is in quarantine already; nothing was changed. `carrel quarantine` tells why.")
        case .notQuarantined:
            Problem(
                "not-quarantined", title: "Not in quarantine", status: 409,
                detail: "\(device) is in no quarantine; nothing was changed. `carrel quarantine` lists those that are.")
        default: .notFound("There is no device \(device.name.shown). `carrel gpus --json` names them.")
        }
    }

    init(_ error: ServiceError) {
        switch error {
        case .rejected(let rejection): self.init(rejection)
        case .storageFull(let detail):
            self.init(
                "storage-full", title: "The server's disk is full", status: 507,
                detail:
                    "Nothing was kept of this. Leases that are held can still be returned. Free some room where the data directory lies, then ask again.\(detail.isEmpty ? "" : " (\(detail))")",
                exitCode: 1)
        case .keyUsedForAnotherRequest(let key):
            self.init(
                "key-reused", title: "The idempotency key was used for something else", status: 422,
                detail: "Key “\(key.shown)” belongs to another request; use a new one.")
        case .stopping:
            self.init("stopping", title: "The server is ending", status: 503, detail: "Ask again in a moment.", exitCode: 1)
        case .storeFailed(let detail): self = .internalError("The store could not be read: \(detail)")
        }
    }

    init(_ error: EngineError) {
        switch error {
        case .unreachable(let detail):
            self.init(
                "engine-away", title: "The engine is away", status: 503,
                detail: "The launcher did not answer (\(detail)). Work goes on; ask again in a moment.", exitCode: 1)
        case .storageFull(let detail):
            self.init(
                "storage-full", title: "The server's disk is full", status: 507,
                detail: "There is no room where the data directory lies (\(detail)). Free some, then ask again.", exitCode: 1
            )
        case .outputExpired(let kept):
            self.init(
                "output-expired", title: "No longer kept", status: 410,
                detail: "The output is no longer kept (logs are kept \(kept)).", exitCode: 1)
        case .alreadyOver:
            self.init(
                "engine", title: "The engine could not do it", status: 409,
                detail: "That attempt is over, and only what it wrote is kept.", exitCode: 1)
        case .noTerminal:
            self.init(
                "no-terminal", title: "No terminal", status: 404,
                detail:
                    "That work does not run on a terminal now. `carrel run --tty` and `carrel shell` start some that does.",
                exitCode: 1)
        case .noConnection(let trouble):
            self.init(
                "no-connection", title: "Nobody answers there", status: 502, detail: trouble.words, exitCode: 1)
        case .failed(let detail):
            self.init("engine", title: "The engine could not do it", status: 409, detail: "\(detail)", exitCode: 1)
        }
    }

    init(_ error: ArchiveError) {
        switch error {
        case .eventsDeleted(let first):
            self.init(
                "events-deleted", title: "No longer kept", status: 410,
                detail:
                    "Events are kept from \(first) on; older ones were deleted. Ask for what follows \(first - 1), and keep "
                    + "exports or backups for longer.", exitCode: 1)
        case .eventsAhead(let last):
            self.init(
                "events-ahead", title: "There is no such event", status: 409,
                detail:
                    "The newest event is \(last). A number above it is from before the ledger was restored from a backup: what "
                    + "follows it here is another history. Begin again, from the first event or from the restore on "
                    + "(ledgerRestored).", exitCode: 1)
        }
    }

    init(_ error: TokenError) {
        switch error {
        case .invalidName, .expiryNotInFuture: self = .badInput("\(error)")
        case .nameTaken: self.init("name-taken", title: "The name is taken", status: 409, detail: "\(error)")
        case .unknown: self = .notFound("\(error)")
        case .storage: self = .internalError("\(error)")
        }
    }

    init(refused id: LeaseID, _ refusal: Refusal) {
        self.init(
            "never-fits", title: "This can never be placed", status: 422, detail: refusal.sentence,
            exitCode: refusal.exitCode,
            request: id.number)
    }
}

extension Rejection.PolicyField {
    fileprivate var words: String {
        switch self {
        case .defaultDuration: "The default time of a lease must be more than 0 and at most the longest."
        case .longestDuration: "The longest time of a lease must be more than 0 and at most 100 years."
        case .holdAfter: "The waiting time after which devices are held must be 0 or more."
        case .usageHalfLife: "The half-life of usage must lie between 1 minute and 366 days."
        case .grace: "The grace at the end of a lease must lie between 0 and 1 day."
        case .electricity:
            "The price of electricity must lie between 0 and 1,000,000 for a kWh, in a currency of three capital letters (EUR)."
        case .waitingLimit: "The limit of waiting requests must lie between 1 and 10,000,000."
        case .idleTimers:
            "The times after which an idle lease is warned, warned again and returned must be more than 0 and at most 366 days; that at its start may be 0."
        case .idleDryRun: "The dry run of idle return must lie between 0 and 366 days."
        case .idleKeep:
            "The time for which a lease is kept must be more than 0 and at most 366 days, and the pause between two presses of Keep "
                + "no longer than that."
        case .idleSignals:
            "The signs of use must be numbers that can be reached, and the GPU's utilisation is one that always counts."
        case .reclaimNotice: "The notice before a lease is taken back must lie between 0 and 1 day."
        case .reservations:
            "Of reservations, the longest and how far ahead must be more than 0 and at most 366 days, the limit 0 or more, and the grace between 1 minute and 1 day."
        case .limits:
            "Of limits, GPUs at once lie between 0 and 1,000,000, GPU-hours a week between 0 and 100,000,000, the longest lease is more than 0, and names are 1 to 64 bytes without control characters."
        case .profiles:
            "A profile has a name of 1 to 32 small letters, digits and hyphens, and a note of at most 200 bytes on one line; at most 200 profiles are kept."
        case .minimumRun: "The time for which no lease is taken back must lie between 0 and 366 days."
        }
    }
}

extension DoorTrouble {
    /// For whoever asked for the page of a session.
    fileprivate var words: String {
        switch self {
        case .noDoor: "That work was started without a door for visitors, or does not run any more."
        case .nobodyListens: "The program of that session does not answer yet, or not any more. Try again in a moment."
        case .crowded: "The program of that session has more visitors waiting than it takes. Try again in a moment."
        case .notTheWork: "What answers at the door of that session is not its program, and nobody was connected."
        }
    }
}
