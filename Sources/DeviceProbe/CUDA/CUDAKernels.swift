import CCUDA

/// Carrel's own kernels, translated by the driver for the device of a session.
final class CUDAKernels {
    static let names = ["carrel_fill", "carrel_count_mismatches", "carrel_saxpy", "carrel_sgemm", "carrel_convolution"]
    /// The text that the driver translates.
    static var text: String { ccuda_probe_kernels().map { String(cString: $0) } ?? "" }

    private let module: CUDAModule

    init(_ session: CUDASession) throws(CUDAFailure) {
        module = try CUDAModule(session, ccuda_probe_kernels(), Self.names)
    }

    func unload() throws(CUDAFailure) { try module.unload() }

    /// Writes the pattern.
    func fill(_ memory: ccuda_address, blocks: Int, _ pattern: KeyedPattern) throws(CUDAFailure) {
        try module.launch(0, CUDAModule.grid(blocks), block: (256, 1), Self.parameters(memory, blocks, pattern))
    }

    /// Adds the number of blocks that differ from the pattern to the first of two words of 64 bits at `found`, and lowers
    /// the second to the first such block's number.
    func countMismatches(
        _ memory: ccuda_address, blocks: Int, _ pattern: KeyedPattern, found: ccuda_address
    ) throws(CUDAFailure) {
        try module.launch(
            1, CUDAModule.grid(blocks), block: (256, 1), Self.parameters(memory, blocks, pattern) + [.address(found)])
    }

    /// y = a x + y.
    func scaledSum(_ a: Float, _ x: ccuda_address, _ y: ccuda_address, count: Int) throws(CUDAFailure) {
        try module.launch(
            2, CUDAModule.grid(count), block: (256, 1), [.address(x), .address(y), .long(UInt64(count)), .float(a)])
    }

    /// c = a b, matrices row by row.
    func product(
        _ a: ccuda_address, _ b: ccuda_address, into c: ccuda_address, _ shape: MatrixShape
    ) throws(CUDAFailure) {
        let tiles = (x: UInt32((shape.columns + 15) / 16), y: UInt32((shape.rows + 15) / 16))
        try module.launch(
            3, tiles, block: (16, 16),
            [
                .address(a), .address(b), .address(c), .word(UInt32(shape.rows)), .word(UInt32(shape.inner)),
                .word(UInt32(shape.columns)),
            ])
    }

    /// Image, weights and result lie as `Convolution` has them.
    func convolution(
        _ image: ccuda_address, _ weights: ccuda_address, into result: ccuda_address, _ shape: Convolution
    ) throws(CUDAFailure) {
        let count = shape.filters * shape.resultSide * shape.resultSide
        let sizes = [shape.channels, shape.side, shape.filters, shape.window].map { CUDAModule.Parameter.word(UInt32($0)) }
        try module.launch(
            4, CUDAModule.grid(count), block: (256, 1), [.address(image), .address(weights), .address(result)] + sizes)
    }

    private static func parameters(_ memory: ccuda_address, _ blocks: Int, _ pattern: KeyedPattern) -> [CUDAModule.Parameter]
    {
        [.address(memory), .long(UInt64(blocks))] + (0..<4).map { .word(pattern.key[$0]) } + [.word(pattern.step)]
    }
}

extension CUDAKernels {
    /// How many blocks differ from the pattern, and the first of them, counted on the device. Waits for the answer.
    func mismatches(
        _ session: CUDASession, _ memory: ccuda_address, blocks: Int, _ pattern: KeyedPattern
    ) throws(CUDAFailure) -> (count: Int, first: Int) {
        var found: [UInt64] = [0, .max]
        let place = try session.allocate(16)
        try session.library.call("cuMemcpyHtoD_v2", as: ccuda_to_device_call.self) { $0(place, &found, 16) }
        try countMismatches(memory, blocks: blocks, pattern, found: place)
        try session.synchronize()
        try session.library.call("cuMemcpyDtoH_v2", as: ccuda_from_device_call.self) { $0(&found, place, 16) }
        try session.free(place)
        return (Int(clamping: found[0]), Int(clamping: found[1]))
    }
}
