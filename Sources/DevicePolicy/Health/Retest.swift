package import FleetModel

/// When a device in quarantine is looked at again, and when it may come back.
package enum Retest {
    /// The first pause and the longest; each is twice as long as the one before.
    package static let firstPause = TimeSpan.minutes(1)
    package static let longestPause = TimeSpan.hours(1)
    /// A second fault of the hardware within this time is for a person to look at.
    package static let memory = TimeSpan.days(30)

    /// When to look again; nil: not before somebody has done something.
    ///
    /// Another boot, or another load of the driver, is what a reset or a restart was waited for: the device is due at once.
    package static func nextLook(_ stay: QuarantineStay, in epoch: DriverEpoch) -> Timestamp? {
        switch stay.quarantine.cure {
        case .hardware, .hand: return nil
        case .retest, .reset, .reboot: break
        }
        guard let last = stay.lastLook else { return stay.quarantine.since + firstPause }
        if epoch.isKnownToDiffer(from: stay.epochAtLastLook) { return last }
        let doublings = min(max(stay.looks, 0), 6)
        return last + min(TimeSpan(milliseconds: firstPause.milliseconds << Int64(doublings)), longestPause)
    }

    /// What follows from one look at a device in quarantine.
    ///
    /// It may come back once its cure was taken, no check fails, and the check that it failed passes. A check that can't be
    /// made does not keep it out where it is not the one that it failed, since there are devices on which it can never be.
    ///
    /// - Parameters:
    ///   - checks: made anew, with the reading at the time of the quarantine as the one before.
    ///   - sawReset: counters of the device have begun anew since, or an administrator says that it was reset.
    package static func judge(
        _ stay: QuarantineStay, checks: [CleanCheck], in epoch: DriverEpoch, sawReset: Bool = false
    ) -> Comeback {
        let quarantine = stay.quarantine
        switch quarantine.cure {
        case .hand, .hardware: return .stays("an administrator returns it with `carrel quarantine`")
        case .retest: break
        case .reset, .reboot:
            let wasReset = epoch.isKnownToDiffer(from: stay.epoch) || sawReset
            if quarantine.cure == .reset, !wasReset {
                return .stays("it waits for a reset of the GPU, another load of the driver or a restart of the machine")
            }
            if quarantine.cure == .reboot, epoch.bootID == stay.epoch.bootID {
                return .stays("it waits for a restart of the machine")
            }
        }
        for check in checks {
            if case .failed(let detail) = check.result { return .stays(detail) }
        }
        let failedThen = quarantine.reason.subject
        guard let again = checks.first(where: { $0.subject == failedThen }) else {
            return .stays("what it failed was not looked at again")
        }
        // Where the cure was taken, a device without counters need not prove more than that nothing fails.
        if case .notChecked(let reason) = again.result, quarantine.cure == .retest { return .stays(reason) }
        return .comesBack(isProven: checks.allSatisfy { $0.result == .passed })
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

/// A device's time in quarantine.
package struct QuarantineStay: Hashable, Codable, Sendable {
    package let quarantine: Quarantine
    /// When it began: a cure by reset or restart wants another one.
    package let epoch: DriverEpoch
    /// Looks since that did not let it back, and the last of them.
    package private(set) var looks = 0
    package private(set) var lastLook: Timestamp?
    package private(set) var epochAtLastLook: DriverEpoch

    package init(_ quarantine: Quarantine, in epoch: DriverEpoch) {
        self.quarantine = quarantine
        self.epoch = epoch
        epochAtLastLook = epoch
    }

    /// It was looked at and stays.
    package mutating func lookedAt(_ now: Timestamp, in epoch: DriverEpoch) {
        // What waited for another boot is looked at often again when that has come.
        looks = epoch.isKnownToDiffer(from: epochAtLastLook) ? 0 : looks + 1
        lastLook = now
        epochAtLastLook = epoch
    }
}

/// What follows from a look at a device in quarantine.
package enum Comeback: Hashable, Sendable {
    /// `isProven`: every check passed; else one could not be made.
    case comesBack(isProven: Bool)
    /// With the reason, for administrators.
    case stays(String)
}

extension Quarantine {
    /// A fault that points to the device and not to programs or a driver that was busy.
    package var isOfHardware: Bool {
        switch reason {
        case .xid, .lost, .memoryErrors, .recoveryDue: cure != .retest && cure != .hand
        case .notReleased, .memoryStuck, .silent, .probeFailed, .ordered: false
        }
    }
}

extension Quarantine.Reason {
    /// The check that fails for this reason.
    package var subject: CleanCheck.Subject {
        switch self {
        case .notReleased: .driverListEmpty
        case .memoryStuck: .memoryReleased
        case .xid, .lost, .silent, .memoryErrors, .recoveryDue, .ordered: .healthUnchanged
        case .probeFailed: .probePassed
        }
    }
}
