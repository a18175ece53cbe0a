/// Work that a processor or an accelerator could do, in one call or many.
package struct ComputeTask: Hashable, Sendable {
    /// Of one call: a multiplication and an addition are two.
    package let operations: Double
    /// Bytes of one call between memory and the cores, at least.
    package let traffic: Double
    /// Bytes of one call that go to the accelerator and come back, if it computes.
    package let transfer: Double
    /// Calls one after the other.
    package let calls: Double
    /// Bytes that go there once.
    package let staging: Double
    /// Kernels of an accelerator that one call is made of.
    package let launches: Double

    package init(
        operations: Double, traffic: Double, transfer: Double, calls: Double = 1, staging: Double = 0, launches: Double = 1
    ) {
        self.operations = operations
        self.traffic = traffic
        self.transfer = transfer
        self.calls = calls
        self.staging = staging
        self.launches = launches
    }
}

/// Tasks that people know, by one size.
package enum SizedTask: String, CaseIterable, Sendable {
    /// Size: rows of square matrices of single precision.
    case matmul
    /// Size: numbers of single precision in each of two arrays that are added.
    case elementwise
    /// Size: pixels of an image's side, 16 channels under 16 filters of 3 × 3.
    case convolution
    /// Size: numbers of a state, one step for 64 sequences.
    case lstm
    /// Size: units of each of three layers, one step with 64 examples.
    case mlp = "mlp-train"

    /// What its size counts.
    package var unit: String {
        switch self {
        case .matmul: "rows"
        case .elementwise: "numbers"
        case .convolution: "pixels of a side"
        case .lstm, .mlp: "units"
        }
    }

    /// One call; with `stays`, what it works on is on the accelerator already and remains there.
    package func task(size: Double, stays: Bool, calls: Double = 1) -> ComputeTask {
        let n = size
        let (operations, traffic, transfer): (Double, Double, Double)
        switch self {
        case .matmul: (operations, traffic, transfer) = (2 * n * n * n, 12 * n * n, 12 * n * n)
        case .elementwise: (operations, traffic, transfer) = (n, 12 * n, 12 * n)
        case .convolution: (operations, traffic, transfer) = (2 * 9 * 256 * n * n, 128 * n * n, 128 * n * n)
        case .lstm: (operations, traffic, transfer) = (2 * 64 * 8 * n * n, 32 * n * n, 512 * n)
        // Forward, and twice that backward; the weights stay, the examples go there.
        case .mlp: (operations, traffic, transfer) = (6 * 64 * 3 * n * n, 48 * n * n, 256 * n)
        }
        return ComputeTask(operations: operations, traffic: traffic, transfer: stays ? 0 : transfer, calls: calls)
    }

    /// Sizes between which a crossover is looked for.
    var bounds: (least: Double, most: Double) {
        switch self {
        case .matmul: (8, 65_536)
        case .elementwise: (1_000, 1e10)
        case .convolution: (8, 16_384)
        case .lstm, .mlp: (8, 65_536)
        }
    }
}
