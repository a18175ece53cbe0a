import DeviceInventory
import FleetModel
import Testing

@Suite struct NVMLReaderTests {
    @Test func readsWhatTheDriverSaysOfADevice() async throws {
        let machine = try StubMachine(
            """
            driver 580.159.04
            gpu 0 uuid GPU-6d1f2c7e-0001
            gpu 0 name NVIDIA H100 80GB HBM3
            gpu 0 memory 85520809984
            gpu 0 minor 3
            gpu 0 pci 0001:AB:0c.0
            gpu 0 numa 70
            """)
        let reading = try await machine.read()
        let device = Device(
            key: DeviceKey("GPU-6d1f2c7e-0001"), model: "NVIDIA H100 80GB HBM3", vendor: .nvidia,
            memory: MemoryBytes(85_520_809_984), minor: 3, pciAddress: "0001:ab:0c.0", numaNode: 70)
        #expect(reading == InventoryReading(driverVersion: "580.159.04", devices: [device]))
    }

    @Test(arguments: [StubLibrary.older, .first])
    func readsOlderDriversWithWhatTheyHave(library: StubLibrary) async throws {
        let machine = try StubMachine("driver 390.25\n" + StubMachine.gpu(0) + StubMachine.gpu(1, numa: 1), library: library)
        // These drivers don't name the NUMA node; the kernel does.
        try machine.scratch.write("sys/bus/pci/devices/0000:1b:00.0/numa_node", "1\n")
        try machine.scratch.write("sys/bus/pci/devices/0000:0b:00.0/numa_node", "-1\n")
        let reading = try await machine.read()
        #expect(reading.problems.isEmpty)
        #expect(reading.devices.map(\.key.name) == ["GPU-0000", "GPU-0001"])
        #expect(reading.devices.map(\.memory) == [MemoryBytes(85_899_345_920), MemoryBytes(85_899_345_920)])
        #expect(reading.devices.map(\.pciAddress) == ["0000:0b:00.0", "0000:1b:00.0"])
        #expect(reading.devices.map(\.minor) == [0, 1])
        #expect(reading.devices.map(\.numaNode) == [nil, 1])
    }

    @Test(arguments: ["nvmlDeviceGetPciInfo_v3 13", "nvmlDeviceGetMemoryInfo_v2 13", "nvmlDeviceGetMemoryInfo_v2 25"])
    func asksInTheOlderWayWhatTheDriverDoesNotKnowInTheNewer(failure: String) async throws {
        let reading = try await StubMachine("driver 1\ngpu 0 fail \(failure)\n" + StubMachine.gpu(0)).read()
        #expect(reading.problems.isEmpty)
        #expect(reading.devices.map(\.pciAddress) == ["0000:0b:00.0"])
        #expect(reading.devices.map(\.memory) == [.gibibytes(80)])
    }

    @Test func leavesOutWhatADeviceDoesNotSupport() async throws {
        let machine = try StubMachine("gpu 0 uuid GPU-1\ngpu 0 name Some GPU\ngpu 0 memory 1073741824")
        let reading = try await machine.read()
        let device = Device(key: DeviceKey("GPU-1"), model: "Some GPU", memory: .gibibytes(1))
        #expect(reading == InventoryReading(devices: [device]))
    }

    @Test func givesADeviceWithoutMemoryOfItsOwnTheMachines() async throws {
        let machine = try StubMachine("driver 1\ngpu 0 uuid GPU-1\ngpu 0 name NVIDIA GB10")
        try machine.scratch.write("proc/meminfo", "MemTotal:       127600748 kB\nMemFree: 1 kB\n")
        let reading = try await machine.read()
        #expect(reading.devices.map(\.memory) == [MemoryBytes(127_600_748 * 1_024)])
        #expect(reading.problems.isEmpty)
    }

