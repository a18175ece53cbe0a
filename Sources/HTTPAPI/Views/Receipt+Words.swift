import FleetModel
import WireModel

extension Receipt {
    /// The verdict as a sentence; clean is never said without proof.
    var words: String { verdictWords + takenWords }

    /// Who took it, and why; empty: nobody did.
    private var takenWords: String {
        switch reason {
        case .revoked(let user, let reason): " It was revoked by \(user): \(reason)"
        case .preempted: " It was beyond its team's guarantee, and taken back for a request that a guarantee covers."
        default: ""
        }
    }

    private var verdictWords: String {
        let passed = checks.count { $0.result == .passed }
        switch verdict {
        case .clean: return "Returned, and shown clean by \(passed.counted("check"))."
        case .unproven where passed == 0: return "Returned. Nothing could be checked, so that nothing is proven."
        case .unproven:
            return
                "Returned. Of \(checks.count.counted("check")), \(passed) \(passed == 1 ? "was" : "were") made and passed; the "
                + "others were not made, so that it is not proven clean."
        case .failed: return "Not clean: \(checks.failures)."
        }
    }
}

extension CleanCheck {
    var view: ReceiptView.Check {
        switch result {
        case .passed: ReceiptView.Check(check: subject.words, result: "passed", detail: nil, device: device?.name)
        case .failed(let detail):
            ReceiptView.Check(check: subject.words, result: "failed", detail: detail, device: device?.name)
        case .notChecked(let reason):
            ReceiptView.Check(check: subject.words, result: "not checked", detail: reason, device: device?.name)
        }
    }
}

extension CleanCheck.Subject {
    /// What was looked at, for people.
    var words: String {
        switch self {
        case .processesGone: "processes gone"
        case .nodeReleased: "device node not held open"
        case .driverListEmpty: "driver lists no process"
        case .memoryReleased: "memory back to its baseline"
        case .healthUnchanged: "no new hardware error"
        case .probePassed: "probe wrote and read back"
        }
    }
}
