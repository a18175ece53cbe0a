package import FleetModel

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

extension Quarantine {
    /// Whether what is told a moment later may show that the error was contained, and the device is well.
    package func mayBeExplained(given incidents: [DeviceIncident]) -> Bool {
        if incidents.contains(where: { [94, 95].contains($0.xid) }) { return false }
        switch reason {
        case .memoryErrors: return cure == .reset
        case .xid(let number): return XidMeaning.mayBeContained(number)
        default: return false
        }
    }
}

extension Quarantine.Reason {
    /// The checks of which one fails for this reason.
    package var subjects: [CleanCheck.Subject] {
        switch self {
        case .notReleased: [.processesGone, .nodeReleased, .driverListEmpty]
        case .memoryStuck: [.memoryReleased]
        case .xid, .lost, .silent, .memoryErrors, .recoveryDue, .ordered: [.healthUnchanged]
        case .probeFailed: [.probePassed]
        }
    }
}
