package import FleetModel

/// When a device in quarantine is looked at again, and when it may come back.
package enum Retest {
    /// The longest pause; each is twice as long as the one before.
    package static let longestPause = TimeSpan.hours(1)
    /// A second fault of the hardware within this time is for a person to look at.
    package static let memory = TimeSpan.days(30)

    /// When to look again; nil: not before somebody has done something.
    ///
    /// Another boot, or another load of the driver, is what a reset or a restart was waited for: the device is due at once.
    package static func nextLook(
        _ stay: QuarantineStay, in epoch: DriverEpoch, _ settings: ReturnSettings = .usual
    ) -> Timestamp? {
        switch stay.quarantine.cure {
        case .hardware, .hand: return nil
        case .retest, .reset, .reboot: break
        }
        // A look has the device open, and whoever resets it needs it closed: they are few.
        let isLeftAlone = stay.quarantine.cure == .reset && !epoch.isKnownToDiffer(from: stay.epochAtLastLook)
        guard let last = stay.lastLook else {
            return stay.quarantine.since + (isLeftAlone ? longestPause : settings.retestPause)
        }
        if epoch.isKnownToDiffer(from: stay.epochAtLastLook) { return last }
        if isLeftAlone { return last + longestPause }
        let doublings = min(max(stay.looks, 0), 6)
        return last + min(TimeSpan(milliseconds: settings.retestPause.milliseconds << Int64(doublings)), longestPause)
    }

    /// What follows from one look at a device in quarantine.
    ///
    /// It may come back once the driver answers for it, its cure was taken, no check fails, and the check that it failed passes.
    /// Another check that can't be made does not keep it out, since there are devices on which it can never be.
    ///
    /// - Parameters:
    ///   - seen: its evidence anew, with the reading at the time of the quarantine as the one before, and incidents since.
    ///   - work: what the engine checked anew, such as who has its node open.
    ///   - resetConfirmed: an administrator says that it was reset.
    package static func judge(
        _ stay: QuarantineStay, _ seen: ReturnEvidence, work: [CleanCheck] = [], in epoch: DriverEpoch,
        resetConfirmed: Bool = false, _ settings: ReturnSettings = .usual
    ) -> Comeback {
        let wasReset = resetConfirmed || beganAnew(seen) || epoch.isKnownToDiffer(from: stay.epoch)
        switch stay.quarantine.cure {
        case .hand, .hardware:
            return .stays("checks don't bring it back; an administrator puts it back with `carrel quarantine GPU --release`")
        case .reset where !wasReset:
            return .stays("it waits for a reset of the GPU, another load of the driver or a restart of the machine")
        case .reboot where epoch.bootID == stay.epoch.bootID: return .stays("it waits for a restart of the machine")
        case .retest, .reset, .reboot: break
        }
        let checks = work.filter { $0.device == nil || $0.device == seen.device } + CleanReturn.judge(seen, settings)
        for check in checks {
            if case .failed(let detail) = check.result { return .stays(detail) }
        }
        switch seen.after?.contact {
        case .answers: break
        case .unreadable(let words), .fails(_, let words): return .stays(words)
        case .silent, nil: return .stays("the driver did not answer in time")
        }
        if let gap = gap(in: checks, stay.quarantine) { return .stays(gap) }
        return .comesBack(isProven: checks.allSatisfy { $0.result == .passed })
    }

    /// Why what it failed was not shown to be mended; nil: it was. An answer is all that a silent device owes, and where a reset
    /// or restart was taken, a device without counters need not prove more than that nothing fails.
    private static func gap(in checks: [CleanCheck], _ quarantine: Quarantine) -> String? {
        if quarantine.reason == .silent || quarantine.cure != .retest { return nil }
        let owed = checks.filter { quarantine.reason.subjects.contains($0.subject) }
        if owed.contains(where: { $0.result == .passed }) { return nil }
        for check in owed {
            if case .notChecked(let reason) = check.result { return reason }
        }
        return "what it failed was not looked at again"
    }

    private static func beganAnew(_ seen: ReturnEvidence) -> Bool {
        guard let after = seen.after, let before = seen.before else { return false }
        return countersBeganAnew(after, since: before)
    }

    /// Whether counters of the device began anew between two looks, as they do at a reset.
    package static func countersBeganAnew(_ now: DeviceReading, since then: DeviceReading) -> Bool {
        if let energy = now.energy, let before = then.energy, energy < before { return true }
        if let errors = now.uncorrectedErrors, let before = then.uncorrectedErrors, errors < before { return true }
        return false
    }

    /// The quarantine as it is to be recorded, knowing the earlier ones of the same device: the hardware's second fault within
    /// `memory` is for a person.
    package static func escalate(_ new: Quarantine, after earlier: [Quarantine]) -> Quarantine {
        guard new.isOfHardware, new.cure.weight < Quarantine.Cure.hardware.weight else { return new }
        let isSecond = earlier.contains { past in
            past.isOfHardware && past.since <= new.since && new.since - past.since <= memory
        }
        return isSecond ? Quarantine(new.reason, cure: .hardware, since: new.since) : new
    }
}
