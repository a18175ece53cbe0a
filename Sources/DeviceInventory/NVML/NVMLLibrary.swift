import CNVML
import Glibc

/// NVIDIA's management library, opened at run time. Its calls block, some of them for ever when a driver is sick: use
/// it in a process that can be killed. The calls are in files of their own.
///
/// It is never closed: a library that has threads in a driver is better left to the process's end.
///
/// NVML's functions may be called from several threads at once, and nothing here changes once it is open.
final class NVMLLibrary: Sendable {
    static let standardName = "libnvidia-ml.so.1"

    /// The library can't be opened; the loader's own sentence.
    struct OpenFailure: Error {
        let detail: String
    }

    /// What the loader knows it by.
    private let bits: UInt
    private var library: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: bits) }

    init(path: String) throws(OpenFailure) {
        guard let opened = dlopen(path, RTLD_LAZY | RTLD_LOCAL) else {
            throw OpenFailure(detail: dlerror().map { String(cString: $0) } ?? "no reason given")
        }
        bits = UInt(bitPattern: opened)
    }

    /// Calls the first of several versions of a function, newest first, that this library and its driver have.
    func call<Function>(
        _ names: String..., as type: Function.Type, _ body: (Function) -> cnvml_code
    ) throws(NVMLFailure) {
        var failure = NVMLFailure(call: names[0], code: .functionNotFound)
        for name in names {
            guard let symbol = dlsym(library, name) else { continue }
            let code = NVMLCode(body(unsafeBitCast(symbol, to: type)))
            if code.number == 0 { return }
            failure = NVMLFailure(call: name, code: code)
            // A library may have a function that its driver lacks.
            guard code == .functionNotFound else { break }
        }
        throw failure
    }

    func has(_ name: String) -> Bool { dlsym(library, name) != nil }

    /// A call that gives a text.
    func text<Function>(
        _ name: String, as type: Function.Type,
        _ body: (Function, UnsafeMutablePointer<CChar>, UInt32) -> cnvml_code
    ) throws(NVMLFailure) -> String {
        var buffer = [CChar](repeating: 0, count: cnvml_text_size + 1)
        try call(name, as: type) { function in
            buffer.withUnsafeMutableBufferPointer { body(function, $0.baseAddress!, UInt32(cnvml_text_size)) }
        }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Attaches to the driver. The second version leaves GPUs alone, so that one sick GPU can't fail it.
    func start() throws(NVMLFailure) {
        try call("nvmlInit_v2", "nvmlInit", as: cnvml_plain_call.self) { $0() }
    }

    func driverVersion() throws(NVMLFailure) -> String {
        try text("nvmlSystemGetDriverVersion", as: cnvml_system_text_call.self) { $0($1, $2) }
    }
}

/// The value of a call that a GPU or a driver need not have: nil where it has not.
func whereSupported<Value>(_ call: () throws(NVMLFailure) -> Value) throws(NVMLFailure) -> Value? {
    do {
        return try call()
    } catch {
        if error.code == .notSupported || error.code == .functionNotFound { return nil }
        throw error
    }
}
