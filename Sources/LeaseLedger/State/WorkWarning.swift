package import FleetModel

/// The signal that a lease's work is sent when its end is announced, and of what it was told already.
package struct WorkWarning: Hashable, Codable, Sendable {
    package let signal: SignalNumber
    /// So long before the end by time; nil: of that it is not told, except where a drain brings it forward.
    package let before: TimeSpan?
    /// What it was told, the newest of each kind.
    package private(set) var told: [AnnouncedEnd] = []
    /// When it was told last.
    package private(set) var toldAt: Timestamp?

    init?(_ wishes: WorkWishes?) {
        guard let signal = wishes?.warnSignal else { return nil }
        (self.signal, before) = (signal, wishes?.warnBefore)
    }

    mutating func note(_ end: AnnouncedEnd, at now: Timestamp) {
        told.removeAll { $0.isOfKind(of: end) }
        told.append(end)
        toldAt = now
    }
}

extension AnnouncedEnd {
    fileprivate func isOfKind(of other: AnnouncedEnd) -> Bool {
        switch (self, other) {
        case (.takenBack, .takenBack), (.idle, .idle), (.expiring, .expiring), (.ending, .ending): true
        default: false
        }
    }
}

extension Lease {
    /// The end that its work is to be told of now; nil: none is announced, or it knows.
    package func endToTell(at now: Timestamp) -> AnnouncedEnd? {
        guard let warning, contact == .known else { return nil }
        if phase == .ending { return lastWord(warning) }
        guard phase == .running else { return nil }
        var announced: [AnnouncedEnd] = []
        if let reclaim { announced.append(.takenBack(warnedAt: reclaim.since)) }
        if let idle, idle.releaseAt != nil, let warnedAt = idle.notices.warnedAt {
            announced.append(.idle(warnedAt: warnedAt))
        }
        if let before = timeToTell(warning), lastsUntil - now <= before { announced.append(.expiring(endsAt: lastsUntil)) }
        return announced.first { !warning.told.contains($0) }
    }

    /// Where the end was never announced, or not in time: the signal comes just before the one that asks the work to end.
    private func lastWord(_ warning: WorkWarning) -> AnnouncedEnd? {
        guard let ending, startedAt != nil else { return nil }
        let isTold: Bool
        switch ending.reason {
        case .preempted: isTold = reclaim.map { warning.told.contains(.takenBack(warnedAt: $0.since)) } ?? false
        case .idle: isTold = idle?.notices.warnedAt.map { warning.told.contains(.idle(warnedAt: $0)) } ?? false
        case .expired: isTold = warning.before == nil || warning.told.contains(.expiring(endsAt: lastsUntil))
        case .drained: isTold = warning.told.contains(.expiring(endsAt: lastsUntil))
        case .revoked: isTold = false
        case .finished, .returned, .nodeLost, .deviceFailed, .launchFailed: isTold = true
        }
        let end = AnnouncedEnd.ending(since: ending.since)
        return isTold || warning.told.contains(end) ? nil : end
    }

    /// A drain may be announced days ahead. A program that the signal ends would lose that time.
    private static let timeBeforeDrain = TimeSpan.minutes(5)

    /// How long before its end by time its work is told; nil: it is not.
    private func timeToTell(_ warning: WorkWarning) -> TimeSpan? {
        warning.before ?? (isCutByDrain ? Self.timeBeforeDrain : nil)
    }

    /// Why the work ended, where it is the very signal that ended it: what was announced has come about. nil: by itself.
    func endByWarning(_ outcome: AttemptOutcome) -> EndReason? {
        guard let warning else { return nil }
        switch outcome {
        case .signalled(let signal) where signal == warning.signal.number: break
        case .exited(let code) where code == 128 + warning.signal.number: break
        default: return nil
        }
        if let reclaim, warning.told.contains(.takenBack(warnedAt: reclaim.since)) { return .preempted }
        if isCutByDrain, warning.told.contains(.expiring(endsAt: lastsUntil)) { return .drained }
        return nil
    }

    /// When its work is to be told of its end by time; nil: it needs not be, or knows.
    var tellDue: Timestamp? {
        guard let warning, let before = timeToTell(warning), phase.mayBecome(.ending),
            !warning.told.contains(.expiring(endsAt: lastsUntil))
        else { return nil }
        return lastsUntil + TimeSpan(milliseconds: -before.milliseconds)
    }
}
