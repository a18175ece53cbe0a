import FleetModel
import LeaseLedger
import WireModel

extension RequestView {
    /// What its user wished for beside devices, and what became of it.
    mutating func take(_ record: RequestRecord) {
        requeueOf = record.requeue?.of.number
        firstRequest = record.requeue?.first.number
        requeuedAs = record.requeuedAs?.number
        requeues = record.wishes?.requeues
        session = record.wishes?.session?.rawValue
        warnSignal = record.wishes?.warnSignal?.name
        warnBeforeSeconds = record.wishes?.warnBefore.map { $0.milliseconds / 1_000 }
        if let requeue = record.requeue, record.phase == .waiting {
            words +=
                " It is request \(requeue.of), which waits again (\(requeue.count) of at most \(WorkWishes.mostRequeues))."
        }
        if record.waitsAgain, let reason = record.lease?.ending?.reason, let short = reason.shortly(record.id) {
            words = short
        }
        if let next = record.requeuedAs {
            words += " It waits again as request \(next)."
        } else if record.waitsAgain {
            words += " It will wait again when its devices are back."
        } else if record.wishes?.requeues ?? false, record.lease?.ending?.reason.isNobodysWish ?? false {
            words += " It had come to wait again \(WorkWishes.mostRequeues) times, and does no more: run it anew."
        }
    }
}

extension EndReason {
    /// What happened, for those who need not do anything about it; nil: of other ends.
    fileprivate func shortly(_ id: LeaseID) -> String? {
        switch self {
        case .preempted: "Lease \(id) was taken back: a request that a guarantee covers got its devices."
        case .drained: "Lease \(id) ended with the deadline by which its node was to be empty."
        case .nodeLost: "The node of lease \(id) was lost while its work ran."
        case .deviceFailed(let detail): "A device of lease \(id) failed: \(detail)."
        case .finished, .expired, .returned, .idle, .revoked, .launchFailed: nil
        }
    }
}

extension AnnouncedEnd {
    /// As the rest of a sentence.
    var words: String {
        switch self {
        case .takenBack: "its lease is being taken back"
        case .idle: "its lease is released as idle"
        case .expiring: "its lease ends"
        case .ending: "it is asked to end"
        }
    }
}

extension ViewMaker {
    /// For its user, when the work was sent its signal; nil: it was not.
    func telling(of record: RequestRecord) -> NoticeView? {
        guard let lease = record.lease, let warning = lease.warning, let at = warning.toldAt, let end = warning.told.last
        else { return nil }
        var sentence = "the work of lease \(record.id) was sent \(warning.signal.name): \(end.words)"
        if case .expiring(let endsAt) = end { sentence += " at \(text(endsAt))" }
        return NoticeView(
            lease: record.id.number, user: record.user.name, name: record.name, kind: "workTold", at: text(at),
            sentence: sentence, evidence: "", releaseAt: nil, keep: nil)
    }
}
