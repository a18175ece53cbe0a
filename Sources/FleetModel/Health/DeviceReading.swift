/// What one look at a device found. Decides nothing: `DevicePolicy` does.
///
/// nil is unknown: the device, its driver or our rights don't give it. Unknown is never taken for zero nor for bad.
package struct DeviceReading: Hashable, Codable, Sendable {
    /// Whether the driver answers for the device at all.
    package enum Contact: Hashable, Codable, Sendable {
        case answers
        /// It answers that the device can't be used: lost, fallen off the bus, needs a reset. `code`: the driver's
        /// number, `words`: what it means.
        case fails(code: Int32, words: String)
        /// It does not answer: the look ran into its deadline. A sick driver may never answer.
        case silent
        /// The answer can't be had: no permission, no library, another version. It says nothing of the device.
        case unreadable(words: String)
    }

    package let device: DeviceKey
    package var contact: Contact
    /// Per cent of the last sample period in which anything ran on it: one busy thread is 100.
    package var utilization: Int?
    /// In use, without what the driver keeps for itself.
    package var memoryUsed: MemoryBytes?
    package var power: Power?
    /// Since the driver was loaded; it begins anew when that is.
    package var energy: Energy?
    /// Degrees Celsius.
    package var temperature: Int?
    package var clockLimits: ClockLimits?
    /// Memory errors since the driver was loaded, that error correction could not and could mend.
    package var uncorrectedErrors: Int64?
    package var correctedErrors: Int64?
    package var rows: RowRemapping?
    package var recovery: RecoveryAction?
    /// Processes that the driver lists on it, by their numbers on the host; empty is no proof that there are none.
    package var processes: [DeviceProcess]?

    package init(_ device: DeviceKey, contact: Contact = .answers) {
        self.device = device
        self.contact = contact
    }
}

/// Rows of memory that the device replaced by spare ones.
package struct RowRemapping: Hashable, Codable, Sendable {
    package var corrected: Int
    package var uncorrected: Int
    /// A replacement waits for the next reset; the device can be used.
    package var isPending: Bool
    /// There was no spare row: the device is to be replaced.
    package var hasFailed: Bool

    package init(corrected: Int = 0, uncorrected: Int = 0, isPending: Bool = false, hasFailed: Bool = false) {
        self.corrected = corrected
        self.uncorrected = uncorrected
        self.isPending = isPending
        self.hasFailed = hasFailed
    }
}

/// What the driver wants done before the device is used again; the numbers are NVML's (field 230).
package enum RecoveryAction: Int, Codable, Sendable, CaseIterable {
    case nothing = 0
    case reset = 1
    case rebootNode = 2
    /// Links between devices can't be used.
    case drainLinks = 3
    case drainAndReset = 4
    case recoverChannels = 5
}

/// Why a device runs slower than it could; the bits are NVML's clock event reasons.
package struct ClockLimits: OptionSet, Hashable, Codable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package static let idle = ClockLimits(rawValue: 0x1)
    package static let applicationClocks = ClockLimits(rawValue: 0x2)
    package static let powerCap = ClockLimits(rawValue: 0x4)
    package static let hardwareSlowdown = ClockLimits(rawValue: 0x8)
    package static let softwareThermal = ClockLimits(rawValue: 0x20)
    package static let hardwareThermal = ClockLimits(rawValue: 0x40)
    package static let powerBrake = ClockLimits(rawValue: 0x80)
}

/// A process on a device.
package struct DeviceProcess: Hashable, Codable, Sendable {
    /// On the host.
    package let pid: Int32
    package let memory: MemoryBytes?
    /// Who runs it, and what; nil: not known.
    package var user: String?
    package var command: String?

    package init(pid: Int32, memory: MemoryBytes? = nil, user: String? = nil, command: String? = nil) {
        self.pid = pid
        self.memory = memory
        self.user = user
        self.command = command
    }
}
