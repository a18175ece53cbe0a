import DeviceInventory
import FleetModel
import Testing

@Suite struct MIGTests {
    private let sliced =
        "driver 1\n" + StubMachine.gpu(0, uuid: "GPU-P", minor: 5, numa: 1)
            + """
            gpu 0 mig 1
            gpu 0 slice 0 MIG-aa 10468982784 NVIDIA A100-SXM4-80GB MIG 1g.10gb
            gpu 0 slice 4 MIG-bb 42144366592 NVIDIA A100-SXM4-80GB MIG 3g.40gb

            """ + StubMachine.gpu(1, uuid: "GPU-W")

    @Test func slicesTakeTheirParentsPlace() async throws {
        let reading = try await StubMachine(sliced).read()
        #expect(reading.problems.isEmpty)
        #expect(reading.devices.map(\.key.name) == ["MIG-aa", "MIG-bb", "GPU-W"])
        let first = Device(
            key: DeviceKey("MIG-aa"), model: "NVIDIA A100-SXM4-80GB MIG 1g.10gb", memory: MemoryBytes(10_468_982_784),
            minor: 5, pciAddress: "0000:0b:00.0", numaNode: 1)
        #expect(reading.devices.first == first)
        #expect(reading.devices[1].memory == MemoryBytes(42_144_366_592))
    }

    @Test func aSliceThatFailsDoesNotHideTheOthers() async throws {
        let lines = sliced.replacing("MIG-bb 42144366592", with: "MIG-bb")
        let reading = try await StubMachine(lines).read()
        #expect(reading.devices.map(\.key.name) == ["MIG-aa", "GPU-W"])
        #expect(
            reading.problems == [
                .gpuCallFailed(
                    index: 0, pciAddress: "0000:0b:00.0", call: "nvmlDeviceGetMigDeviceHandleByIndex", code: NVMLCode(999))
            ])
    }

    @Test func aGPUThatIsToBeSlicedAndIsNotIsNamed() async throws {
        let reading = try await StubMachine("driver 1\n" + StubMachine.gpu(0) + "gpu 0 mig 1").read()
        #expect(reading.devices.isEmpty)
        #expect(reading.problems == [.noSlices(index: 0, pciAddress: "0000:0b:00.0")])
    }

    @Test func aGPUWithMIGOffIsOfferedWhole() async throws {
        let reading = try await StubMachine("driver 1\n" + StubMachine.gpu(0) + "gpu 0 mig 0").read()
        #expect(reading.devices.map(\.key.name) == ["GPU-0000"])
        #expect(reading.problems.isEmpty)
    }

    @Test func slicesOfOneGPUShareABoardAndHaveNoNVLink() async throws {
        let links = "ancestor 0 1 40\ngpu 0 nvlink 0 gpu 1\ngpu 1 nvlink 0 gpu 0\n"
        let reading = try await StubMachine(sliced + links).read()
        #expect(reading.links == [[0, 60, 20], [60, 0, 20], [20, 20, 0]])
    }
}