    @Test func keepsADevicesKeyWhenItsMinorChanges() async throws {
        let machine = try StubMachine("driver 1\n" + StubMachine.gpu(0, uuid: "GPU-A") + StubMachine.gpu(1, uuid: "GPU-B"))
        let process = try machine.process()
        let before = await process.read(deadline: .seconds(60))
        try machine.set("driver 1\n" + StubMachine.gpu(0, uuid: "GPU-B") + StubMachine.gpu(1, uuid: "GPU-A"))
        let after = await process.read(deadline: .seconds(60))
        #expect(before.devices.map(\.key.name) == ["GPU-A", "GPU-B"])
        #expect(after.devices.map(\.key.name) == ["GPU-B", "GPU-A"])
        #expect(after.devices.map(\.minor) == [0, 1])
    }

    @Test func aMachineWithoutDevicesIsNoProblem() async throws {
        let reading = try await StubMachine("driver 580.1").read()
        #expect(reading == InventoryReading(driverVersion: "580.1"))
    }

    @Test(arguments: [(9, "modprobe nvidia"), (18, "Restart the machine"), (999, "nvidia-smi")])
    func saysWhyADriverDoesNotStart(code: Int32, nextStep: String) async throws {
        let reading = try await StubMachine("fail nvmlInit_v2 \(code)\n" + StubMachine.gpu(0)).read()
        let problem = InventoryProblem.driverCallFailed(call: "nvmlInit_v2", code: NVMLCode(code))
        #expect(reading == InventoryReading(problems: [problem]))
        #expect(problem.text.contains(nextStep))
        #expect(problem.text.contains("code \(code)"))
    }

    @Test(
        arguments: [
            ("nvmlDeviceGetHandleByIndex_v2", Int32(4), nil), ("nvmlDeviceGetUUID", 15, "0000:1b:00.0"),
            ("nvmlDeviceGetName", 15, "0000:1b:00.0"), ("nvmlDeviceGetMemoryInfo_v2", 16, "0000:1b:00.0"),
            ("nvmlDeviceGetMinorNumber", 999, "0000:1b:00.0"), ("nvmlDeviceGetPciInfo_v3", 15, nil),
            ("nvmlDeviceGetMigMode", 17, "0000:1b:00.0"),
        ] as [(String, Int32, String?)])
    func oneBadDeviceDoesNotHideTheOthers(call: String, code: Int32, address: String?) async throws {
        let gpus = (0..<3).map { StubMachine.gpu($0) }.joined()
        let reading = try await StubMachine("driver 1\ngpu 1 fail \(call) \(code)\n" + gpus).read()
        #expect(reading.devices.map(\.key.name) == ["GPU-0000", "GPU-0002"])
        let problem = InventoryProblem.gpuCallFailed(index: 1, pciAddress: address, call: call, code: NVMLCode(code))
        #expect(reading.problems == [problem])
        #expect(problem.text.hasPrefix("GPU 1"))
    }

    @Test func aLibraryThatKnowsNoKeysGivesNoDevices() async throws {
        let reading = try await StubMachine("driver 1\n" + StubMachine.gpu(0), library: .withoutUUID).read()
        #expect(reading.devices.isEmpty)
        #expect(
            reading.problems == [
                .gpuCallFailed(index: 0, pciAddress: "0000:0b:00.0", call: "nvmlDeviceGetUUID", code: NVMLCode(13))
            ])
    }

    @Test func offersOneOfTwoDevicesWithTheSameKey() async throws {
        let reading = try await StubMachine(
            "driver 1\n" + StubMachine.gpu(0, uuid: "GPU-A") + StubMachine.gpu(1, uuid: "GPU-A")
        ).read()
        #expect(reading.devices.map(\.minor) == [0])
        #expect(reading.problems == [.keyNotUnique(DeviceKey("GPU-A"))])
    }

    @Test func aLibraryThatWasAskedForAndIsNotThereIsAProblem() throws {
        let scratch = try Scratch()
        let reading = NVMLReader.read(library: "\(scratch.path)/libnvidia-ml.so.1", root: scratch.path)
        #expect(reading.devices.isEmpty)
        guard case .libraryNotLoaded(let path, let detail) = try #require(reading.problems.first) else {
            Issue.record("expected libraryNotLoaded, got \(reading.problems)")
            return
        }
        #expect(path == "\(scratch.path)/libnvidia-ml.so.1")
        #expect(!detail.isEmpty)
    }
}
