import CCUDA
import Glibc

/// NVIDIA's library for networks, opened at run time. Its older interface is used, which versions 7 to 9 have alike.
final class CUDNN {
    static let libraryVariable = "CARREL_CUDNN_LIBRARY"
    static let standardNames = ["libcudnn.so.9", "libcudnn.so.8", "libcudnn.so.7", "libcudnn.so"]

    private let library: UnsafeMutableRawPointer
    private let session: CUDASession
    private var handle: ccuda_dnn?
    /// What the last shape needs; calls of the same shape only convolve.
    private var prepared: Prepared?

    /// nil: it is not installed. It uses the context of the session that is open.
    init?(_ session: CUDASession) throws(CUDAFailure) {
        let named = getenv(Self.libraryVariable).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        let opened = (named.map { [$0] } ?? Self.standardNames).lazy.compactMap { dlopen($0, RTLD_LAZY | RTLD_LOCAL) }
        guard let library = opened.first(where: { dlsym($0, "cudnnConvolutionForward") != nil }) else { return nil }
        self.library = library
        self.session = session
        var handle: ccuda_dnn?
        try call("cudnnCreate", as: ccuda_dnn_create_call.self) { $0(&handle) }
        self.handle = handle
    }

    /// Image, weights and result lie as `Convolution` has them.
    func convolution(
        _ image: ccuda_address, _ weights: ccuda_address, into result: ccuda_address, _ shape: Convolution
    ) throws(CUDAFailure) {
        let ready = try prepare(shape), handle = handle
        var one: Float = 1, zero: Float = 0
        try call("cudnnConvolutionForward", as: ccuda_dnn_forward_call.self) {
            $0(
                handle, &one, ready.image, image, ready.filters, weights, ready.convolution, Int32(ccuda_dnn_precomputed),
                ready.workspace, ready.workspaceBytes, &zero, ready.result, result)
        }
    }

    func end() {
        forget()
        let handle = handle
        try? call("cudnnDestroy", as: ccuda_dnn_destroy_call.self) { $0(handle) }
    }

    /// Descriptions that cuDNN made, and the memory that it asked for.
    private struct Prepared {
        let shape: Convolution
        var image, filters, convolution, result: ccuda_dnn_shape?
        var workspace: ccuda_address = 0
        var workspaceBytes = 0
    }

    private func prepare(_ shape: Convolution) throws(CUDAFailure) -> Prepared {
        if let prepared, prepared.shape == shape { return prepared }
        forget()
        var new = Prepared(shape: shape)
        // What was made before a failure is given back with the process.
        try call("cudnnCreateTensorDescriptor", as: ccuda_dnn_shape_create_call.self) { $0(&new.image) }
        try call("cudnnCreateTensorDescriptor", as: ccuda_dnn_shape_create_call.self) { $0(&new.result) }
        try call("cudnnCreateFilterDescriptor", as: ccuda_dnn_shape_create_call.self) { $0(&new.filters) }
        try call("cudnnCreateConvolutionDescriptor", as: ccuda_dnn_shape_create_call.self) { $0(&new.convolution) }
        let float = Int32(ccuda_dnn_float), order = Int32(ccuda_dnn_by_lines)
        let channels = Int32(shape.channels), filters = Int32(shape.filters), window = Int32(shape.window)
        for (tensor, depth, side) in [(new.image, channels, shape.side), (new.result, filters, shape.resultSide)] {
            try call("cudnnSetTensor4dDescriptor", as: ccuda_dnn_tensor_call.self) {
                $0(tensor, order, float, 1, depth, Int32(side), Int32(side))
            }
        }
        try call("cudnnSetFilter4dDescriptor", as: ccuda_dnn_filters_call.self) {
            $0(new.filters, float, order, filters, channels, window, window)
        }
        try call("cudnnSetConvolution2dDescriptor", as: ccuda_dnn_convolution_call.self) {
            $0(new.convolution, 0, 0, 1, 1, 1, 1, Int32(ccuda_dnn_not_turned), float)
        }
        // Version 7 doesn't know it, and does nothing else.
        try? call("cudnnSetConvolutionMathType", as: ccuda_dnn_arithmetic_call.self) {
            $0(new.convolution, Int32(ccuda_dnn_exact))
        }
        let handle = handle
        try call("cudnnGetConvolutionForwardWorkspaceSize", as: ccuda_dnn_workspace_call.self) {
            $0(
                handle, new.image, new.filters, new.convolution, new.result, Int32(ccuda_dnn_precomputed),
                &new.workspaceBytes)
        }
        if new.workspaceBytes > 0 { new.workspace = try session.allocate(new.workspaceBytes) }
        prepared = new
        return new
    }

    private func forget() {
        guard let old = prepared else { return }
        prepared = nil
        let destroy = [
            ("cudnnDestroyTensorDescriptor", old.image), ("cudnnDestroyTensorDescriptor", old.result),
            ("cudnnDestroyFilterDescriptor", old.filters), ("cudnnDestroyConvolutionDescriptor", old.convolution),
        ]
        // What can't be given back goes with the process.
        for (name, shape) in destroy { try? call(name, as: ccuda_dnn_shape_destroy_call.self) { $0(shape) } }
        if old.workspaceBytes > 0 { try? session.free(old.workspace) }
    }

    private func call<Function>(
        _ name: String, as type: Function.Type, _ body: (Function) -> Int32
    ) throws(CUDAFailure) {
        guard let function = dlsym(library, name) else { throw CUDAFailure(call: name, code: CUDAFailure.notFound) }
        let code = body(unsafeBitCast(function, to: type))
        guard code == 0 else { throw CUDAFailure(call: name, code: code) }
    }
}
