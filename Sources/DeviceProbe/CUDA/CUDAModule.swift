import CCUDA

/// A text of kernels, translated by the driver for the device of a session.
final class CUDAModule {
    private let session: CUDASession
    private let module: ccuda_module?
    private let functions: [ccuda_function?]

    /// - Parameter names: of its kernels; `launch` takes their numbers in this list.
    init(_ session: CUDASession, _ text: UnsafePointer<CChar>?, _ names: [String]) throws(CUDAFailure) {
        self.session = session
        var module: ccuda_module?
        try session.library.call("cuModuleLoadData", as: ccuda_module_load_call.self) { $0(&module, text) }
        self.module = module
        var functions: [ccuda_function?] = []
        for name in names {
            var function: ccuda_function?
            try session.library.call("cuModuleGetFunction", as: ccuda_function_call.self) { $0(&function, module, name) }
            functions.append(function)
        }
        self.functions = functions
    }

    func unload() throws(CUDAFailure) {
        let module = module
        try session.library.call("cuModuleUnload", as: ccuda_module_call.self) { $0(module) }
    }

    enum Parameter {
        case address(ccuda_address)
        case long(UInt64)
        case word(UInt32)
        case float(Float)

        /// As it lies in memory; the driver reads as much of it as the kernel's parameter has.
        var bits: UInt64 {
            switch self {
            case .address(let address): address
            case .long(let number): number
            case .word(let number): UInt64(number)
            case .float(let number): UInt64(number.bitPattern)
            }
        }
    }

    /// Enough threads to fill any GPU; each goes on where the whole grid ends.
    static func grid(_ elements: Int) -> (x: UInt32, y: UInt32) {
        (UInt32(min(4_096, max(1, (elements + 255) / 256))), 1)
    }

    func launch(
        _ number: Int, _ grid: (x: UInt32, y: UInt32), block: (x: UInt32, y: UInt32), _ parameters: [Parameter]
    ) throws(CUDAFailure) {
        let function = functions[number]
        var values = parameters.map(\.bits)
        try session.library.call("cuLaunchKernel", as: ccuda_launch_call.self) { launch in
            values.withUnsafeMutableBufferPointer { values in
                var places = values.indices.map { index in
                    values.baseAddress.map { UnsafeMutableRawPointer($0 + index) }
                }
                return launch(function, grid.x, grid.y, 1, block.x, block.y, 1, 0, nil, &places, nil)
            }
        }
    }
}
