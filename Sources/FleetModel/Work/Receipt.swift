/// One thing that was, or was not, checked when devices came back.
package struct CleanCheck: Hashable, Codable, Sendable {
    /// What is looked at, in the order in which it is.
    package enum Subject: String, Codable, Sendable, CaseIterable {
        /// Every process of the work is gone.
        case processesGone
        /// No process holds the device's node open.
        case nodeReleased
        /// The driver lists no process on the device.
        case driverListEmpty
        /// The device's memory is back at its baseline.
        case memoryReleased
        /// No new hardware error.
        case healthUnchanged
        /// A probe allocated, wrote and read back.
        case probePassed
    }

    /// What the look at it gave.
    package enum Result: Hashable, Codable, Sendable {
        case passed
        case failed(detail: String)
        case notChecked(reason: String)
    }

    package let subject: Subject
    /// The device that was looked at; nil: the work as a whole.
    package let device: DeviceKey?
    package let result: Result

    package init(_ subject: Subject, _ result: Result, on device: DeviceKey? = nil) {
        self.subject = subject
        self.device = device
        self.result = result
    }

    package var hasFailed: Bool {
        if case .failed = result { true } else { false }
    }
}

/// The proof of a return: what was seen, and what was not looked at.
package struct Receipt: Hashable, Codable, Sendable {
    package let reason: EndReason
    package let outcome: AttemptOutcome?
    package let exitCode: Int32
    package let grantedAt: Timestamp
    /// When the work began; nil: it never did.
    package let startedAt: Timestamp?
    package let endedAt: Timestamp
    package let closedAt: Timestamp
    package let attempts: Int
    package let checks: [CleanCheck]
    /// Device time: devices × the span from grant to close.
    package let deviceTime: TimeSpan
    /// nil: there were no devices, or nobody watched them.
    package let use: DeviceUse?
    /// Why it was taken for idle; nil: it was not.
    package let idle: IdleEvidenceSummary?
    /// What electricity cost when the lease was closed; nil: nobody said, or nothing was measured.
    package let electricity: ElectricityPrice?

    package init(
        reason: EndReason, outcome: AttemptOutcome?, exitCode: Int32, grantedAt: Timestamp, startedAt: Timestamp?,
        endedAt: Timestamp, closedAt: Timestamp, attempts: Int, checks: [CleanCheck], deviceTime: TimeSpan,
        use: DeviceUse? = nil, idle: IdleEvidenceSummary? = nil, electricity: ElectricityPrice? = nil
    ) {
        self.reason = reason
        self.outcome = outcome
        self.exitCode = exitCode
        self.grantedAt = grantedAt
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.closedAt = closedAt
        self.attempts = attempts
        self.checks = checks
        self.deviceTime = deviceTime
        self.use = use
        self.idle = idle
        self.electricity = electricity
    }

    /// Clean is what was shown in full: a check left out is no proof.
    package enum Verdict: String, Codable, Sendable {
        case clean
        /// Nothing found, and not everything looked at.
        case unproven
        case failed
    }

    package var verdict: Verdict {
        var everythingChecked = true
        for check in checks {
            switch check.result {
            case .passed: continue
            case .failed: return .failed
            case .notChecked: everythingChecked = false
            }
        }
        return everythingChecked && !checks.isEmpty ? .clean : .unproven
    }
}
