import CCUDA

/// What networks do beside products, translated by the driver for the device of a session.
final class CUDANetworkKernels {
    static let names = [
        "carrel_turn", "carrel_activate", "carrel_slopes", "carrel_backward", "carrel_move", "carrel_lstm",
    ]
    /// The text that the driver translates.
    static var text: String { ccuda_network_kernels().map { String(cString: $0) } ?? "" }

    private let module: CUDAModule

    init(_ session: CUDASession) throws(CUDAFailure) {
        module = try CUDAModule(session, ccuda_network_kernels(), Self.names)
    }

    /// Rows become columns.
    func turn(
        _ from: ccuda_address, into place: ccuda_address, rows: Int, columns: Int
    ) throws(CUDAFailure) {
        try module.launch(
            0, CUDAModule.grid(rows * columns), block: (256, 1),
            [.address(from), .address(place), .word(UInt32(rows)), .word(UInt32(columns))])
    }

    /// active = z / (1 + |z|).
    func activate(_ before: ccuda_address, into active: ccuda_address, count: Int) throws(CUDAFailure) {
        try module.launch(
            1, CUDAModule.grid(count), block: (256, 1), [.address(before), .address(active), .long(UInt64(count))])
    }

    /// slopes = (answers − targets) · scale, and the loss.
    func slopes(
        _ answers: ccuda_address, _ targets: ccuda_address, into slopes: ccuda_address, loss: ccuda_address, count: Int,
        scale: Float
    ) throws(CUDAFailure) {
        try module.launch(
            2, (1, 1), block: (256, 1),
            [
                .address(answers), .address(targets), .address(slopes), .address(loss), .word(UInt32(count)),
                .float(scale),
            ])
    }

    /// back = back / (1 + |before|)².
    func backward(_ back: ccuda_address, _ before: ccuda_address, count: Int) throws(CUDAFailure) {
        try module.launch(
            3, CUDAModule.grid(count), block: (256, 1), [.address(back), .address(before), .long(UInt64(count))])
    }

    /// moved = factor · gradients + weights.
    func move(
        _ weights: ccuda_address, _ gradients: ccuda_address, into moved: ccuda_address, count: Int, factor: Float
    ) throws(CUDAFailure) {
        try module.launch(
            4, CUDAModule.grid(count), block: (256, 1),
            [.address(weights), .address(gradients), .address(moved), .long(UInt64(count)), .float(factor)])
    }

    /// One step; `seen` is the input with the hidden state behind it.
    func lstm(
        _ seen: ccuda_address, _ cell: ccuda_address, _ weights: ccuda_address, nextHidden: ccuda_address,
        nextCell: ccuda_address, size: Int
    ) throws(CUDAFailure) {
        try module.launch(
            5, (UInt32(size), 1), block: (64, 4),
            [
                .address(seen), .address(cell), .address(weights), .address(nextHidden), .address(nextCell),
                .word(UInt32(size)),
            ])
    }
}
