/// Why a device is out of the pool, and what brings it back.
package struct Quarantine: Hashable, Codable, Sendable {
    /// What is wrong.
    package enum Reason: Hashable, Codable, Sendable {
        /// Processes of the work would not end, or held the device's node.
        case notReleased(detail: String)
        /// Memory stayed in use with nobody there.
        case memoryStuck(above: MemoryBytes)
        /// The driver reported this error.
        case xid(Int)
        /// The driver gave up the device.
        case lost(detail: String)
        /// The driver stopped answering.
        case silent
        /// Memory errors, or rows that can't be replaced.
        case memoryErrors(detail: String)
        /// The driver asks for a reset or a reboot.
        case recoveryDue(RecoveryAction)
        /// The probe failed or ran into its deadline.
        case probeFailed(detail: String)
        /// An administrator said so.
        case ordered(by: UserName, detail: String)
    }

    /// What must happen before it may come back. Whatever it is, a device returns only after passing every check anew.
    package enum Cure: String, Codable, Sendable, CaseIterable {
        /// Looking again: it may pass by itself.
        case retest
        case reset
        case reboot
        /// Somebody has to look at, or replace, the hardware.
        case hardware
        /// An administrator ends it.
        case hand
    }

    package let reason: Reason
    package let cure: Cure
    package let since: Timestamp
    /// The boot that it began in; nil: not known. A cure by restart wants another one.
    package let bootID: String?
    /// The device's counters then: once they have begun anew it was reset. nil: not known.
    package let counters: DeviceCounters?
    /// When it was over; nil: it lasts, or that was not written down.
    package var endedAt: Timestamp?

    package init(
        _ reason: Reason, cure: Cure, since: Timestamp, bootID: String? = nil, counters: DeviceCounters? = nil
    ) {
        self.reason = reason
        self.cure = cure
        self.since = since
        self.bootID = bootID
        self.counters = counters
    }
}

/// A device that must not be offered, as a judge of devices says.
package struct DeviceFault: Hashable, Codable, Sendable {
    package let device: DeviceKey
    package let reason: Quarantine.Reason
    package let cure: Quarantine.Cure
    /// Work that runs on it is to end: it can't go on, or must not.
    package let endsWork: Bool
    package let counters: DeviceCounters?

    package init(
        _ device: DeviceKey, _ reason: Quarantine.Reason, cure: Quarantine.Cure, endsWork: Bool = false,
        counters: DeviceCounters? = nil
    ) {
        self.device = device
        self.reason = reason
        self.cure = cure
        self.endsWork = endsWork
        self.counters = counters
    }
}

/// Counters of a device that begin anew when it is reset or its driver is loaded. nil: not known.
package struct DeviceCounters: Hashable, Codable, Sendable {
    package let energy: Energy?
    package let uncorrectedErrors: Int64?

    package init(energy: Energy? = nil, uncorrectedErrors: Int64? = nil) {
        self.energy = energy
        self.uncorrectedErrors = uncorrectedErrors
    }

    /// nil: the reading gives none.
    package init?(in reading: DeviceReading?) {
        guard let reading, reading.energy != nil || reading.uncorrectedErrors != nil else { return nil }
        self.init(energy: reading.energy, uncorrectedErrors: reading.uncorrectedErrors)
    }
}

extension Quarantine.Cure {
    /// The higher, the more must happen; what is quarantined already changes to a higher one only.
    package var weight: Int {
        switch self {
        case .retest: 0
        case .reset: 1
        case .reboot: 2
        case .hardware: 3
        case .hand: 4
        }
    }
}

extension Quarantine {
    /// Whether it takes the place of another one; nil: there is none.
    package func outweighs(_ other: Quarantine?) -> Bool { other.map { $0.cure.weight < cure.weight } ?? true }
}
