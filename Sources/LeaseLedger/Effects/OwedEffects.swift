package import FleetModel

/// Which effects are under way, which wait for their next try, and how old the engine's list is for each attempt.
///
/// The service's engine loop and the simulator's keep this same book. It lives in memory only: after a restart
/// everything that is still owed is asked for again, which the engine takes as asked once.
package struct OwedEffects: Sendable {
    private struct Pause {
        var until: Timestamp
        var length: TimeSpan
    }

    /// Attempts with an effect under way; they are left alone until its answer is there.
    package private(set) var pending: Set<AttemptKey> = []
    /// Attempts that had an effect under way at any moment since the newest list was asked for: the list may be older
    /// than what became of them.
    private var touched: Set<AttemptKey> = []
    private var pauses: [Reconciliation.Effect: Pause] = [:]
    /// The keys of `pauses`, in the order in which they came.
    private var paused: [Reconciliation.Effect] = []

    package static let firstPause = TimeSpan(milliseconds: 250)
    /// A look at devices just after the work's end may find a process that is about to be gone: the next user waits.
    package static let firstVerifyPause = TimeSpan(milliseconds: 4)
    package static let longestPause = TimeSpan.seconds(30)
    /// How long an effect that is asked for once rests after it went well: as good as for ever.
    private static let rest = TimeSpan.hours(1)

    package init() {}

    /// To be called just before the engine is asked for its list.
    package mutating func willList() { touched = pending }

    /// Compares what is owed with what is there. The effects of the answer are under way from now on; each of them must
    /// be finished.
    ///
    /// - Parameters:
    ///   - now: on the ledger's clock.
    ///   - steady: on a clock of the caller's that never goes back, for the pauses.
    ///   - isFirst: what no comparison since the start has told is not in the ledger yet.
    package mutating func compare(
        _ state: LedgerState, at now: Timestamp, listed: [AttemptStatus], steady: Timestamp, isFirst: Bool = false
    ) -> Reconciliation {
        let busy = pending.union(touched)
        var owed = Reconciliation(state, at: now, listed: listed, pending: busy, isFirst: isFirst)
        forgetPauses(except: Set(owed.effects), busy)
        owed.leaveOut { pauses[$0].map { steady < $0.until } ?? false }
        for effect in owed.effects {
            pending.insert(effect.attempt)
            touched.insert(effect.attempt)
        }
        return owed
    }

    /// Takes in that an effect was carried out, or failed.
    ///
    /// One that failed pauses twice as long each time. One that went well and is still owed is not repeated at once
    /// either: asking work to end takes until it ends, and devices that are not clean yet need a while.
    ///
    /// - Returns: after what time the loop shall turn again; nil: there is no need to.
    package mutating func finish(_ effect: Reconciliation.Effect, failed: Bool, steady: Timestamp) -> TimeSpan? {
        pending.remove(effect.attempt)
        let rests = !failed && effect.isAskedOnce
        let last = pauses[effect]?.length
        let first = if case .verify = effect { Self.firstVerifyPause } else { Self.firstPause }
        let length = rests ? Self.rest : min(last.map { $0 + $0 } ?? first, Self.longestPause)
        if last == nil { paused.append(effect) }
        pauses[effect] = Pause(until: steady + length, length: length)
        return rests ? nil : length
    }

    private mutating func forgetPauses(except owed: Set<Reconciliation.Effect>, _ busy: Set<AttemptKey>) {
        paused.removeAll { effect in
            guard !owed.contains(effect), !busy.contains(effect.attempt) else { return false }
            pauses[effect] = nil
            return true
        }
    }
}

extension Reconciliation.Effect {
    /// Asking again has no use while the engine lives.
    fileprivate var isAskedOnce: Bool {
        switch self {
        case .stop(_, force: false): true
        case .launch, .verify, .forget, .tell, .stop(_, force: true): false
        }
    }
}
