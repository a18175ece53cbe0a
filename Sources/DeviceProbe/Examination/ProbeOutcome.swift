package import FleetModel

/// What became of a probe.
package enum ProbeOutcome: Hashable, Codable, Sendable {
    /// Everything that was written was read back, and a product was right.
    case passed(measurements: ProbeMeasurements)
    /// Something is wrong with the device or its driver.
    case failed(failure: ProbeFailure)
    /// Nothing was learnt of the device.
    case notRun(obstacle: ProbeObstacle)
}

/// What a probe that passed saw. Rates are the best of a few short runs: they show a device that is much slower than it was,
/// and are no benchmark.
package struct ProbeMeasurements: Hashable, Codable, Sendable {
    /// As the driver names it.
    package var model: String
    /// The newest CUDA that the driver can do: 12040 is 12.4.
    package var driverVersion: Int
    /// Nobody's, and all, when the probe had begun.
    package var available: MemoryBytes
    package var total: MemoryBytes
    /// Written, verified on the device, and read back.
    package var tested: MemoryBytes
    /// Until the device could be used.
    package var openSeconds: Double
    /// All of it.
    package var seconds: Double
    /// Bytes a second, between pinned memory of the machine and the device. nil: no time was left, or the machine had no
    /// memory to pin.
    package var toDevice: Double?
    package var fromDevice: Double?
    /// Bytes a second that a kernel wrote. nil: no time was left.
    package var memoryWrite: Double?
    /// The largest difference of the product from the processor's, and what rounding explains.
    package var difference: Double
    package var tolerance: Double
}

/// Why nothing was learnt.
package enum ProbeObstacle: Error, Hashable, Codable, Sendable {
    /// It is no real device.
    case simulated
    /// There is a probe for NVIDIA's devices only.
    case otherVendor
    /// The driver's library can't be opened; the loader's own sentence.
    case noLibrary(detail: String)
    /// This process may not open the device's node.
    case noPermission(node: String)
    /// The library is no driver (34), or does not fit the kernel's module (803): no device's fault.
    case driverUnusable(call: String, code: Int)
    /// The driver can't translate kernels (its part for that is not installed, or is older than CUDA 9).
    case noTranslator(code: Int)
    /// The child could not be started.
    case notStarted(executable: String, errno: Int32)
    /// The child ended without an answer.
    case noAnswer(exitCode: Int32)
    /// A child of before hangs in the driver and can't be ended; no second one is started beside it.
    case stuckChild(pid: Int32)

    package var text: String {
        switch self {
        case .simulated: "the device is simulated"
        case .otherVendor: "there is no probe for devices of this maker"
        case .noLibrary(let detail): "NVIDIA's driver library could not be opened: \(detail)"
        case .noPermission(let node): "\(node) may not be opened; run Carrel as root, or let its user open it"
        case .driverUnusable(let call, let code):
            "the driver can't be used (\(call): \(code)"
                + "\(CUDAFailure(call: call, code: Int32(clamping: code)).meaning.map { ", \($0)" } ?? "")); "
                + "install the library of the driver that is loaded, or restart the machine"
        case .noTranslator(let code):
            "the driver can't translate kernels (code \(code)); install its libnvidia-ptxjitcompiler, or a newer driver"
        case .notStarted(let executable, let errno): "\(executable) could not be started (error \(errno))"
        case .noAnswer(let code): "the probe ended without an answer (exit code \(code))"
        case .stuckChild(let pid):
            "the last probe, process \(pid), hangs in the driver and can't be ended; restart the machine"
        }
    }
}
