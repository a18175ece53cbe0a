/// What was measured of one kernel done one way, over growing sizes.
package struct ProbeCurve: Hashable, Codable, Sendable {
    package let kernel: ProbeKernel
    package let method: ProbeMethod
    /// Threads of the processor that took part; nil: the method does not say.
    package let threads: Int?
    /// The processor or the GPU, as its maker names it; nil: it is not known.
    package let device: String?
    /// In order of their sizes.
    package var points: [Point]
    /// Why it ends before the last size that was asked for; nil: it does not.
    package var end: End?

    /// One size.
    package struct Point: Hashable, Codable, Sendable {
        /// The kernel says what it counts.
        package let size: Int
        /// The fastest of `runs`.
        package let seconds: Double
        package let runs: Int
        /// Floating-point operations of one run; for transfers and memory, bytes.
        package let operations: Double
        /// The largest difference from the reference, and what rounding explains; of a training step both are parts of the
        /// largest gradient, of bytes 0.
        package let difference: Double
        package let tolerance: Double

        package var operationsPerSecond: Double { seconds > 0 ? operations / seconds : 0 }
    }

    /// Why a curve is not longer.
    package enum End: Hashable, Codable, Sendable {
        /// The next size would have taken longer than what was left.
        case budget(nextSize: Int)
        /// A result was wrong: none of this method's numbers may be used.
        case wrongResult(size: Int, difference: Double, tolerance: Double)
        /// The device refused; the call and its code.
        case deviceFailed(size: Int, call: String, code: Int)
    }

    package init(
        kernel: ProbeKernel, method: ProbeMethod, threads: Int? = nil, device: String? = nil, points: [Point] = [],
        end: End? = nil
    ) {
        self.kernel = kernel
        self.method = method
        self.threads = threads
        self.device = device
        self.points = points
        self.end = end
    }
}

/// What is computed or moved.
package enum ProbeKernel: String, CaseIterable, Codable, Sendable {
    /// Size: rows of square matrices of single precision, which lie where they are used.
    case matrixProduct
    /// The same, with the matrices sent to the device and the product fetched: what one call costs a program.
    case matrixProductWithTransfer
    /// Size: rows of an image of 16 channels, under 16 filters of 3 × 3.
    case convolution
    /// Size: units.
    case lstmStep
    /// Size: inputs and hidden units of a network with 16 outputs, for 64 samples.
    case trainingStep
    /// Size: elements; y = a x + y, which only memory limits: 12 bytes an element.
    case scaledSum
    /// Size: bytes, from pinned memory.
    case transferToDevice
    /// Size: bytes, to pinned memory.
    case transferFromDevice
}

/// How it is done.
package enum ProbeMethod: String, CaseIterable, Codable, Sendable {
    /// One thread, as somebody writes it who tunes nothing.
    case serial
    /// In blocks for the caches, one thread.
    case blocked
    /// In blocks, on all cores that the process may use.
    case threaded
    /// OpenBLAS, on as many threads as it likes.
    case openBLAS
    /// Carrel's own kernel on the GPU.
    case cuda
    /// NVIDIA's library of linear algebra on the GPU.
    case cuBLAS
    /// NVIDIA's library for networks on the GPU.
    case cuDNN
}
