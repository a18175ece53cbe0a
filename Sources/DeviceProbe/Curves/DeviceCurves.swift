import CCUDA
package import FleetModel

/// Curves of an NVIDIA device: own kernels, and cuBLAS where it is installed. They block, and for ever when the driver
/// hangs: measure in a process that can be killed.
package enum DeviceCurves {
    /// - Parameters:
    ///   - largest: no matrix has more rows; nil: as large as the budget holds.
    ///   - seed: of the inputs.
    package static func measure(
        _ target: ProbeTarget, budget: TimeSpan, largest: Int? = nil, seed: UInt64 = 1, library path: String? = nil
    ) throws(CUDAFailure) -> [ProbeCurve] {
        let library: CUDALibrary
        do {
            library = try CUDALibrary(path: path)
        } catch {
            throw CUDAFailure(call: "dlopen", code: CUDAFailure.notFound)
        }
        try library.start()
        let devices = try library.devices()
        guard let device = library.choose(target, among: devices) else {
            throw CUDAFailure(call: "cuDeviceGetUuid", code: CUDAFailure.noDevice)
        }
        let session = try CUDASession(library, device)
        let kernels = try CUDAKernels(session), blas = try CUBLAS()
        let bench = DeviceBench(session: session, kernels: kernels, seed: seed)
        var ways: [(ProbeMethod, DeviceBench.Multiply)] = [
            (.cuda, { (a, b, c, shape) throws(CUDAFailure) in try kernels.product(a, b, into: c, shape) })
        ]
        if let blas {
            ways.append((.cuBLAS, { (a, b, c, shape) throws(CUDAFailure) in try blas.product(a, b, into: c, shape) }))
        }
        let each = TimeSpan(milliseconds: max(1, budget.milliseconds / Int64(2 * ways.count + 3)))
        let model = try library.name(device), sides = ProcessorCurves.sides.filter { $0 <= largest ?? .max }
        var curves: [ProbeCurve] = []
        func add(
            _ kernel: ProbeKernel, _ method: ProbeMethod, _ sizes: [Int],
            _ prepare: (Int) throws(CUDAFailure) -> CurveRun.Trial
        ) {
            let curve = ProbeCurve(kernel: kernel, method: method, device: model)
            curves.append(CurveRun().measure(curve, sizes: sizes, budget: each, prepare: prepare))
        }
        for (method, multiply) in ways {
            add(.matrixProduct, method, sides) { (side) throws(CUDAFailure) in
                try bench.product(side, isSent: false, multiply)
            }
            add(.matrixProductWithTransfer, method, sides) { (side) throws(CUDAFailure) in
                try bench.product(side, isSent: true, multiply)
            }
        }
        let counts = [1 << 10, 1 << 14, 1 << 18, 1 << 22, 1 << 24].filter { $0 <= largest.map { $0 * $0 } ?? .max }
        add(.scaledSum, .cuda, counts) { (count) throws(CUDAFailure) in try bench.scaledSum(count) }
        for (kernel, isOut) in [(ProbeKernel.transferToDevice, false), (.transferFromDevice, true)] {
            add(kernel, .cuda, counts.map { $0 * 4 }) { (bytes) throws(CUDAFailure) in
                try bench.transfer(bytes, isOut: isOut)
            }
        }
        blas?.end()
        // A device that died says so in the curves; what was measured before is kept.
        try? session.end()
        return curves
    }
}
