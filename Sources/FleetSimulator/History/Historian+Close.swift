import FleetModel
import LeaseLedger

/// What a receipt must say.
extension Historian {
    mutating func close(_ event: LeaseClosed, at now: Timestamp) {
        move(event.id, from: [.verifying], to: .closed)
        guard let file = self[event.id], let reason = file.reason else { return }
        let receipt = event.receipt
        let runsOfLease = (1...max(1, file.attempts)).compactMap { run(AttemptKey(lease: event.id, number: $0)) }
        let began = runsOfLease.reduce(0) { $0 + $1.began }
        let last = run(AttemptKey(lease: event.id, number: file.attempts))
        // What was never launched, or stopped before it began, never began.
        let outcome = last?.end?.outcome ?? .neverBegan
        func check(_ isSo: Bool, _ words: String) {
            if !isSo { complain("the receipt of lease \(event.id) \(words): \(receipt)") }
        }
        check(last == nil || last?.end != nil, "came while its work went on")
        check(began == (Self.ran(outcome) ? 1 : 0), "is for work that ran \(began) times")
        check(receipt.outcome == outcome, "should say \(outcome)")
        check(receipt.reason == reason, "should say that it was \(reason)")
        check(
            receipt.exitCode == Self.exitCode(of: outcome, reason), "should have code \(Self.exitCode(of: outcome, reason))")
        check(receipt.attempts == file.attempts, "should count \(file.attempts) attempts")
        let charged = (now - file.grantedAt).milliseconds * Int64(file.asked.devices.count)
        check(receipt.deviceTime.milliseconds == charged, "should charge \(charged) device-milliseconds")
        check(receipt.grantedAt == file.grantedAt && receipt.closedAt == now, "has the wrong times")
        check((receipt.startedAt != nil) == (began == 1), "is wrong about whether it began")
        check(receipt.startedAt == file.startedAt && receipt.endedAt == file.endedAt, "has the wrong times")
        check(file.seenDirty?.allSatisfy(out.contains) ?? false, "calls devices clean that no look found so")
        for device in file.devices {
            if holder[device] != event.id { complain("device \(device) was not lease \(event.id)'s to give back") }
            holder[device] = nil
        }
        usage.change(file.owner, by: -file.devices.count, at: now, halfLife: policy.usageHalfLife)
    }

    private static func ran(_ outcome: AttemptOutcome) -> Bool {
        switch outcome {
        case .exited, .signalled, .killed, .nodeLost, .unknown: true
        case .neverBegan, .launchFailed: false
        }
    }

    /// The program's own, and otherwise: 118 not known, 120 node lost, 121 expired, 122 idle; as in shells 126, 127, and 128 and the signal.
    private static func exitCode(of outcome: AttemptOutcome, _ reason: EndReason) -> Int32 {
        switch (reason, outcome) {
        case (.expired, _): 121
        case (.idle, _): 122
        case (.preempted, _), (.drained, _): 123
        case (.nodeLost, _), (_, .nodeLost): 120
        case (_, .exited(let code)): code
        case (_, .signalled(let signal)): 128 + signal
        case (_, .killed): 137
        case (_, .unknown): 118
        case (_, .launchFailed(.commandNotFound)): 127
        case (_, .launchFailed), (.launchFailed, .neverBegan): 126
        case (_, .neverBegan): 143
        }
    }
}
