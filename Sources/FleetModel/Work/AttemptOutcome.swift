/// How one launch of the work ended, as the engine saw it.
package enum AttemptOutcome: Hashable, Codable, Sendable {
    case exited(code: Int32)
    case signalled(signal: Int32)
    /// The work began and was ended without an exit record: the sandbox's pid 1 was killed.
    case killed
    /// The work never began: launching it again is safe.
    case neverBegan
    /// The work can't begin, however often it is tried.
    case launchFailed(because: LaunchFailure)
    /// The node restarted or was fenced while the work ran.
    case nodeLost
    /// The work ran and is over, and nothing says how it ended: its record is gone, or the ledger was restored from a
    /// backup of before.
    case unknown
}

/// Why work can't begin; each is for the user to mend.
package enum LaunchFailure: Error, Hashable, Codable, Sendable {
    case commandNotFound(command: String)
    case commandNotExecutable(command: String)
    case directoryMissing(path: String)
    case directoryForbidden(path: String, user: String)
    case argumentsTooLong(bytes: Int)
    case accountUnknown(user: String)
    case deviceNodeMissing(path: String)
    case storageFull(detail: String)
    case sandbox(detail: String)
    /// There is no environment of this name or in this folder, or it is not whole.
    case environmentMissing(name: String)
    /// The data set of this name can't be shown to it.
    case dataUnavailable(name: String, because: DataTrouble)
    /// The account's number is no user of the machine, and may not be used: as a group or in a name space it is somebody's.
    case numberTaken(number: UInt32, by: String)
}

/// Where one launch of the work stands, as the engine lists it.
package struct AttemptStatus: Hashable, Codable, Sendable {
    /// How far the engine has come with it.
    package enum Phase: Hashable, Codable, Sendable {
        /// Taken in and not yet begun.
        case preparing
        case running
        case ended(AttemptOutcome)
    }

    package let key: AttemptKey
    package let phase: Phase
    /// What it was launched on, in order of the keys; nil: the engine doesn't know, so that it may be any device. Engines
    /// of earlier versions never say it.
    package let devices: [DeviceKey]?

    package init(key: AttemptKey, phase: Phase, devices: [DeviceKey]? = nil) {
        self.key = key
        self.phase = phase
        self.devices = devices
    }
}
