package import FleetModel

/// Why a GPU, or all of them, could not be read.
package enum InventoryProblem: Error, Hashable, Codable, Sendable {
    /// The NVIDIA library that was asked for, or that the loaded driver needs, can't be opened. `detail` is the
    /// loader's own sentence.
    case libraryNotLoaded(path: String, detail: String)
    /// A call that concerns the whole driver failed: no NVIDIA GPU of this machine is known.
    case driverCallFailed(call: String, code: NVMLCode)
    /// A call failed for one GPU, or for one slice of it.
    case gpuCallFailed(index: Int, pciAddress: String?, call: String, code: NVMLCode)
    /// MIG is on and nothing is carved out of the GPU: there is nothing that work could run on.
    case noSlices(index: Int, pciAddress: String?)
    /// Two devices say that they are the same one; the second is left out.
    case keyNotUnique(DeviceKey)
    /// A file of the AMD driver is missing or holds no number.
    case fileUnusable(pciAddress: String, path: String)
    /// A processor's built-in graphics: too small to be of use, left out.
    case builtInGraphics(pciAddress: String, memory: MemoryBytes)
    /// The driver has not answered since then; the devices are those of the last answer.
    case driverSilent(since: Timestamp)
    /// The driver has not answered for these devices since then; the others are watched.
    case devicesSilent([DeviceKey], since: Timestamp)
    /// So many reading processes hang in the driver where no kill reaches them. No more are started until they are gone.
    case readersStuck(count: Int)
    /// The kernel's log can't be read; a number of `errno`. Errors of GPUs are known from the driver's events only.
    case kernelLogClosed(errno: Int32)
    /// The process that reads the devices could not be started, or ended without an answer; the devices are those of
    /// the last answer.
    case readerFailed(ReaderFailure)
    /// The very first look has lasted since then: a driver that nobody has used since the machine started, and that keeps nothing
    /// awake, may take most of a minute. No device is known yet.
    case driverStarting(since: Timestamp)
}

/// What became of the process that reads the devices.
package enum ReaderFailure: Error, Hashable, Codable, Sendable {
    /// It could not be started; a number of `errno`.
    case notStarted(executable: String, errno: Int32)
    case exited(code: Int32)
    case signalled(number: Int32)
    /// What it said is no reading: another version's, or not a reader at all.
    case answerNotUnderstood(bytes: Int)
    /// The process that watches ended, or said something that nobody understands.
    case closed
    /// It said more than this and was ended.
    case answerTooLong(limit: Int)
}
