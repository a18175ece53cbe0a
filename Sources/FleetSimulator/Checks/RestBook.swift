import FleetModel
import LeaseLedger

/// What was said about leases that nobody uses, kept from events alone: nothing is taken without two warnings since its
/// user last kept it, nor before the time that the second one named, nor in the first days.
struct RestBook {
    private struct Rest {
        var keptAt: Timestamp?
        var keptUntil: Timestamp?
        var warnings: [(at: Timestamp, releaseAt: Timestamp?)] = []
    }

    private var rests: [LeaseID: Rest] = [:]
    private var watchedSince: Timestamp?

    func mayKeep(_ id: LeaseID, at now: Timestamp, _ pause: TimeSpan) -> Bool {
        rests[id]?.keptAt.map { now - $0 >= pause } ?? true
    }

    /// - Returns: what is wrong; nil: nothing.
    mutating func take(_ recorded: RecordedEvent, _ settings: IdleSettings) -> String? {
        let now = recorded.at
        switch recorded.event {
        case .idleWatchBegan: watchedSince = now
        case .leaseKept(let event): rests[event.id] = Rest(keptAt: now, keptUntil: event.until)
        case .idleNoticed(let event):
            let id = event.id
            if let until = rests[id]?.keptUntil, now < until, event.notice != .withdrawn {
                return "lease \(id) was kept, and yet it was \(event.notice.word)"
            }
            switch event.notice {
            case .warned(let releaseAt): rests[id, default: Rest()].warnings = [(now, releaseAt)]
            case .warnedAgain(let releaseAt): rests[id, default: Rest()].warnings.append((now, releaseAt))
            case .withdrawn: rests[id]?.warnings = []
            case .advised, .wouldBeReleased, .released: break
            }
        case .leaseEnding(let event) where event.reason == .idle:
            let warnings = rests[event.id]?.warnings ?? []
            guard warnings.count >= 2 else { return "lease \(event.id) was taken after \(warnings.count) warnings" }
            guard let promised = warnings.last?.releaseAt, promised <= now else {
                return "lease \(event.id) was taken earlier than its user was told"
            }
            guard let watchedSince, now - watchedSince >= settings.dryRun else {
                return "lease \(event.id) was taken in the dry run"
            }
        default: break
        }
        return nil
    }
}
