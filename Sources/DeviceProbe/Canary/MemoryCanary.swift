import CCUDA
package import FleetModel

/// Shows whether memory that one program leaves reaches the next one: the first fills a device with a key of 128 bits and ends,
/// the second allocates all it gets, writes nothing, and counts the blocks that hold the key.
///
/// By chance a block holds it once in 2¹²⁸: each hit is one.
package enum MemoryCanary {
    /// What the first program did.
    package struct Filled: Hashable, Codable, Sendable {
        package let bytes: MemoryBytes
        package let total: MemoryBytes
        package let kind: MemoryKind
        package let seconds: Double
    }

    /// What the second program saw.
    package struct Counted: Hashable, Codable, Sendable {
        package let bytes: MemoryBytes
        package let total: MemoryBytes
        /// Blocks of 16 bytes that hold the key.
        package let hits: Int64
        package let seconds: Double
    }

    /// How memory is had; the driver cleans each kind on a way of its own.
    package enum MemoryKind: String, Codable, CaseIterable, Sendable {
        case device
        /// Moves between machine and device.
        case managed
    }

    /// The largest part that is had at once.
    private static let largestPart = 1 << 30
    /// A kernel works on this much, so that none runs for long.
    private static let kernelBytes = 256 << 20

    /// Fills the share of what is free, in thousandths, and verifies it.
    ///
    /// - Parameters:
    ///   - isFreed: all is given back at the end, as by a program that cleans up; otherwise the process shall end with it,
    ///     one way or another.
    ///   - hold: called when all is written; while it says true, the memory is written again, so that a kill falls into a
    ///     kernel.
    package static func fill(
        _ target: ProbeTarget, seed: UInt64, thousandths: Int = 950, kind: MemoryKind = .device, isFreed: Bool = false,
        library: String? = nil, hold: (Filled) -> Bool = { _ in false }
    ) throws(CanaryFailure) -> Filled {
        let begin = CurveRun.seconds(), pattern = KeyedPattern(seed: seed, isEverywhereTheSame: true)
        do {
            let (session, kernels) = try open(target, library)
            let memory = try session.memory()
            let wanted = memory.available / 1_000 * min(1_000, max(1, thousandths))
            let parts = try allocate(session, atMost: wanted, kind)
            func write() throws(CUDAFailure) {
                for part in parts {
                    for piece in pieces(part) { try kernels.fill(piece.address, blocks: piece.blocks, pattern) }
                }
                try session.synchronize()
            }
            try write()
            for part in parts {
                let (count, first) = try kernels.mismatches(session, part.address, blocks: part.blocks, pattern)
                guard count == 0 else { throw CanaryFailure.notHeld(differing: count, first: first) }
            }
            let filled = Filled(
                bytes: MemoryBytes(Int64(parts.reduce(0) { $0 + $1.bytes })), total: MemoryBytes(Int64(memory.total)),
                kind: kind, seconds: CurveRun.seconds() - begin)
            while hold(filled) { try write() }
            if isFreed {
                for part in parts { try session.free(part.address) }
                try kernels.unload()
                try session.end()
            }
            return filled
        } catch let failure as CUDAFailure {
            throw .call(failure)
        } catch let failure as CanaryFailure {
            throw failure
        } catch {
            throw .call(CUDAFailure(call: "fill", code: CUDAFailure.unknown))
        }
    }

    /// Allocates what it gets, writes nothing into it, and counts.
    package static func count(
        _ target: ProbeTarget, seed: UInt64, library: String? = nil
    ) throws(CanaryFailure) -> Counted {
        let begin = CurveRun.seconds(), pattern = KeyedPattern(seed: seed, isEverywhereTheSame: true)
        do {
            let (session, kernels) = try open(target, library)
            let memory = try session.memory()
            // The counters first: they are written.
            let found = try session.allocate(16)
            let parts = try allocate(session, atMost: memory.available, .device)
            try session.set(found, to: 0, words: 4)
            for part in parts {
                for piece in pieces(part) {
                    try kernels.countMismatches(piece.address, blocks: piece.blocks, pattern, found: found)
                }
            }
            try session.synchronize()
            var differing: [UInt64] = [0, 0]
            try session.library.call("cuMemcpyDtoH_v2", as: ccuda_from_device_call.self) { $0(&differing, found, 16) }
            let bytes = parts.reduce(0) { $0 + $1.bytes }
            return Counted(
                bytes: MemoryBytes(Int64(bytes)), total: MemoryBytes(Int64(memory.total)),
                hits: Int64(bytes / KeyedPattern.blockBytes) - Int64(clamping: differing[0]),
                seconds: CurveRun.seconds() - begin)
        } catch {
            throw .call(error as? CUDAFailure ?? CUDAFailure(call: "count", code: CUDAFailure.unknown))
        }
    }

    private struct Part {
        let address: ccuda_address
        let bytes: Int
        var blocks: Int { bytes / KeyedPattern.blockBytes }
    }

    private static func open(_ target: ProbeTarget, _ path: String?) throws -> (CUDASession, CUDAKernels) {
        let library: CUDALibrary
        do {
            library = try CUDALibrary(path: path)
        } catch {
            throw CUDAFailure(call: "dlopen", code: CUDAFailure.notFound)
        }
        try library.start()
        guard let device = library.choose(target, among: try library.devices()) else {
            throw CUDAFailure(call: "cuDeviceGetUuid", code: CUDAFailure.noDevice)
        }
        let session = try CUDASession(library, device)
        return (session, try CUDAKernels(session))
    }

    /// Parts of one GiB, then smaller ones, until there is no MiB left or enough was had.
    private static func allocate(
        _ session: CUDASession, atMost wanted: Int, _ kind: MemoryKind
    ) throws(CUDAFailure) -> [Part] {
        var parts: [Part] = [], left = wanted, size = largestPart
        while size >= 1 << 20 {
            guard left >= size else {
                size /= 2
                continue
            }
            do {
                let address = kind == .device ? try session.allocate(size) : try session.allocateManaged(size)
                parts.append(Part(address: address, bytes: size))
                left -= size
            } catch {
                guard error.code == CUDAFailure.outOfMemory else { throw error }
                size /= 2
            }
        }
        guard !parts.isEmpty else { throw CUDAFailure(call: "cuMemAlloc_v2", code: CUDAFailure.outOfMemory) }
        return parts
    }

    private static func pieces(_ part: Part) -> [Part] {
        stride(from: 0, to: part.bytes, by: kernelBytes).map {
            Part(address: part.address + ccuda_address($0), bytes: min(kernelBytes, part.bytes - $0))
        }
    }
}

/// Why the canary says nothing.
package enum CanaryFailure: Error, Hashable, Codable, Sendable {
    /// The driver refused.
    case call(CUDAFailure)
    /// The device does not hold what was written.
    case notHeld(differing: Int, first: Int)
}
