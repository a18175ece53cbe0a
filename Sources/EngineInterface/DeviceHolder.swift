package import FleetModel

/// A process that has a device's node open.
package struct DeviceHolder: Hashable, Codable, Sendable {
    package let device: DeviceKey
    /// On the host.
    package let pid: Int32
    /// Who runs it: the account's name, or its number where it has none; nil: not known.
    package let user: String?
    /// What it runs, as the kernel names it: at most 15 bytes; nil: not known.
    package let command: String?
    /// When it was started, by the machine's wall clock; nil: not known.
    package let startedAt: Timestamp?
    /// Whose work it belongs to, as the engine knows it; nil: nobody's that the engine runs.
    package let attempt: AttemptKey?

    package init(
        device: DeviceKey, pid: Int32, user: String? = nil, command: String? = nil, startedAt: Timestamp? = nil,
        attempt: AttemptKey? = nil
    ) {
        self.attempt = attempt
        self.device = device
        self.pid = pid
        self.user = user
        self.command = command
        self.startedAt = startedAt
    }
}

/// What became of a process that was to be ended because it has a device's node open.
package enum HolderEnd: Hashable, Codable, Sendable {
    /// It was sent its signal.
    case signalled
    /// It does not have the node open any more, or is gone.
    case gone
    /// It is none that may be ended.
    case spared(reason: String)
}

/// Who uses devices now.
package struct DeviceHolders: Hashable, Codable, Sendable {
    /// In order of the devices as they were asked about, then of the processes' numbers.
    package let holders: [DeviceHolder]
    /// Processes that could not be looked into: any of them may use any device.
    package let hiddenProcesses: Int
    /// Devices of which nothing can be said: simulated ones, slices, which share their GPU's node, and those whose node is not
    /// there.
    package let unknown: [DeviceKey]

    package init(holders: [DeviceHolder], hiddenProcesses: Int = 0, unknown: [DeviceKey] = []) {
        self.holders = holders
        self.hiddenProcesses = hiddenProcesses
        self.unknown = unknown
    }
}
