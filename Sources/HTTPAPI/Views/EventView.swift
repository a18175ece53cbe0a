import FleetModel
import Scheduling
import WireModel
import LeaseLedger

/// An event for `/v1/events`.
struct EventView: Encodable {
    let sequence: Int64
    let at: String
    let kind: String
    let request: Int64?
    /// The request that waits again in this one; nil: it is none of those, or the event is about something else.
    let requeueOf: Int64?
    let words: String

    init(_ recorded: RecordedEvent, _ views: ViewMaker) {
        sequence = recorded.sequence
        at = views.text(recorded.at)
        request = recorded.event.subject?.number
        if case .requestSubmitted(let event) = recorded.event {
            requeueOf = event.requeue?.of.number
        } else {
            requeueOf = nil
        }
        (kind, words) = Self.describe(recorded.event)
    }

    private static func describe(_ event: Event) -> (kind: String, words: String) {
        switch event {
        case .policySet(let event): ("policySet", "\(event.by) changed the policy")
        case .teamSet(let event): ("teamSet", "\(event.by) changed team \(event.team.name)")
        case .teamRemoved(let event): ("teamRemoved", "\(event.by) removed team \(event.name)")
        case .nodeReported(let event):
            ("nodeReported", "\(event.report.node) reports \(event.report.devices.count.counted("device"))")
        case .nodeContact(let event): ("nodeContact", "contact with \(event.node) is \(event.contact.rawValue)")
        case .requestSubmitted(let event):
            (
                "requestSubmitted",
                "\(event.user) asks for \(event.resources.devices.text): \(event.name)"
                    + (event.requeue.map { "; it is request \($0.of), which waits again" } ?? "")
            )
        case .requestRefused(let event): ("requestRefused", event.refusal.sentence)
        case .requestCancelled(let event):
            ("requestCancelled", "cancelled by \(event.by)" + (event.reason.map { ": \($0)" } ?? ""))
        case .leaseGranted(let event):
            ("leaseGranted", "\(event.allocation.devices.count.counted("device")) on \(event.allocation.node)")
        case .leaseExtended(let event): ("leaseExtended", "extended by \(event.by)")
        case .leaseEnding(let event): ("leaseEnding", event.reason.words(nil))
        case .attemptStarting(let event): ("attemptStarting", "attempt \(event.attempt.number) starts")
        case .attemptRunning(let event): ("attemptRunning", "attempt \(event.attempt.number) runs")
        case .attemptEnded(let event): ("attemptEnded", event.outcome.words)
        case .verificationFailed(let event): ("verificationFailed", event.checks.failures)
        case .leaseClosed(let event): ("leaseClosed", event.receipt.words)
        case .devicesFrozen(let event):
            ("devicesFrozen", "attempt \(event.claim) still claims \(event.devices.count.counted("device"))")
        case .devicesThawed(let event): ("devicesThawed", "attempt \(event.claim) is gone")
        case .deviceQuarantined(let event):
            ("deviceQuarantined", "\(event.device) is in quarantine: \(event.quarantine.reason.words)")
        case .deviceReleased(let event):
            (
                "deviceReleased",
                "\(event.device) is back in the pool: "
                    + (event.by.map { "\($0) said so" } ?? "every check passed")
            )
        case .foreignSeen(let event):
            (
                "foreignSeen",
                event.processes.isEmpty
                    ? "\(event.device) is not used from outside Carrel any more"
                    : "\(event.device) is used from outside Carrel: " + event.processes.words
            )
        case .nodeCordoned(let event):
            (
                "nodeCordoned",
                "no new lease begins on \(event.node)\(event.cordon.drainBy == nil ? "" : ", which is drained"): \(event.cordon.reason.sentence)"
            )
        case .nodeUncordoned(let event):
            (
                "nodeUncordoned",
                "leases may begin on \(event.node) again: " + (event.by.map { "\($0) said so" } ?? "the suspicion is over")
            )
        case .leaseKept(let event): ("leaseKept", "\(event.by) keeps it")
        case .idleNoticed(let event):
            ("idleNoticed", event.notice.words(of: event.id) + (event.evidence.looks == 0 ? "" : " " + event.evidence.text))
        case .idleWatchBegan: ("idleWatchBegan", "leases are looked at from now on, to see whether they are used")
        case .leaseReclaiming(let event): ("leaseReclaiming", "is being taken back for request \(event.for)")
        case .reclaimWithdrawn: ("reclaimWithdrawn", "is not taken back after all")
        case .workTold(let event): ("workTold", "its work was sent its signal: \(event.end.words)")
        case .reservationMade(let event): ("reservationMade", event.words)
        case .reservationMoved(let event): ("reservationMoved", event.words)
        case .reservationBegan(let event): ("reservationBegan", "reservation \(event.id) has begun")
        case .reservationEnded(let event): ("reservationEnded", "reservation \(event.id) \(event.end.words)")
        case .leaseDraining(let event): ("leaseDraining", "\(event.by) drains its node: it ends with the deadline")
        case .ledgerRestored(let event):
            ("ledgerRestored", "the ledger was restored from a backup; numbers go on from \(event.nextID)")
        }
    }
}

extension ReservationMade {
    fileprivate var words: String {
        "\(reservation.by) reserved \(reservation.devices.text) for \(reservation.owner.words)"
            + (reservation.allocation.map { " on \($0.node)" } ?? "")
    }
}

extension ReservationMoved {
    fileprivate var words: String {
        "reservation \(id) " + (allocation.map { "is now on \($0.node)" } ?? "is nowhere: nothing can hold it at present")
            + ": \(because.words)"
    }
}

extension ReservationMoved.Reason {
    fileprivate var words: String {
        switch self {
        case .nodeLost: "its node is out of contact"
        case .nodeCordoned: "no new lease begins on its node"
        case .devicesFailed: "one of its GPUs can't be used"
        case .roomFound: "others come free earlier"
        }
    }
}
