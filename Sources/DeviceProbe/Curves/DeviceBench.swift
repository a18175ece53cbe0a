import CCUDA

/// Trials on a device. Each frees what it holds when the next one of its kind is made ready or when it goes.
struct DeviceBench {
    typealias Multiply = (ccuda_address, ccuda_address, ccuda_address, MatrixShape) throws(CUDAFailure) -> Void

    typealias Convolve = (ccuda_address, ccuda_address, ccuda_address, Convolution) throws(CUDAFailure) -> Void

    let session: CUDASession
    let kernels: CUDAKernels
    let seed: UInt64

    /// Memory of the device that goes with its last reference.
    final class Held {
        let address: ccuda_address
        private let session: CUDASession

        init(_ session: CUDASession, bytes: Int) throws(CUDAFailure) {
            address = try session.allocate(bytes)
            self.session = session
        }

        deinit {
            // What can't be given back goes with the process.
            try? session.free(address)
        }
    }

    /// Memory of the machine that the device reaches.
    private final class Pinned {
        let bytes: UnsafeMutableRawBufferPointer
        private let session: CUDASession

        init(_ session: CUDASession, bytes count: Int) throws(CUDAFailure) {
            bytes = UnsafeMutableRawBufferPointer(start: try session.allocatePinned(count), count: count)
            self.session = session
        }

        deinit { if let start = bytes.baseAddress { try? session.freePinned(start) } }
    }

    /// - Parameter isSent: both matrices are sent and the product is fetched in each run, timed by the caller's clock.
    func product(_ side: Int, isSent: Bool, _ multiply: @escaping Multiply) throws(CUDAFailure) -> CurveRun.Trial {
        var numbers = SeededNumbers(seed: seed)
        let session = session, shape = MatrixShape.square(side), count = side * side
        let a = numbers.floats(count), b = numbers.floats(count)
        let places = (
            try Held(session, bytes: count * 4), try Held(session, bytes: count * 4), try Held(session, bytes: count * 4)
        )
        try session.send(a, to: places.0.address)
        try session.send(b, to: places.1.address)
        // The first launch of a library's kernel loads it.
        try multiply(places.0.address, places.1.address, places.2.address, shape)
        try session.synchronize()
        return CurveRun.Trial(
            operations: shape.operations, tolerance: Agreement.tolerance(summands: side),
            run: { () throws(CUDAFailure) in
                guard isSent else {
                    return try session.seconds { () throws(CUDAFailure) in
                        try multiply(places.0.address, places.1.address, places.2.address, shape)
                    }
                }
                try session.send(a, to: places.0.address)
                try session.send(b, to: places.1.address)
                try multiply(places.0.address, places.1.address, places.2.address, shape)
                _ = try session.numbers(places.2.address, count)
                return nil
            },
            difference: { () throws(CUDAFailure) in
                MatrixReference.worstDifference(try session.numbers(places.2.address, count), a, b, shape)
            })
    }

    /// What `ProcessorCurves` measures, with image and weights on the device.
    func convolution(_ side: Int, _ convolve: @escaping Convolve) throws(CUDAFailure) -> CurveRun.Trial {
        var numbers = SeededNumbers(seed: seed)
        let session = session, shape = Convolution(channels: 16, side: side, filters: 16, window: 3)
        let image = numbers.floats(shape.channels * side * side), weights = numbers.floats(shape.filters * shape.summands)
        let count = shape.filters * shape.resultSide * shape.resultSide
        let places = (
            try Held(session, bytes: image.count * 4), try Held(session, bytes: weights.count * 4),
            try Held(session, bytes: count * 4)
        )
        try session.send(image, to: places.0.address)
        try session.send(weights, to: places.1.address)
        // The first launch of a library's kernel loads it.
        try convolve(places.0.address, places.1.address, places.2.address, shape)
        try session.synchronize()
        return CurveRun.Trial(
            operations: shape.operations, tolerance: Agreement.tolerance(summands: shape.summands),
            run: { () throws(CUDAFailure) in
                try session.seconds { () throws(CUDAFailure) in
                    try convolve(places.0.address, places.1.address, places.2.address, shape)
                }
            },
            difference: { () throws(CUDAFailure) in
                shape.worstDifference(try session.numbers(places.2.address, count), image, weights)
            })
    }

    func scaledSum(_ count: Int) throws(CUDAFailure) -> CurveRun.Trial {
        var numbers = SeededNumbers(seed: seed)
        let session = session, kernels = kernels
        let x = numbers.floats(count), y = numbers.floats(count), factor: Float = 0.5
        let places = (try Held(session, bytes: count * 4), try Held(session, bytes: count * 4))
        try session.send(x, to: places.0.address)
        return CurveRun.Trial(
            operations: 12 * Double(count), tolerance: Agreement.tolerance(summands: 1),
            run: { () throws(CUDAFailure) in
                try session.send(y, to: places.1.address)
                return try session.seconds { () throws(CUDAFailure) in
                    try kernels.scaledSum(factor, places.0.address, places.1.address, count: count)
                }
            },
            difference: { () throws(CUDAFailure) in
                let results = try session.numbers(places.1.address, count), seen = Sampling.places(below: count)
                return Agreement.worstDifference(
                    seen.map { results[$0] }, seen.map { Double(factor) * Double(x[$0]) + Double(y[$0]) })
            })
    }

    /// What is moved is compared by a pattern: a block that differs makes the trial infinitely wrong.
    func transfer(_ bytes: Int, isOut: Bool) throws(CUDAFailure) -> CurveRun.Trial {
        let session = session, kernels = kernels, pattern = KeyedPattern(seed: seed)
        let blocks = bytes / KeyedPattern.blockBytes
        let place = try Held(session, bytes: bytes), pinned = try Pinned(session, bytes: bytes)
        if isOut {
            try kernels.fill(place.address, blocks: blocks, pattern)
        } else {
            for index in 0..<blocks {
                pinned.bytes.storeBytes(
                    of: pattern.block(index), toByteOffset: index * KeyedPattern.blockBytes, as: SIMD4<UInt32>.self)
            }
        }
        return CurveRun.Trial(
            operations: Double(bytes), tolerance: 0,
            run: { () throws(CUDAFailure) in
                try session.seconds { () throws(CUDAFailure) in
                    if isOut {
                        try session.fetch(place.address, into: pinned.bytes)
                    } else {
                        try session.send(UnsafeRawBufferPointer(pinned.bytes), to: place.address)
                    }
                }
            },
            difference: { () throws(CUDAFailure) in
                let differing =
                    isOut
                    ? pattern.mismatches(in: UnsafeRawBufferPointer(pinned.bytes)).count
                    : try kernels.mismatches(session, place.address, blocks: blocks, pattern).count
                return differing == 0 ? 0 : .greatestFiniteMagnitude
            })
    }
}
