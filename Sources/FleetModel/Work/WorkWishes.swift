/// What a user wants beside devices: a signal before the end, another try after an end that was not the work's own, and a way in.
package struct WorkWishes: Hashable, Codable, Sendable {
    /// Sent to the work when its end is announced; nil: none.
    package let warnSignal: SignalNumber?
    /// So long before the lease's end by time; nil: only ends that somebody announces.
    package let warnBefore: TimeSpan?
    /// Whether the request waits again when its lease ends for a reason that is not the work's; nil: it does not.
    package let requeues: Bool?
    /// What is entered through the browser; nil: nothing.
    package let session: SessionKind?
    /// The names of the data sets that it is shown, in order; nil: none.
    package let data: [String]?

    package init(
        warnSignal: SignalNumber? = nil, warnBefore: TimeSpan? = nil, requeues: Bool = false,
        session: SessionKind? = nil, data: [String] = []
    ) {
        self.warnSignal = warnSignal
        self.warnBefore = warnBefore
        self.requeues = requeues ? true : nil
        self.session = session
        self.data = data.isEmpty ? nil : data
    }

    /// How often one request may come to wait again.
    package static let mostRequeues = 10
}

/// An end of a lease that was announced before it comes. Each is told to the work once.
package enum AnnouncedEnd: Hashable, Codable, Sendable {
    /// Its user was warned at this time that it is being taken back.
    case takenBack(warnedAt: Timestamp)
    /// Its user was told at this time that it is released as idle.
    case idle(warnedAt: Timestamp)
    /// Its time is over then.
    case expiring(endsAt: Timestamp)
    /// Its work is asked to end since then, and was told nothing before.
    case ending(since: Timestamp)
}

extension EndReason {
    /// Neither the work nor its user wanted this end: the work may be run again.
    package var isNobodysWish: Bool {
        switch self {
        case .preempted, .drained, .nodeLost, .deviceFailed: true
        case .finished, .expired, .returned, .idle, .revoked, .launchFailed: false
        }
    }
}
