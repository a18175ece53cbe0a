import FleetModel

/// An attempt in the launcher's list.
final class LiveAttempt {
    let key: AttemptKey
    let folder: AttemptFolder
    let groups: [String]
    /// What it was launched on; nil: its spec can't be read.
    let devices: [DeviceKey]?
    /// Paths of data sets' copies that it is shown.
    var copies: [String] = []
    /// The data set that it copies, or whose copy it deletes.
    var copying: DataCopyAct?
    var stage: Stage
    var phase: AttemptStatus.Phase

    enum Stage {
        /// The sandbox is being made; carrel-init waits for the byte that starts it.
        case parked(Parked)
        /// Pid 1 of the sandbox is known.
        case watched(pidfd: Descriptor, pid: Int32)
        /// Pid 1 is gone or was never known: over as soon as the lock is free.
        case leaving(since: Int64)
        case over
    }

    struct Parked {
        let info: Descriptor
        let go: Descriptor
        let since: Int64
        var text: [UInt8] = []
        /// Known, and not released yet since there was no room for another open file.
        var pid: Int32?

        /// Milliseconds that a sandbox may take to come up.
        static let patience: Int64 = 30_000
    }

    init(
        key: AttemptKey, folder: AttemptFolder, groups: [String], devices: [DeviceKey]?, stage: Stage,
        phase: AttemptStatus.Phase
    ) {
        self.key = key
        self.folder = folder
        self.groups = groups
        self.devices = devices?.sorted()
        self.stage = stage
        self.phase = phase
    }

    var status: AttemptStatus { AttemptStatus(key: key, phase: phase, devices: devices) }

    var isOver: Bool { if case .over = stage { true } else { false } }
    var isParked: Bool { if case .parked = stage { true } else { false } }

    /// How soon it wants to be looked at though nothing has been heard, in milliseconds.
    func tick(at now: Int64) -> Int64? {
        switch stage {
        case .over: nil
        case .parked(let parked) where parked.pid != nil: 50
        case .parked(let parked): max(5, parked.since + Parked.patience - now)
        // Nothing tells that the work has begun but the file.
        case .watched: phase == .preparing ? 5 : nil
        case .leaving(let since): now - since < 1_000 ? 5 : 200
        }
    }
}
