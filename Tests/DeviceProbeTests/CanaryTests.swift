@testable import DeviceProbe
import FleetModel
import Testing

@Suite struct CanaryTests {
    private func order(_ task: ProbeOrder.Task, _ change: (inout ProbeOrder) -> Void = { _ in }) -> ProbeOrder {
        var order = ProbeOrder(task, ProbeTarget(key: StubGPU.key))
        order.seed = 77
        change(&order)
        return order
    }

    private func gpu(_ facts: String = "") throws -> StubGPU {
        let gpu = try StubGPU()
        try gpu.set("remember \(gpu.scratch.path)/memory\n\(facts)")
        return gpu
    }

    @Test(arguments: MemoryCanary.MemoryKind.allCases, [true, false])
    func whatIsLeftIsFound(kind: MemoryCanary.MemoryKind, isFreed: Bool) async throws {
        let gpu = try gpu()
        let filled = try #require(
            try await gpu.answer(order(.canaryFill) { ($0.memory, $0.isFreed) = (kind, isFreed) }).filled)
        #expect(filled.total == MemoryBytes(256 << 20))
        // 95 % in whole MiB, and at most one part of each size short of it.
        #expect(filled.bytes > MemoryBytes(240 << 20) && filled.bytes <= MemoryBytes(244 << 20))
        #expect(filled.kind == kind)
        let counted = try #require(try await gpu.answer(order(.canaryCount)).counted)
        // The counters and the rest of their MiB are not looked at.
        #expect(counted.bytes == MemoryBytes(255 << 20))
        #expect(counted.hits > filled.bytes.bytes / 16 - (1 << 16) - 1)
        #expect(counted.hits <= filled.bytes.bytes / 16)
    }

    @Test func aCleanedDeviceGivesNothing() async throws {
        let gpu = try gpu("scrub")
        #expect(try await gpu.answer(order(.canaryFill)).filled != nil)
        let counted = try #require(try await gpu.answer(order(.canaryCount)).counted)
        #expect(counted.hits == 0)
        #expect(counted.bytes == MemoryBytes(255 << 20))
    }

    @Test func anotherKeyIsNotFound() async throws {
        let gpu = try gpu()
        _ = try await gpu.answer(order(.canaryFill))
        let counted = try #require(try await gpu.answer(order(.canaryCount) { $0.seed = 78 }).counted)
        #expect(counted.hits == 0)
    }

    @Test func oneThatIsHeldAnswersAndGoesOnUntilItIsKilled() async throws {
        let gpu = try gpu()
        let filled = try #require(try await gpu.answer(order(.canaryFill) { $0.isHeld = true }).filled)
        #expect(filled.bytes > MemoryBytes(240 << 20))
        let counted = try #require(try await gpu.answer(order(.canaryCount)).counted)
        #expect(counted.hits > 0)
    }

    @Test func memoryThatHoldsNothingIsToldApart() async throws {
        let answer = try await gpu("flip-memory 32").answer(order(.canaryFill))
        #expect(answer.canaryFailure == .notHeld(differing: 1, first: 2))
        let refused = try await gpu("fail cuMemAlloc_v2 2").answer(order(.canaryCount))
        #expect(refused.canaryFailure == .call(CUDAFailure(call: "cuMemAlloc_v2", code: 2)))
    }
}
