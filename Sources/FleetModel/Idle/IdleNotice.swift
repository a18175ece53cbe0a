/// What has been said about a lease, and when. Nothing is released without both warnings.
package struct IdleNotices: Hashable, Codable, Sendable {
    package var advisedAt: Timestamp?
    package var warnedAt: Timestamp?
    /// The time of return that the first warning named; nil: it named none, since nobody waited.
    package var warnedFor: Timestamp?
    package var warnedAgainAt: Timestamp?
    /// When it was last reported that a lease would have been released.
    package var reportedAt: Timestamp?

    package init() {}

    /// Whether the first warning counts as the first of two at this moment: it named a time, and either that has not passed, or the
    /// second one was given before it had. One that nothing followed is forgotten by who read it, and is given anew.
    package func isFirstWarningFresh(at now: Timestamp) -> Bool {
        guard let warnedAt, let warnedFor else { return false }
        return now <= warnedFor || warnedAgainAt.map { warnedAt < $0 } ?? false
    }
}

/// What is said about a lease that nobody uses.
package enum IdleNotice: Hashable, Codable, Sendable {
    /// It holds a GPU and uses the processor.
    case advised
    /// It is not used. `releaseAt`: when it will be returned if that stays so; nil: nobody waits, and nothing is taken.
    case warned(releaseAt: Timestamp?)
    /// The last warning: it will be returned at this time.
    case warnedAgain(releaseAt: Timestamp)
    /// Dry run: it would have been returned now, and nothing was done.
    case wouldBeReleased
    /// What was said before holds no more: it is in use again, or can't be seen to be idle.
    case withdrawn
    /// It is returned now.
    case released

    /// One word for programs.
    package var word: String {
        switch self {
        case .advised: "advised"
        case .warned: "warned"
        case .warnedAgain: "warnedAgain"
        case .wouldBeReleased: "wouldBeReleased"
        case .withdrawn: "withdrawn"
        case .released: "released"
        }
    }

    /// When the lease will be returned, as far as it says.
    package var releaseAt: Timestamp? {
        switch self {
        case .warned(let time): time
        case .warnedAgain(let time): time
        case .advised, .wouldBeReleased, .withdrawn, .released: nil
        }
    }
}
