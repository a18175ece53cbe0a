package import FleetModel

/// What becomes of a device after one round of checks.
package enum ReturnVerdict: Hashable, Sendable {
    /// All was looked at and is well: it goes back to the pool.
    case clean
    /// Nothing bad was found and not everything was looked at: it goes back too, and the receipt says so.
    case unproven
    /// Something may still pass by itself.
    case askAgain(after: TimeSpan, reason: String)
    case quarantine(Quarantine)
}

/// How often and since when a return has been looked at.
package struct ReturnProgress: Hashable, Sendable {
    /// Rounds made, this one included: at least 1.
    package let rounds: Int
    /// When the first was made.
    package let since: Timestamp

    package init(rounds: Int, since: Timestamp) {
        self.rounds = rounds
        self.since = since
    }
}

extension CleanReturn {
    /// One round of a return: the checks of this device, and what follows from them and from the rounds before.
    ///
    /// Hardware that is at fault is quarantined at once. Processes, memory, the probe and a driver that is silent are looked at
    /// again until `settings.patience` has passed since the first round. Unknown is never a reason for either.
    ///
    /// - Parameters:
    ///   - work: what the engine checked of this device, or of the work as a whole; the latter counts for the verdict and is
    ///     not among the checks.
    ///   - doubts: what failed in earlier rounds.
    package static func round(
        on seen: ReturnEvidence, work: [CleanCheck] = [], _ doubts: inout ReturnDoubts, _ progress: ReturnProgress,
        at now: Timestamp, _ settings: ReturnSettings = .usual
    ) -> (checks: [CleanCheck], verdict: ReturnVerdict) {
        let whole = work.filter { $0.device == nil }.map(finding)
        let own = work.filter { $0.device == seen.device }.map(finding)
        let settled = doubts.settle(own + findings(seen, settings))
        return (
            settled.map { CleanCheck($0.subject, $0.result, on: seen.device) },
            verdict(of: whole + settled, progress, at: now, settings)
        )
    }

    private static func verdict(
        of all: [ReturnFinding], _ progress: ReturnProgress, at now: Timestamp, _ settings: ReturnSettings
    ) -> ReturnVerdict {
        let failures = all.filter { $0.reason != nil }
        if let worst = failures.filter({ !$0.mayPass }).first ?? failures.first, let reason = worst.reason {
            let left = settings.patience.milliseconds - max(0, (now - progress.since).milliseconds)
            if worst.mayPass, left > 0 {
                let pause = TimeSpan(milliseconds: min(pause(progress.rounds, settings).milliseconds, left))
                return .askAgain(after: pause, reason: failures.compactMap(\.detail).joined(separator: "; "))
            }
            return .quarantine(Quarantine(reason, cure: worst.cure, since: now))
        }
        return all.allSatisfy { $0.result == .passed } ? .clean : .unproven
    }

    private static func pause(_ rounds: Int, _ settings: ReturnSettings) -> TimeSpan {
        let doublings = min(max(rounds - 1, 0), 16)
        let first = max(settings.firstPause.milliseconds, 1)
        return min(TimeSpan(milliseconds: min(first, 86_400_000) << Int64(doublings)), settings.longestPause)
    }

    private static func finding(_ check: CleanCheck) -> ReturnFinding {
        guard case .failed(let detail) = check.result else {
            return ReturnFinding(
                subject: check.subject, result: check.result, reason: nil, cure: .retest, mayPass: true)
        }
        return .failed(check.subject, detail, .notReleased(detail: detail), .retest, mayPass: true)
    }
}

extension ReturnFinding {
    var detail: String? {
        if case .failed(let detail) = result { return detail }
        return nil
    }
}
