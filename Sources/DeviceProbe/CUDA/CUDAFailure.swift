/// A call of NVIDIA's driver that failed.
package struct CUDAFailure: Error, Hashable, Codable, Sendable {
    /// The function's name.
    package let call: String
    /// NVIDIA's number of the error.
    package let code: Int32

    package init(call: String, code: Int32) {
        self.call = call
        self.code = code
    }

    // The numbers are those of CUDA 12's driver; they never changed.
    static let outOfMemory: Int32 = 2
    static let notInitialized: Int32 = 3
    static let stubLibrary: Int32 = 34
    static let deviceUnavailable: Int32 = 46
    static let noDevice: Int32 = 100
    static let uncorrectableError: Int32 = 214
    static let notFound: Int32 = 500
    static let launchFailed: Int32 = 719
    static let systemNotReady: Int32 = 802
    static let driverMismatch: Int32 = 803
    static let unknown: Int32 = 999

    /// What it means for whoever looks after the GPU, as far as it is known.
    package var meaning: String? {
        switch code {
        case Self.outOfMemory: "out of memory"
        case Self.stubLibrary: "the library is NVIDIA's stub for building programs, and no driver"
        case Self.deviceUnavailable: "the GPU is held exclusively by another program, or is not available"
        case Self.noDevice: "the driver shows this process no GPU"
        case Self.uncorrectableError: "an error in the GPU's memory that could not be corrected"
        case Self.launchFailed: "a kernel failed"
        case Self.systemNotReady: "the fabric that links the GPUs is not ready"
        case Self.driverMismatch: "the driver's library and its kernel module are of different versions"
        case 700: "a kernel reached outside its memory"
        case 702: "a kernel ran too long"
        case Self.unknown: "the driver gives no reason"
        default: nil
        }
    }
}
