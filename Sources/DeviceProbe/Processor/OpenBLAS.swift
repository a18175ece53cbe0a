import Glibc

/// OpenBLAS, opened at run time: what the processor can do when somebody has tuned the product for it. It takes as many
/// threads as it likes.
final class OpenBLAS: Sendable {
    /// The library to open instead of the standard ones.
    static let libraryVariable = "CARREL_OPENBLAS_LIBRARY"
    static let standardNames = ["libopenblas.so.0", "libopenblas.so"]

    private typealias Call =
        @convention(c) (
            Int32, Int32, Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>?, Int32, UnsafePointer<Float>?, Int32,
            Float,
            UnsafeMutablePointer<Float>?, Int32
        ) -> Void

    private let multiply: Call

    /// nil: it is not installed.
    init?() {
        let named = getenv(Self.libraryVariable).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        for name in named.map({ [$0] }) ?? Self.standardNames {
            // It is never closed: it has threads.
            guard let library = dlopen(name, RTLD_LAZY | RTLD_LOCAL), let symbol = dlsym(library, "cblas_sgemm") else {
                continue
            }
            multiply = unsafeBitCast(symbol, to: Call.self)
            return
        }
        return nil
    }

    func product(_ a: [Float], _ b: [Float], _ shape: MatrixShape) -> [Float] {
        var c = [Float](repeating: 0, count: shape.rows * shape.columns)
        let rowByRow: Int32 = 101, asItIs: Int32 = 111
        let inner = Int32(shape.inner), columns = Int32(shape.columns)
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                c.withUnsafeMutableBufferPointer { c in
                    multiply(
                        rowByRow, asItIs, asItIs, Int32(shape.rows), columns, inner, 1, a.baseAddress, inner, b.baseAddress,
                        columns, 0, c.baseAddress, columns)
                }
            }
        }
        return c
    }
}
