/// What is known of a lease's rest: what its user was told and said. Kept with the lease.
package struct IdleRecord: Hashable, Codable, Sendable {
    /// When *Keep* was pressed last, and until when that holds.
    package var keptAt: Timestamp?
    package var keptUntil: Timestamp?
    /// What holds still of what was said.
    package var notices = IdleNotices()
    /// When the lease will be returned, as its user was told last; nil: nothing was said, or it holds no more.
    package var releaseAt: Timestamp?
    /// What the newest notice since then was, when it was written down, and on what evidence.
    package var notice: IdleNotice?
    package var noticedAt: Timestamp?
    package var evidence: IdleEvidenceSummary?

    package init() {}

    /// Notes what was said.
    package mutating func take(_ notice: IdleNotice, _ evidence: IdleEvidenceSummary, at now: Timestamp) {
        switch notice {
        case .advised: notices.advisedAt = now
        case .warned(let releaseAt):
            notices.warnedAt = now
            notices.warnedFor = releaseAt
            notices.warnedAgainAt = nil
        case .warnedAgain: notices.warnedAgainAt = now
        case .wouldBeReleased: notices.reportedAt = now
        case .withdrawn: notices = IdleNotices()
        case .released: break
        }
        releaseAt = notice == .released ? releaseAt : notice.releaseAt
        self.notice = notice
        noticedAt = now
        self.evidence = evidence
    }

    /// Its user keeps it: what was said before was about a rest that is over.
    package mutating func keep(from now: Timestamp, until end: Timestamp) {
        keptAt = now
        keptUntil = end
        notices = IdleNotices()
        (releaseAt, notice, noticedAt, evidence) = (nil, nil, nil, nil)
    }

    /// Its user said so, and it holds.
    package func isKept(at now: Timestamp) -> Bool { keptUntil.map { now < $0 } ?? false }
}
