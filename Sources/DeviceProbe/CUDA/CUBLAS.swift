import CCUDA
import Glibc

/// NVIDIA's library of linear algebra, opened at run time: what the GPU can do when its maker has tuned the product.
final class CUBLAS {
    static let libraryVariable = "CARREL_CUBLAS_LIBRARY"
    static let standardNames = ["libcublas.so.13", "libcublas.so.12", "libcublas.so.11", "libcublas.so"]

    private let library: UnsafeMutableRawPointer
    private let handle: ccuda_blas?
    private let multiply: ccuda_blas_sgemm_call

    /// nil: it is not installed. It uses the context of the session that is open.
    init?() throws(CUDAFailure) {
        let named = getenv(Self.libraryVariable).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        for name in named.map({ [$0] }) ?? Self.standardNames {
            guard let opened = dlopen(name, RTLD_LAZY | RTLD_LOCAL), let create = dlsym(opened, "cublasCreate_v2"),
                let sgemm = dlsym(opened, "cublasSgemm_v2")
            else { continue }
            var handle: ccuda_blas?
            let code = unsafeBitCast(create, to: ccuda_blas_create_call.self)(&handle)
            guard code == 0 else { throw CUDAFailure(call: "cublasCreate_v2", code: code) }
            library = opened
            self.handle = handle
            multiply = unsafeBitCast(sgemm, to: ccuda_blas_sgemm_call.self)
            return
        }
        return nil
    }

    /// c = a b, matrices row by row. cuBLAS reads columns: there the same numbers are the transposed matrices, and their
    /// product in turned order is c's.
    func product(
        _ a: ccuda_address, _ b: ccuda_address, into c: ccuda_address, _ shape: MatrixShape
    ) throws(CUDAFailure) {
        var one: Float = 1, zero: Float = 0
        let plain = Int32(ccuda_blas_plain), columns = Int32(shape.columns), inner = Int32(shape.inner)
        let code = multiply(
            handle, plain, plain, columns, Int32(shape.rows), inner, &one, b, columns, a, inner, &zero, c, columns)
        guard code == 0 else { throw CUDAFailure(call: "cublasSgemm_v2", code: code) }
    }

    func end() {
        guard let destroy = dlsym(library, "cublasDestroy_v2") else { return }
        _ = unsafeBitCast(destroy, to: ccuda_blas_destroy_call.self)(handle)
    }
}
