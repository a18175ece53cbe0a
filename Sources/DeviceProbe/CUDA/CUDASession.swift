import CCUDA

/// This process at work on one device: its memory, transfers and kernels. What is not freed goes when the process ends.
///
/// The device's primary context is used, which cuBLAS uses too. A session belongs to the thread that made it.
final class CUDASession {
    let library: CUDALibrary
    let device: ccuda_device

    init(_ library: CUDALibrary, _ device: ccuda_device) throws(CUDAFailure) {
        self.library = library
        self.device = device
        var context: ccuda_context?
        try library.call("cuDevicePrimaryCtxRetain", as: ccuda_retain_call.self) { $0(&context, device) }
        try library.call("cuCtxSetCurrent", as: ccuda_context_call.self) { $0(context) }
    }

    /// Gives the context back; nothing of the session may be used afterwards.
    func end() throws(CUDAFailure) {
        let device = device
        try library.call(
            "cuDevicePrimaryCtxRelease_v2", "cuDevicePrimaryCtxRelease", as: ccuda_release_call.self
        ) { $0(device) }
    }

    /// Waits for all that was asked for; what went wrong in a kernel shows here.
    func synchronize() throws(CUDAFailure) {
        try library.call("cuCtxSynchronize", as: ccuda_plain_call.self) { $0() }
    }

    /// Bytes that nobody has, and all there are.
    func memory() throws(CUDAFailure) -> (available: Int, total: Int) {
        var available = 0, total = 0
        try library.call("cuMemGetInfo_v2", as: ccuda_memory_info_call.self) { $0(&available, &total) }
        return (available, total)
    }

    func allocate(_ bytes: Int) throws(CUDAFailure) -> ccuda_address {
        var address: ccuda_address = 0
        try library.call("cuMemAlloc_v2", as: ccuda_allocate_call.self) { $0(&address, bytes) }
        return address
    }

    /// Memory that moves between the machine and the device as it is used.
    func allocateManaged(_ bytes: Int) throws(CUDAFailure) -> ccuda_address {
        var address: ccuda_address = 0
        try library.call("cuMemAllocManaged", as: ccuda_managed_call.self) {
            $0(&address, bytes, UInt32(ccuda_attach_global))
        }
        return address
    }

    func free(_ address: ccuda_address) throws(CUDAFailure) {
        try library.call("cuMemFree_v2", as: ccuda_free_call.self) { $0(address) }
    }

    /// Memory of the machine that the device reaches by itself.
    func allocatePinned(_ bytes: Int) throws(CUDAFailure) -> UnsafeMutableRawPointer {
        var memory: UnsafeMutableRawPointer?
        try library.call("cuMemAllocHost_v2", as: ccuda_host_allocate_call.self) { $0(&memory, bytes) }
        guard let memory else { throw CUDAFailure(call: "cuMemAllocHost_v2", code: CUDAFailure.outOfMemory) }
        return memory
    }

    func freePinned(_ memory: UnsafeMutableRawPointer) throws(CUDAFailure) {
        try library.call("cuMemFreeHost", as: ccuda_host_free_call.self) { $0(memory) }
    }

    /// - Parameter words: of 32 bits.
    func set(_ address: ccuda_address, to word: UInt32, words: Int) throws(CUDAFailure) {
        try library.call("cuMemsetD32_v2", as: ccuda_set_words_call.self) { $0(address, word, words) }
    }

    func send(_ bytes: UnsafeRawBufferPointer, to address: ccuda_address) throws(CUDAFailure) {
        try library.call("cuMemcpyHtoD_v2", as: ccuda_to_device_call.self) { $0(address, bytes.baseAddress, bytes.count) }
    }

    func fetch(_ address: ccuda_address, into bytes: UnsafeMutableRawBufferPointer) throws(CUDAFailure) {
        try library.call("cuMemcpyDtoH_v2", as: ccuda_from_device_call.self) { $0(bytes.baseAddress, address, bytes.count) }
    }

    /// New memory of the device with these numbers in it.
    func place(_ numbers: [Float]) throws(CUDAFailure) -> ccuda_address {
        let address = try allocate(max(4, numbers.count * 4))
        try send(numbers, to: address)
        return address
    }

    func send(_ numbers: [Float], to address: ccuda_address) throws(CUDAFailure) {
        try library.call("cuMemcpyHtoD_v2", as: ccuda_to_device_call.self) { function in
            numbers.withUnsafeBytes { function(address, $0.baseAddress, $0.count) }
        }
    }

    func numbers(_ address: ccuda_address, _ count: Int) throws(CUDAFailure) -> [Float] {
        var numbers = [Float](repeating: 0, count: count)
        try library.call("cuMemcpyDtoH_v2", as: ccuda_from_device_call.self) { function in
            numbers.withUnsafeMutableBytes { function($0.baseAddress, address, $0.count) }
        }
        return numbers
    }
}
