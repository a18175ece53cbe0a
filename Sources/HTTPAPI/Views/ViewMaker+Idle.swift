import CheckoutService
import DevicePolicy
import FleetModel
import LeaseLedger
import WireModel

extension ViewMaker {
    /// What is known of the use of a request's lease; nil: it has no devices, or nothing is known.
    func idle(_ record: RequestRecord, _ lease: Lease) -> IdleView? {
        guard !lease.allocation.devices.isEmpty else { return nil }
        let known = lease.idle
        let verdict = lease.phase == .running ? idleBoard?[record.id] : nil
        guard verdict != nil || known != nil else { return nil }
        var view = IdleView(words: Self.words(verdict, known, lease))
        if case .idle(let since, let next)? = verdict {
            view.since = text(since)
            view.nextAt = next.map(text)
        } else if let evidence = verdict?.evidence {
            view.since = text(evidence.since)
        }
        if state.policy.idle.mode == .release, view.since != nil { view.releaseAt = known?.releaseAt.map(text) }
        view.notice = notice(record, known)
        view.keptUntil = known?.keptUntil.map(text)
        return view
    }

    /// The newest thing that was said about a lease; nil: nothing was.
    func notice(_ record: RequestRecord, _ known: IdleRecord?) -> NoticeView? {
        guard let known, let notice = known.notice, let at = known.noticedAt, let evidence = known.evidence else {
            return nil
        }
        return self.notice(record, notice, evidence, at: at)
    }

    func notice(_ record: RequestRecord, _ notice: IdleNotice, _ evidence: IdleEvidenceSummary, at: Timestamp) -> NoticeView
    {
        let mayKeep = [.warned(releaseAt: nil), .wouldBeReleased].contains(notice) || notice.releaseAt != nil
        return NoticeView(
            lease: record.id.number, user: record.user.name, name: record.name, kind: notice.word, at: text(at),
            sentence: notice.words(of: record.id), evidence: evidence.looks == 0 ? "" : evidence.text,
            releaseAt: notice.releaseAt.map(text),
            keep: mayKeep ? "carrel keep \(record.id)" : nil)
    }

    private static func words(_ verdict: IdleVerdict?, _ known: IdleRecord?, _ lease: Lease) -> String {
        switch verdict {
        case nil:
            guard lease.ending?.reason == .idle, let evidence = known?.evidence else {
                return "Nobody looks at its use now."
            }
            return "It was returned because it was idle. " + evidence.text
        case .active(let activity)?: return activity.sentence
        case .idle?:
            return known?.releaseAt == nil ? "It is not used." : "It is not used, and will be returned if that stays so."
        case .advise(let evidence)?: return "It holds a GPU and uses only the processor. " + evidence.text
        case .warn(let evidence, _)?, .warnAgain(let evidence, _)?, .release(let evidence)?, .wouldRelease(let evidence)?:
            return evidence.text
        }
    }
}

extension IdleVerdict {
    fileprivate var evidence: IdleEvidenceSummary? {
        switch self {
        case .active, .idle: nil
        case .advise(let evidence), .warn(let evidence, _), .warnAgain(let evidence, _), .release(let evidence),
            .wouldRelease(let evidence):
            evidence
        }
    }
}
