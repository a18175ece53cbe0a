package import FleetModel

/// Whether a device came back as it was lent: its checks, and what follows from them.
///
/// What is not known is never taken for bad: it gives `notChecked` with the reason, which the receipt shows.
package enum CleanReturn {
    /// The checks of one device, in the order in which they are made. Those of the work as a whole (processes gone, node
    /// released) are the engine's.
    package static func judge(_ seen: ReturnEvidence, _ settings: ReturnSettings = .usual) -> [CleanCheck] {
        findings(seen, settings).map { CleanCheck($0.subject, $0.result, on: seen.device) }
    }

    static func findings(_ seen: ReturnEvidence, _ settings: ReturnSettings) -> [ReturnFinding] {
        [driverList(seen), memory(seen, settings), health(seen), probe(seen)]
    }

    private static func driverList(_ seen: ReturnEvidence) -> ReturnFinding {
        if let gap = unreadable(seen) { return .unknown(.driverListEmpty, gap) }
        guard let processes = seen.after?.processes else {
            return .unknown(.driverListEmpty, "the driver does not tell which processes are on this GPU")
        }
        let left = processes.filter { !seen.allowed.contains($0) }
        if left.isEmpty { return .passed(.driverListEmpty) }
        let detail = "still on the GPU: " + ProcessWords.list(left)
        return .failed(.driverListEmpty, detail, .notReleased(detail: detail), .retest, mayPass: true)
    }

    private static func memory(_ seen: ReturnEvidence, _ settings: ReturnSettings) -> ReturnFinding {
        if let gap = unreadable(seen) { return .unknown(.memoryReleased, gap) }
        guard let after = seen.after, let used = after.memoryUsed else {
            return .unknown(.memoryReleased, "the driver does not tell how much memory of this GPU is in use")
        }
        guard let baseline = baseline(seen) else {
            // Nothing keeps so much with nobody on it, whatever the baseline is.
            if let left = after.memoryNotAllowedFor(seen.allowed), left > MemoryBaseline.bound {
                return stuck(left, "\(left.text) in use with nobody on it")
            }
            return .unknown(.memoryReleased, "it is not known yet what this GPU keeps in use with nobody on it")
        }
        if used <= (baseline.value ?? .zero) + settings.memorySlack { return .passed(.memoryReleased) }
        guard let above = baseline.above(after, seen.allowed) else {
            return .unknown(.memoryReleased, "the driver does not tell which programs hold the memory that is in use")
        }
        if above <= settings.memorySlack { return .passed(.memoryReleased) }
        return stuck(above, "\(above.text) more in use than with nobody on it")
    }

    private static func stuck(_ above: MemoryBytes, _ detail: String) -> ReturnFinding {
        .failed(.memoryReleased, detail, .memoryStuck(above: above), .retest, mayPass: true)
    }

    /// The learnt one, or else what was in use before the lease, if nobody was on the device then.
    private static func baseline(_ seen: ReturnEvidence) -> MemoryBaseline? {
        if seen.baseline.value != nil { return seen.baseline }
        guard let before = seen.before, before.processes != nil else { return nil }
        var once = MemoryBaseline()
        for _ in 0..<MemoryBaseline.looksNeeded {
            once.learn(before, in: DriverEpoch(bootID: "before the lease"), allowed: seen.allowed)
        }
        return once.value == nil ? nil : once
    }

    private static func health(_ seen: ReturnEvidence) -> ReturnFinding {
        let incidents = (seen.incidents ?? []).filter { $0.device == seen.device }
        let faults = HardwareFault.all(in: seen.after, before: seen.before, incidents: incidents)
        if let worst = faults.first {
            let detail = faults.map(\.words).joined(separator: "; ")
            return .failed(.healthUnchanged, detail, worst.reason, worst.cure, mayPass: false)
        }
        if seen.after?.contact == .silent {
            return .failed(
                .healthUnchanged, "the driver did not answer in time", .silent, .retest, mayPass: true)
        }
        if let gap = unreadable(seen) { return .unknown(.healthUnchanged, gap) }
        let doubts = XidMeaning.together(incidents.compactMap(\.xid)).filter {
            $0.action == .verify && $0.blame != .application
        }
        if let doubt = doubts.first, case .notRun(let reason) = seen.probe {
            return .unknown(
                .healthUnchanged, "the driver reported Xid \(doubt.number), which a probe would tell more about: \(reason)")
        }
        let after = seen.after
        let isTold =
            seen.incidents != nil || after?.recovery != nil || after?.rows != nil
            || MemoryErrorCount.new(in: after, since: seen.before) != nil
        return isTold
            ? .passed(.healthUnchanged)
            : .unknown(.healthUnchanged, "this GPU has no counters of errors, and nobody watched for reports of the driver")
    }

    private static func probe(_ seen: ReturnEvidence) -> ReturnFinding {
        switch seen.probe {
        case .passed: .passed(.probePassed)
        case .notRun(let reason): .unknown(.probePassed, reason)
        case .failed(let detail):
            .failed(.probePassed, detail, .probeFailed(detail: detail), .retest, mayPass: true)
        }
    }

    /// Why the newest look says nothing of the device; nil: it does.
    private static func unreadable(_ seen: ReturnEvidence) -> String? {
        switch seen.after?.contact {
        case .answers: nil
        case .fails(_, let words): "the driver gave the GPU up: \(words)"
        case .silent: "the driver did not answer in time"
        case .unreadable(let words): words
        case nil: "nobody looked at this GPU after the work"
        }
    }
}

/// A check with what would follow from it.
struct ReturnFinding: Hashable, Sendable {
    let subject: CleanCheck.Subject
    let result: CleanCheck.Result
    let reason: Quarantine.Reason?
    let cure: Quarantine.Cure
    /// It may pass by itself: look again before judging.
    let mayPass: Bool

    static func passed(_ subject: CleanCheck.Subject) -> ReturnFinding {
        ReturnFinding(subject: subject, result: .passed, reason: nil, cure: .retest, mayPass: true)
    }

    static func unknown(_ subject: CleanCheck.Subject, _ reason: String) -> ReturnFinding {
        ReturnFinding(subject: subject, result: .notChecked(reason: reason), reason: nil, cure: .retest, mayPass: true)
    }

    static func failed(
        _ subject: CleanCheck.Subject, _ detail: String, _ reason: Quarantine.Reason, _ cure: Quarantine.Cure, mayPass: Bool
    ) -> ReturnFinding {
        ReturnFinding(
            subject: subject, result: .failed(detail: detail), reason: reason, cure: cure, mayPass: mayPass)
    }
}
