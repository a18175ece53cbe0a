package import FleetModel

/// What the rule must know beside the looks.
package struct IdleSituation: Hashable, Sendable {
    /// Somebody waits for a device that this lease holds.
    package var someoneWaits: Bool
    /// When Carrel began to look for idle leases here: its first days are a dry run.
    package var installedAt: Timestamp
    /// When *Keep* was pressed last.
    package var keptAt: Timestamp?
    /// Until when that holds, where it was said at the time; nil: as long as the settings say now.
    package var keptUntil: Timestamp?
    /// What the user has been told, and when it reached them.
    package var notices: IdleNotices

    package init(
        someoneWaits: Bool, installedAt: Timestamp, keptAt: Timestamp? = nil, keptUntil: Timestamp? = nil,
        notices: IdleNotices = IdleNotices()
    ) {
        self.someoneWaits = someoneWaits
        self.installedAt = installedAt
        self.keptAt = keptAt
        self.keptUntil = keptUntil
        self.notices = notices
    }
}

/// What is to be done about a lease now. What must be said is said once: the shell notes it in `IdleNotices`.
package enum IdleVerdict: Hashable, Sendable {
    case active(IdleActivity)
    /// It is quiet and nothing is due. `next`: when something will be, if it stays so; nil: nothing will.
    case idle(since: Timestamp, next: Timestamp?)
    /// Say: you hold a GPU and use the processor.
    case advise(IdleEvidenceSummary)
    /// Say it for the first time; `releaseAt`: nil where nobody waits, so that nothing is taken.
    case warn(IdleEvidenceSummary, releaseAt: Timestamp?)
    case warnAgain(IdleEvidenceSummary, releaseAt: Timestamp)
    case release(IdleEvidenceSummary)
    /// Dry run: it would have been released now.
    case wouldRelease(IdleEvidenceSummary)
}

/// Whether a lease is idle.
///
/// Unknown counts as use. People are warned twice before anything is taken, and where nobody waits they are only told.
package enum IdleRule {
    /// What is to be done about a lease now, from what its looks have shown and what its user has been told.
    package static func judge(
        _ window: IdleWindow, _ situation: IdleSituation, at now: Timestamp, _ settings: IdleSettings = .usual
    ) -> IdleVerdict {
        let timers = settings.timers(for: window.kind)
        guard let newest = window.newest, now - newest <= settings.longestGap else { return .active(.unknown(.looks)) }
        let begins = window.startedAt + timers.grace
        if now < begins { return .active(.starting(until: begins)) }
        let keptUntil = situation.keptUntil ?? situation.keptAt.map { $0 + settings.keepFor }
        if let keptUntil, now < keptUntil { return .active(.kept(until: keptUntil)) }

        if let activity = window.activity, window.gpuQuiet.looks == 0 { return .active(activity) }
        let quietSince = max(window.quiet.since, begins), gpuQuietSince = max(window.gpuQuiet.since, begins)
        // What was said before is of no use: it was about another time of rest.
        let freshFrom = keptUntil ?? begins
        if window.quiet.looks > 0, now - quietSince >= timers.warnAfter {
            let rest = Rest(evidence: window.quiet, since: quietSince, freshFrom: max(quietSince, freshFrom))
            return step(rest, timers, situation, now, settings, dueSince: quietSince + timers.warnAfter)
        }
        if now - gpuQuietSince >= timers.warnAfter {
            let rest = Rest(evidence: window.gpuQuiet, since: gpuQuietSince, freshFrom: max(gpuQuietSince, freshFrom))
            return processorOnly(rest, timers, situation, now, settings)
        }
        if let activity = window.activity { return .active(activity) }
        return .idle(since: quietSince, next: quietSince + timers.warnAfter)
    }

    /// A time of rest that is judged.
    private struct Rest {
        let evidence: IdleEvidenceSummary
        let since: Timestamp
        /// Notices from here on are about it.
        let freshFrom: Timestamp

        func counts(_ notice: Timestamp?) -> Timestamp? {
            guard let notice, notice >= freshFrom else { return nil }
            return notice
        }
    }

    /// The GPU rests while the processor works.
    private static func processorOnly(
        _ rest: Rest, _ timers: IdleSettings.Timers, _ situation: IdleSituation, _ now: Timestamp, _ settings: IdleSettings
    ) -> IdleVerdict {
        let dueSince = rest.since + max(settings.processorOnlyAfter, timers.warnAfter)
        let mayBeTaken = situation.someoneWaits && timers.releaseAfter != nil
        if mayBeTaken, now >= dueSince { return step(rest, timers, situation, now, settings, dueSince: dueSince) }
        if rest.counts(situation.notices.advisedAt) == nil { return .advise(rest.evidence) }
        return .idle(since: rest.since, next: mayBeTaken ? dueSince : nil)
    }

    /// The warnings and the release, each from the time of the one before it: a server that was away warns before it takes.
    private static func step(
        _ rest: Rest, _ timers: IdleSettings.Timers, _ situation: IdleSituation, _ now: Timestamp, _ settings: IdleSettings,
        dueSince: Timestamp
    ) -> IdleVerdict {
        let notices = situation.notices
        let release = situation.someoneWaits ? timers.releaseAfter : nil
        if now < situation.installedAt + settings.dryRun {
            guard let release else { return .idle(since: rest.since, next: nil) }
            if rest.counts(notices.reportedAt) != nil { return .idle(since: rest.since, next: nil) }
            let wouldBe = max(dueSince, rest.freshFrom) + timers.warnAgainAfter + release
            return now >= wouldBe ? .wouldRelease(rest.evidence) : .idle(since: rest.since, next: wouldBe)
        }
        guard let warned = rest.counts(notices.warnedAt) else {
            return .warn(rest.evidence, releaseAt: release.map { now + timers.warnAgainAfter + $0 })
        }
        guard let release else { return .idle(since: rest.since, next: nil) }
        let secondDue = warned + timers.warnAgainAfter
        // Warnings that nothing followed, since nobody waited any more, are not believed: they are given anew, from the first on. So
        // is one from a time when nobody waited at all.
        let slack = max(release, settings.longestGap)
        let again = rest.counts(notices.warnedAgainAt).flatMap { $0 >= secondDue ? $0 : nil }
        let isOver = again.map { now > $0 + release + slack } ?? false
        guard notices.isFirstWarningFresh(at: now), !isOver else {
            return .warn(rest.evidence, releaseAt: now + timers.warnAgainAfter + release)
        }
        guard now >= secondDue else { return .idle(since: rest.since, next: secondDue) }
        guard let again else { return .warnAgain(rest.evidence, releaseAt: now + release) }
        let releaseDue = again + release
        return now >= releaseDue ? .release(rest.evidence) : .idle(since: rest.since, next: releaseDue)
    }
}

extension IdleRule {
    /// *Keep* may be pressed once in `keepEvery` and holds for `keepFor` from then on.
    package static func keep(lastKept: Timestamp?, at now: Timestamp, _ settings: IdleSettings = .usual) -> KeepAnswer {
        settings.keep(lastKept: lastKept, at: now)
    }
}
