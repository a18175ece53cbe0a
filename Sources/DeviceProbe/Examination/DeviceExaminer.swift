package import FleetModel
import Glibc

/// Shows whether a device works: allocates, writes a keyed pattern, verifies it on the device and here, multiplies
/// matrices, and measures transfers.
package enum DeviceExaminer {
    /// As much as is tested at most.
    package static let usualBytes = 64 << 20

    /// Blocks, and for ever when the driver hangs: call it in a process that can be killed, such as
    /// `DeviceProbeChild`'s. It leaves nothing on the device; what it wrote is overwritten.
    ///
    /// - Parameters:
    ///   - budget: from where on measurements are left out. What a verdict needs is always done.
    ///   - bytes: to test; less when there is less.
    ///   - seed: of the pattern and the matrices; another one each time shows what an earlier probe left.
    ///   - library: the driver's library; nil: the one that `CARREL_CUDA_LIBRARY` names, else the standard one.
    package static func examine(
        _ target: ProbeTarget, budget: TimeSpan = .seconds(4), bytes: Int = usualBytes, seed: UInt64,
        library path: String? = nil
    ) -> ProbeOutcome {
        if let node = closedNode(target) { return .notRun(obstacle: .noPermission(node: node)) }
        let library: CUDALibrary
        do {
            library = try CUDALibrary(path: path)
        } catch {
            return .notRun(obstacle: .noLibrary(detail: error.detail))
        }
        var examination = Examination(library: library, bytes: bytes, seed: seed, budget: budget)
        do {
            return .passed(measurements: try examination.run(target))
        } catch {
            switch error {
            case .failure(let failure): return .failed(failure: failure)
            case .call(let failure):
                if let obstacle = obstacle(failure, at: examination.step) { return .notRun(obstacle: obstacle) }
                return .failed(failure: .callFailed(step: examination.step, failure: failure))
            }
        }
    }

    /// A device with a `Device`'s identity, if it can be probed at all.
    package static func obstacle(to device: Device) -> ProbeObstacle? {
        if device.isSimulated { return .simulated }
        return device.vendor == .nvidia ? nil : .otherVendor
    }

    /// A node that the driver needs for the device, is there, and may not be opened by this process. Unasked, the driver
    /// would say no more than that it sees no device.
    static func closedNode(
        _ target: ProbeTarget, isClosed: (String) -> Bool = { access($0, R_OK | W_OK) != 0 && errno != ENOENT }
    ) -> String? {
        let own = target.minor.map { ["/dev/nvidia\($0)"] } ?? []
        return (own + ["/dev/nvidiactl", "/dev/nvidia-uvm"]).first(where: isClosed)
    }

    /// What is nobody's fault but the installation's.
    private static func obstacle(_ failure: CUDAFailure, at step: ProbeStep) -> ProbeObstacle? {
        switch (step, failure.code) {
        case (.start, CUDAFailure.stubLibrary), (.start, CUDAFailure.driverMismatch), (.start, CUDAFailure.notFound):
            .driverUnusable(call: failure.call, code: Int(failure.code))
        // No kernel for this GPU in the text, no translator installed, a text newer than the driver.
        case (.translate, 209), (.translate, 221), (.translate, 222): .noTranslator(code: Int(failure.code))
        default: nil
        }
    }
}
