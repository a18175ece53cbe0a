import CCUDA
import Glibc

/// NVIDIA's driver library, opened at run time. Its calls block, some of them for ever when a GPU is sick: use it in a
/// process that can be killed.
///
/// It is never closed: a library that has threads in a driver is better left to the process's end.
final class CUDALibrary {
    static let standardName = "libcuda.so.1"
    /// Names the library to open instead of the standard one.
    static let libraryVariable = "CARREL_CUDA_LIBRARY"

    /// The library can't be opened; the loader's own sentence.
    struct OpenFailure: Error {
        let detail: String
    }

    private let library: UnsafeMutableRawPointer

    init(path: String? = nil) throws(OpenFailure) {
        let named = getenv(Self.libraryVariable).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        guard let opened = dlopen(path ?? named ?? Self.standardName, RTLD_LAZY | RTLD_LOCAL) else {
            throw OpenFailure(detail: dlerror().map { String(cString: $0) } ?? "no reason given")
        }
        library = opened
    }

    /// Calls the first of several versions of a function, newest first, that the library has.
    func call<Function>(_ names: String..., as type: Function.Type, _ body: (Function) -> ccuda_code) throws(CUDAFailure) {
        for name in names {
            guard let symbol = dlsym(library, name) else { continue }
            let code = body(unsafeBitCast(symbol, to: type))
            if code == 0 { return }
            throw CUDAFailure(call: name, code: code)
        }
        throw CUDAFailure(call: names[0], code: CUDAFailure.notFound)
    }

    func start() throws(CUDAFailure) {
        try call("cuInit", as: ccuda_flags_call.self) { $0(0) }
    }

    /// The newest CUDA that the driver can do: 12040 is 12.4.
    func driverVersion() throws(CUDAFailure) -> Int {
        var version: Int32 = 0
        try call("cuDriverGetVersion", as: ccuda_number_call.self) { $0(&version) }
        return Int(version)
    }

    /// The GPUs and slices that this process may see.
    func devices() throws(CUDAFailure) -> [ccuda_device] {
        var count: Int32 = 0
        try call("cuDeviceGetCount", as: ccuda_number_call.self) { $0(&count) }
        var devices: [ccuda_device] = []
        for index in 0..<max(0, count) {
            var device: ccuda_device = 0
            try call("cuDeviceGet", as: ccuda_device_call.self) { $0(&device, index) }
            devices.append(device)
        }
        return devices
    }

    func name(_ device: ccuda_device) throws(CUDAFailure) -> String {
        try text("cuDeviceGetName", device)
    }

    /// `0000:3b:00.0`, lower case. A slice has its GPU's.
    func pciAddress(_ device: ccuda_device) throws(CUDAFailure) -> String {
        try text("cuDeviceGetPCIBusId", device).lowercased()
    }

    /// Of a slice the slice's own, where the driver knows the newer call.
    func uuid(_ device: ccuda_device) throws(CUDAFailure) -> [UInt8] {
        var uuid = ccuda_uuid()
        try call("cuDeviceGetUuid_v2", "cuDeviceGetUuid", as: ccuda_device_uuid_call.self) { $0(&uuid, device) }
        return withUnsafeBytes(of: uuid) { Array($0) }
    }

    private func text(_ call: String, _ device: ccuda_device) throws(CUDAFailure) -> String {
        var buffer = [CChar](repeating: 0, count: ccuda_text_size + 1)
        try self.call(call, as: ccuda_device_text_call.self) { function in
            buffer.withUnsafeMutableBufferPointer { function($0.baseAddress, Int32(ccuda_text_size), device) }
        }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
