import DeviceInventory
import FleetModel
import Testing

@Suite struct AMDReaderTests {
    /// A card as the kernel shows it: the node is a link to the PCI device's folder.
    private func card(_ minor: Int, at address: String, in scratch: Scratch, _ files: [String: String]) throws {
        for (name, text) in files { try scratch.write("sys/devices/pci0000:00/\(address)/\(name)", text + "\n") }
        try scratch.link(
            "sys/class/drm/renderD\(minor)/device", to: "\(scratch.path)/sys/devices/pci0000:00/\(address)")
    }

    private let instinct = [
        "vendor": "0x1002", "device": "0x74a1", "unique_id": "dc91284879207f2b", "product_name": "AMD Instinct MI300X OAM",
        "mem_info_vram_total": "206141652992", "numa_node": "1",
    ]

    @Test func readsWhatTheKernelSaysOfADevice() throws {
        let scratch = try Scratch()
        try card(128, at: "0000:c1:00.0", in: scratch, instinct)
        try scratch.write("sys/class/drm/card0/device/vendor", "0x1002\n")
        let device = Device(
            key: DeviceKey("GPU-dc91284879207f2b"), model: "AMD Instinct MI300X OAM", vendor: .amd,
            memory: MemoryBytes(206_141_652_992), minor: 128, pciAddress: "0000:c1:00.0", numaNode: 1)
        #expect(AMDReader.read(root: scratch.path) == InventoryReading(devices: [device]))
    }

    @Test func aCardWithoutNumberAndNameIsKnownByItsPlace() throws {
        let scratch = try Scratch()
        try scratch.write("proc/sys/kernel/hostname", "Box7.example.org\n")
        try card(
            129, at: "0000:03:00.0", in: scratch,
            ["vendor": "0x1002", "device": "0x744c", "mem_info_vram_total": "25753026560", "numa_node": "-1"])
        let device = Device(
            key: DeviceKey("AMD-box7-0000:03:00.0"), model: "AMD GPU 1002:744c", vendor: .amd,
            memory: MemoryBytes(25_753_026_560), minor: 129, pciAddress: "0000:03:00.0")
        #expect(AMDReader.read(root: scratch.path) == InventoryReading(devices: [device]))
    }

    @Test func oneBadCardDoesNotHideTheOthers() throws {
        let scratch = try Scratch()
        var broken = instinct
        broken["mem_info_vram_total"] = nil
        try card(128, at: "0000:c1:00.0", in: scratch, broken)
        try card(129, at: "0000:c2:00.0", in: scratch, instinct)
        let reading = AMDReader.read(root: scratch.path)
        #expect(reading.devices.map(\.minor) == [129])
        let path = "\(scratch.path)/sys/class/drm/renderD128/device/mem_info_vram_total"
        #expect(reading.problems == [.fileUnusable(pciAddress: "0000:c1:00.0", path: path)])
    }

    @Test func leavesOutBuiltInGraphicsAndOtherMakersCards() throws {
        let scratch = try Scratch()
        try card(
            128, at: "0000:10:00.0", in: scratch,
            ["vendor": "0x1002", "device": "0x164e", "mem_info_vram_total": "536870912"])
        try card(129, at: "0000:00:02.0", in: scratch, ["vendor": "0x8086", "device": "0x56a0"])
        let reading = AMDReader.read(root: scratch.path)
        #expect(reading.devices.isEmpty)
        #expect(
            reading.problems == [.builtInGraphics(pciAddress: "0000:10:00.0", memory: MemoryBytes(536_870_912))])
    }

    @Test func aMachineWithoutCardsIsNoProblem() throws {
        let scratch = try Scratch()
        #expect(AMDReader.read(root: scratch.path) == InventoryReading())
    }

    @Test func theReaderProcessReadsBothMakers() async throws {
        let machine = try StubMachine("driver 1\n" + StubMachine.gpu(0) + StubMachine.gpu(1) + "ancestor 0 1 30")
        try card(128, at: "0000:c1:00.0", in: machine.scratch, instinct)
        let reading = try await machine.read()
        #expect(reading.devices.map(\.vendor) == [.nvidia, .nvidia, .amd])
        #expect(reading.links == [[0, 30, 0], [30, 0, 0], [0, 0, 0]])
    }
}
