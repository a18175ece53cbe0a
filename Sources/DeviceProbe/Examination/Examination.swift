import CCUDA
import FleetModel

/// One probe under way.
struct Examination {
    enum Stop: Error {
        case failure(ProbeFailure)
        case call(CUDAFailure)
    }

    /// The side of the matrices: several tiles, and a part of one.
    static let productSide = 200
    private static let leastBytes = 1 << 20

    let library: CUDALibrary
    let bytes: Int
    let seed: UInt64
    let budget: TimeSpan
    /// Where it is.
    private(set) var step = ProbeStep.start
    private let begin = CurveRun.seconds()

    init(library: CUDALibrary, bytes: Int, seed: UInt64, budget: TimeSpan) {
        self.library = library
        self.bytes = max(Self.leastBytes, bytes)
        self.seed = seed
        self.budget = budget
    }

    mutating func run(_ target: ProbeTarget) throws(Stop) -> ProbeMeasurements {
        do {
            try library.start()
            let devices = try library.devices()
            guard let device = library.choose(target, among: devices) else {
                throw Stop.failure(.notSeen(visible: devices.count))
            }
            let version = try library.driverVersion(), model = try library.name(device)
            step = .open
            let session = try CUDASession(library, device)
            let opened = CurveRun.seconds() - begin
            step = .translate
            let kernels = try CUDAKernels(session)
            step = .allocate
            let before = try session.memory()
            let (memory, size) = try allocate(session)
            var measured = ProbeMeasurements(
                model: model, driverVersion: version, available: MemoryBytes(Int64(before.available)),
                total: MemoryBytes(Int64(before.total)), tested: MemoryBytes(Int64(size)), openSeconds: opened, seconds: 0,
                difference: 0, tolerance: 0)
            let part = MemoryPart(session: session, kernels: kernels, address: memory, bytes: size)
            try testMemory(part)
            (measured.difference, measured.tolerance) = try testProduct(session, kernels)
            try measure(part, &measured)
            step = .close
            // The pattern is nobody's business, and neither is what lay there before.
            try session.set(memory, to: 0, words: size / 4)
            try session.free(memory)
            try kernels.unload()
            try session.synchronize()
            try session.end()
            measured.seconds = CurveRun.seconds() - begin
            return measured
        } catch let failure as CUDAFailure {
            throw .call(failure)
        } catch let stop as Stop {
            throw stop
        } catch {
            throw .call(CUDAFailure(call: step.rawValue, code: CUDAFailure.unknown))
        }
    }

    /// Memory under test.
    private struct MemoryPart {
        let session: CUDASession
        let kernels: CUDAKernels
        let address: ccuda_address
        let bytes: Int
        var blocks: Int { bytes / KeyedPattern.blockBytes }
    }

    /// Half of it, and half of that, when there is not as much.
    private func allocate(_ session: CUDASession) throws -> (ccuda_address, Int) {
        var size = bytes / KeyedPattern.blockBytes * KeyedPattern.blockBytes
        while true {
            do {
                return (try session.allocate(size), size)
            } catch {
                guard error.code == CUDAFailure.outOfMemory else { throw error }
                guard size / 2 >= Self.leastBytes else {
                    let available = try session.memory().available
                    throw Stop.failure(
                        .outOfMemory(asked: MemoryBytes(Int64(size)), available: MemoryBytes(Int64(available))))
                }
                size /= 2
            }
        }
    }

    private mutating func testMemory(_ part: MemoryPart) throws {
        let pattern = KeyedPattern(seed: seed), other = KeyedPattern(seed: seed &+ 1)
        step = .write
        // A pattern that is still there from another time would otherwise pass for this one.
        try part.session.set(part.address, to: 0, words: part.bytes / 4)
        try part.kernels.fill(part.address, blocks: part.blocks, pattern)
        try part.session.synchronize()
        step = .verify
        try verifyOnDevice(part, pattern)
        step = .readBack
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: part.bytes, alignment: 16)
        defer { copy.deallocate() }
        try part.session.fetch(part.address, into: copy)
        let found = pattern.mismatches(in: UnsafeRawBufferPointer(copy))
        try expectNone(found.count, found.first ?? 0, part)
        step = .send
        for index in 0..<part.blocks {
            copy.storeBytes(of: other.block(index), toByteOffset: index * KeyedPattern.blockBytes, as: SIMD4<UInt32>.self)
        }
        try part.session.send(UnsafeRawBufferPointer(copy), to: part.address)
        try verifyOnDevice(part, other)
    }

    private func verifyOnDevice(_ part: MemoryPart, _ pattern: KeyedPattern) throws {
        let (count, first) = try part.kernels.mismatches(part.session, part.address, blocks: part.blocks, pattern)
        try expectNone(count, first, part)
    }

    private func expectNone(_ differing: Int, _ first: Int, _ part: MemoryPart) throws {
        guard differing > 0 else { return }
        throw Stop.failure(.wrongPattern(step: step, differing: differing, blocks: part.blocks, first: first))
    }

    private mutating func testProduct(_ session: CUDASession, _ kernels: CUDAKernels) throws -> (Double, Double) {
        step = .multiply
        var numbers = SeededNumbers(seed: seed)
        let shape = MatrixShape.square(Self.productSide), count = Self.productSide * Self.productSide
        let a = numbers.floats(count), b = numbers.floats(count)
        let places = (try session.place(a), try session.place(b), try session.allocate(count * 4))
        try kernels.product(places.0, places.1, into: places.2, shape)
        try session.synchronize()
        let difference = MatrixReference.worstDifference(try session.numbers(places.2, count), a, b, shape, isComplete: true)
        let tolerance = Agreement.tolerance(summands: shape.inner)
        guard difference <= tolerance else {
            throw Stop.failure(.wrongProduct(difference: Agreement.finite(difference), tolerance: tolerance))
        }
        for place in [places.0, places.1, places.2] { try session.free(place) }
        return (difference, tolerance)
    }

    private mutating func measure(_ part: MemoryPart, _ measured: inout ProbeMeasurements) throws {
        step = .measure
        let session = part.session
        guard let pinned = try pinnedMemory(part) else { return }
        let bytes = UnsafeMutableRawBufferPointer(start: pinned, count: part.bytes)
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
        let pattern = KeyedPattern(seed: seed)
        measured.toDevice = try rate(part) { () throws(CUDAFailure) in
            try session.send(UnsafeRawBufferPointer(bytes), to: part.address)
        }
        measured.fromDevice = try rate(part) { () throws(CUDAFailure) in try session.fetch(part.address, into: bytes) }
        measured.memoryWrite = try rate(part) { () throws(CUDAFailure) in
            try part.kernels.fill(part.address, blocks: part.blocks, pattern)
        }
        try session.freePinned(pinned)
    }

    /// nil: the machine has none to spare, which is not the device's fault.
    private func pinnedMemory(_ part: MemoryPart) throws(CUDAFailure) -> UnsafeMutableRawPointer? {
        do {
            return try part.session.allocatePinned(part.bytes)
        } catch {
            if error.code == CUDAFailure.outOfMemory { return nil }
            throw error
        }
    }

    /// Bytes a second, the best of three; nil: the budget is used up.
    private func rate(_ part: MemoryPart, _ work: () throws(CUDAFailure) -> Void) throws -> Double? {
        var best: Double?
        for _ in 0..<3 {
            guard (CurveRun.seconds() - begin) * 1_000 < Double(budget.milliseconds) else { break }
            let seconds = try part.session.seconds(work)
            if seconds > 0 { best = max(best ?? 0, Double(part.bytes) / seconds) }
        }
        return best
    }
}
