@testable import DeviceProbe
import FleetModel
import Glibc
import Testing

@Suite struct ExaminerTests {
    @Test func aHealthyDevicePasses() async throws {
        let outcome = try await StubGPU().probe(bytes: DeviceExaminer.usualBytes)
        guard case .passed(let measured) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(measured.model == "NVIDIA Stand-in")
        #expect(measured.driverVersion == 12_040)
        #expect(measured.tested == MemoryBytes(64 << 20))
        #expect(measured.total == MemoryBytes(256 << 20))
        #expect(measured.available == measured.total)
        #expect(measured.difference <= measured.tolerance)
        for rate in [measured.toDevice, measured.fromDevice, measured.memoryWrite] { #expect(rate ?? 0 > 0) }
        print("stand-in: \(measured)")
    }

    @Test func aSliceIsFoundByItsName() async throws {
        let outcome = try await StubGPU().probe(StubGPU.device(StubGPU.slice))
        guard case .passed(let measured) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(measured.model == "NVIDIA Stand-in MIG 1g.10gb")
    }

    @Test func aDriverThatGivesNoUUIDIsAskedForTheAddress() async throws {
        let gpu = try StubGPU("fail cuDeviceGetUuid_v2 500")
        guard case .passed = try await gpu.probe() else {
            Issue.record("it was not found by its address")
            return
        }
        #expect(try await gpu.probe(StubGPU.device(pci: "0000:af:00.0")) == .failed(failure: .notSeen(visible: 1)))
        #expect(try await gpu.probe(StubGPU.device(pci: nil)) == .failed(failure: .notSeen(visible: 1)))
    }

    @Test func aDeviceThatTheDriverDoesNotShowFails() async throws {
        let outcome = try await StubGPU().probe(
            StubGPU.device(DeviceKey("GPU-00000000-0000-0000-0000-000000000001")))
        #expect(outcome == .failed(failure: .callFailed(step: .start, failure: CUDAFailure(call: "cuInit", code: 100))))
    }

    @Test(arguments: [
        ("fail cuInit 999", ProbeStep.start, "cuInit", Int32(999)),
        ("fail cuInit 100", .start, "cuInit", 100),
        ("fail cuInit 802", .start, "cuInit", 802),
        ("fail cuDevicePrimaryCtxRetain 46", .open, "cuDevicePrimaryCtxRetain", 46),
        ("fail cuModuleLoadData 218", .translate, "cuModuleLoadData", 218),
        ("fail cuMemAlloc_v2 214", .allocate, "cuMemAlloc_v2", 214),
        ("sticky 719", .write, "cuCtxSynchronize", 719),
        ("sticky 214", .write, "cuCtxSynchronize", 214),
        ("fail cuMemcpyDtoH_v2 719", .verify, "cuMemcpyDtoH_v2", 719),
        ("fail cuMemAllocHost_v2 719", .measure, "cuMemAllocHost_v2", 719),
        ("fail cuDevicePrimaryCtxRelease_v2 999", .close, "cuDevicePrimaryCtxRelease_v2", 999),
    ])
    func aCallThatFailsIsToldWithItsNumber(fact: String, step: ProbeStep, call: String, code: Int32) async throws {
        let outcome = try await StubGPU(fact).probe()
        let failure = ProbeFailure.callFailed(step: step, failure: CUDAFailure(call: call, code: code))
        #expect(outcome == .failed(failure: failure))
        #expect(failure.text.contains(call) && failure.text.contains("\(code)"))
    }

    @Test(arguments: [
        ("fail cuInit 803", ProbeObstacle.driverUnusable(call: "cuInit", code: 803)),
        ("fail cuInit 34", .driverUnusable(call: "cuInit", code: 34)),
        ("fail cuModuleLoadData 222", .noTranslator(code: 222)),
        ("fail cuModuleLoadData 221", .noTranslator(code: 221)),
    ])
    func whatIsNoDevicesFaultIsNoFailure(fact: String, obstacle: ProbeObstacle) async throws {
        #expect(try await StubGPU(fact).probe() == .notRun(obstacle: obstacle))
        #expect(obstacle.text.contains("driver"))
    }

    @Test(arguments: [
        ("flip-memory 4099", ProbeStep.verify, 256), ("flip-copy 4099", .readBack, 256),
        ("flip-sent 8388607", .send, 524_287),
    ])
    func aFlippedBitIsFoundWhereItHappened(fact: String, step: ProbeStep, block: Int) async throws {
        let outcome = try await StubGPU(fact).probe()
        let failure = ProbeFailure.wrongPattern(step: step, differing: 1, blocks: 524_288, first: block)
        #expect(outcome == .failed(failure: failure))
        #expect(failure.text.hasSuffix("the first at byte \(block * 16)"))
    }

    @Test func aWrongProductFails() async throws {
        guard case .failed(.wrongProduct(let difference, let tolerance)) = try await StubGPU("wrong-product 1717").probe()
        else {
            Issue.record("it was not seen")
            return
        }
        #expect(abs(difference - 0.5) < 1e-3)
        #expect(tolerance < 1e-3)
    }

    @Test func littleMemoryIsTestedAsFarAsItGoes() async throws {
        let gpus = StubGPU.healthy.replacing("memory 268435456", with: "memory 25165824")
        guard case .passed(let measured) = try await StubGPU(gpus: gpus).probe(bytes: 64 << 20) else {
            Issue.record("24 MiB are enough")
            return
        }
        #expect(measured.tested == MemoryBytes(16 << 20))
    }

    @Test func withoutAnyMemoryItFails() async throws {
        let outcome = try await StubGPU("fail cuMemAlloc_v2 2").probe()
        let failure = ProbeFailure.outOfMemory(asked: MemoryBytes(1 << 20), available: MemoryBytes(256 << 20))
        #expect(outcome == .failed(failure: failure))
    }

    @Test func aMachineWithoutMemoryToPinLeavesTheRatesOut() async throws {
        guard case .passed(let measured) = try await StubGPU("fail cuMemAllocHost_v2 2").probe() else {
            Issue.record("it is not the device's fault")
            return
        }
        #expect(measured.toDevice == nil && measured.fromDevice == nil)
    }

    @Test func aNodeThatMayNotBeOpenedIsNamed() {
        let target = ProbeTarget(key: StubGPU.key, minor: 3)
        #expect(DeviceExaminer.closedNode(target) { $0 == "/dev/nvidia3" } == "/dev/nvidia3")
        #expect(DeviceExaminer.closedNode(target) { $0 == "/dev/nvidiactl" } == "/dev/nvidiactl")
        #expect(DeviceExaminer.closedNode(target) { $0 == "/dev/nvidia1" } == nil)
        #expect(DeviceExaminer.closedNode(ProbeTarget(key: StubGPU.key)) { $0 == "/dev/nvidia3" } == nil)
        // Nodes that are not there are not closed.
        #expect(DeviceExaminer.closedNode(ProbeTarget(minor: 4_711)) != "/dev/nvidia4711")
        #expect(ProbeObstacle.noPermission(node: "/dev/nvidia3").text.hasPrefix("/dev/nvidia3 "))
    }

    @Test func withoutALibraryNothingIsLearnt() async throws {
        let process = DeviceProbeProcess(
            executable: try StubGPU.prober, arguments: [], environment: ["CARREL_CUDA_LIBRARY": "/no/such/library.so"])
        let outcome = await process.probe(StubGPU.device(), deadline: .seconds(120))
        guard case .notRun(.noLibrary(let detail)) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(detail.contains("/no/such/library.so"))
    }

    @Test func devicesThatHaveNoProbeAreNotProbed() async {
        let process = DeviceProbeProcess(executable: "/no/such/program", arguments: [])
        let simulated = Device(key: DeviceKey("SIM-1"), model: "A100", memory: .gibibytes(80), isSimulated: true)
        let other = Device(key: DeviceKey("amd-1"), model: "MI300X", vendor: .amd, memory: .gibibytes(192))
        #expect(await process.probe(simulated) == .notRun(obstacle: .simulated))
        #expect(await process.probe(other) == .notRun(obstacle: .otherVendor))
        #expect(
            await process.probe(StubGPU.device())
                == .notRun(obstacle: .notStarted(executable: "/no/such/program", errno: ENOENT)))
    }
}
