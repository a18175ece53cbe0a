package import FleetModel

extension IdleVerdict {
    /// What is to be said, and on what evidence; nil: nothing new.
    ///
    /// - Parameters:
    ///   - known: what was said before.
    ///   - window: what the verdict was found in.
    package func notice(
        after known: IdleRecord, _ window: IdleWindow
    ) -> (notice: IdleNotice, evidence: IdleEvidenceSummary)? {
        switch self {
        case .advise(let evidence): (.advised, evidence)
        case .warn(let evidence, let releaseAt): (.warned(releaseAt: releaseAt), evidence)
        case .warnAgain(let evidence, let releaseAt): (.warnedAgain(releaseAt: releaseAt), evidence)
        case .release(let evidence): (.released, evidence)
        case .wouldRelease(let evidence): (.wouldBeReleased, evidence)
        // What was said was about a rest that is over.
        case .active(.seen), .active(.unknown): known.holdsNotice ? (.withdrawn, window.gpuQuiet) : nil
        case .idle(let since, _):
            known.notices.warnedAt.map { $0 < since } ?? false ? (.withdrawn, window.gpuQuiet) : nil
        case .active(.starting), .active(.kept): nil
        }
    }
}

extension IdleRecord {
    /// Its user was told something that holds still.
    fileprivate var holdsNotice: Bool {
        notices.warnedAt != nil || notices.warnedAgainAt != nil || notices.advisedAt != nil
    }
}
