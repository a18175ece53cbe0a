@testable import DeviceInventory
import FleetModel
import Testing

@Suite struct NodeReportTests {
    private let machine = MachineFacts(
        node: NodeName("box7"), bootID: "b", cores: .cores(8), memory: .gibibytes(64))

    private func device(_ key: String) -> Device {
        Device(key: DeviceKey(key), model: "Some GPU", memory: .gibibytes(1))
    }

    @Test func putsTheMachineAndAllReadingsTogether() throws {
        let real = InventoryReading(devices: [device("GPU-b"), device("GPU-a")], links: [[0, 50], [50, 0]])
        let made = try SimulatedDevices(parsing: "l4:2").reading(on: machine.node)
        let report = nodeReport(machine: machine, readings: [made, real])
        #expect(report.node == machine.node)
        #expect(report.bootID == "b")
        #expect(report.cores == .cores(8))
        #expect(report.memory == .gibibytes(64))
        #expect(report.devices.map(\.key.name) == ["GPU-a", "GPU-b", "SIM-box7-l4-0000", "SIM-box7-l4-0001"])
        #expect(report.links == [[0, 50, 0, 0], [50, 0, 0, 0], [0, 0, 0, 10], [0, 0, 10, 0]])
    }

    @Test func aMachineWithoutDevicesIsReportedToo() {
        let report = nodeReport(machine: machine, readings: [])
        #expect(report == NodeReport(node: machine.node, bootID: "b", cores: .cores(8), memory: .gibibytes(64), devices: []))
    }

    @Test func aDeviceThatTwoReadingsNameCountsOnce() {
        let readings = [
            InventoryReading(devices: [device("GPU-a"), device("GPU-b")], links: [[0, 50], [50, 0]]),
            InventoryReading(devices: [device("GPU-b"), device("GPU-c")], links: [[0, 30], [30, 0]]),
        ]
        let report = nodeReport(machine: machine, readings: readings)
        #expect(report.devices.map(\.key.name) == ["GPU-a", "GPU-b", "GPU-c"])
        #expect(report.links == [[0, 50, 0], [50, 0, 0], [0, 0, 0]])
        #expect(InventoryReading.joined(readings).problems == [.keyNotUnique(DeviceKey("GPU-b"))])
    }

    @Test func linksAreLeftOutWhereNoReadingKnowsAny() {
        let report = nodeReport(machine: machine, readings: [InventoryReading(devices: [device("GPU-a"), device("GPU-b")])])
        #expect(report.links.isEmpty)
    }

    @Test func aReadingSurvivesItsWayThroughTheChild() throws {
        let reading = InventoryReading(
            driverVersion: "580.1", devices: [device("GPU-a")], links: [],
            problems: [
                .libraryNotLoaded(path: "/lib/x", detail: "line\nbreak \"quoted\""),
                .driverCallFailed(call: "nvmlInit_v2", code: .versionMismatch),
                .gpuCallFailed(index: 1, pciAddress: nil, call: "nvmlDeviceGetName", code: .gpuLost),
                .noSlices(index: 2, pciAddress: "0000:0b:00.0"), .keyNotUnique(DeviceKey("GPU-a")),
                .fileUnusable(pciAddress: "0000:0b:00.0", path: "/sys/x"),
                .builtInGraphics(pciAddress: "0000:0b:00.0", memory: .gibibytes(1)),
                .driverSilent(since: Timestamp(milliseconds: 1)), .readerFailed(.exited(code: 3)),
            ])
        let line = try InventoryReader.line(reading)
        #expect(line.last == InventoryReader.newline)
        #expect(line.count { $0 == InventoryReader.newline } == 1)
        #expect(InventoryReader.reading(of: line) == reading)
    }
}
