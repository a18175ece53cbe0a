import FleetModel

/// What failed in earlier rounds of one device's return and has not passed since: that it can't be looked at any more
/// shows nothing.
package struct ReturnDoubts: Hashable, Sendable {
    private var failed: [CleanCheck.Subject: ReturnFinding] = [:]

    package init() {}

    /// The findings of a round, with what failed before in the place of what could not be looked at now.
    mutating func settle(_ findings: [ReturnFinding]) -> [ReturnFinding] {
        findings.map { finding in
            switch finding.result {
            case .failed: failed[finding.subject] = finding
            case .passed: failed[finding.subject] = nil
            case .notChecked: break
            }
            guard case .notChecked = finding.result, let earlier = failed[finding.subject],
                let detail = earlier.detail, let reason = earlier.reason
            else { return finding }
            return .failed(
                earlier.subject, "\(detail); later it could not be looked at", reason, earlier.cure,
                mayPass: earlier.mayPass)
        }
    }
}
