import CCUDA
package import FleetModel

/// Curves of an NVIDIA device: own kernels, and cuBLAS and cuDNN where they are installed. They block, and for ever when the driver
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
        // One that is there in part is as good as none.
        let dnn = (try? CUDNN(session)) ?? nil
        let bench = DeviceBench(session: session, kernels: kernels, seed: seed)
        let ways = products(kernels, blas), convolutions = convolutions(kernels, dnn)
        let shares = Int64(3 * ways.count + convolutions.count + 4)
        let each = TimeSpan(milliseconds: max(1, budget.milliseconds / shares))
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
        for (method, convolve) in convolutions {
            add(.convolution, method, sides) { (side) throws(CUDAFailure) in try bench.convolution(side, convolve) }
        }
        // A driver that doesn't take these ends their curves alone.
        let networks = Result { () throws(CUDAFailure) in try CUDANetworkKernels(session) }
        add(.lstmStep, .cuda, sides) { (size) throws(CUDAFailure) in try bench.lstm(size, try networks.get()) }
        for (method, multiply) in ways {
            add(.trainingStep, method, sides) { (size) throws(CUDAFailure) in
                try bench.training(size, try networks.get(), multiply)
            }
        }
        let counts = ProcessorCurves.counts(largest)
        add(.scaledSum, .cuda, counts) { (count) throws(CUDAFailure) in try bench.scaledSum(count) }
        for (kernel, isOut) in [(ProbeKernel.transferToDevice, false), (.transferFromDevice, true)] {
            add(kernel, .cuda, counts.map { $0 * 4 }) { (bytes) throws(CUDAFailure) in
                try bench.transfer(bytes, isOut: isOut)
            }
        }
        blas?.end()
        dnn?.end()
        // A device that died says so in the curves; what was measured before is kept.
        try? session.end()
        return curves
    }

    private static func products(_ kernels: CUDAKernels, _ blas: CUBLAS?) -> [(ProbeMethod, DeviceBench.Multiply)] {
        [(.cuda, { (a, b, c, shape) throws(CUDAFailure) in try kernels.product(a, b, into: c, shape) })]
            + (blas.map { blas in
                [(.cuBLAS, { (a, b, c, shape) throws(CUDAFailure) in try blas.product(a, b, into: c, shape) })]
            } ?? [])
    }

    private static func convolutions(_ kernels: CUDAKernels, _ dnn: CUDNN?) -> [(ProbeMethod, DeviceBench.Convolve)] {
        var ways: [(ProbeMethod, DeviceBench.Convolve)] = [
            (
                .cuda,
                { (image, weights, result, shape) throws(CUDAFailure) in
                    try kernels.convolution(image, weights, into: result, shape)
                }
            )
        ]
        if let dnn {
            ways.append(
                (
                    .cuDNN,
                    { (image, weights, result, shape) throws(CUDAFailure) in
                        try dnn.convolution(image, weights, into: result, shape)
                    }
                ))
        }
        return ways
    }
}
