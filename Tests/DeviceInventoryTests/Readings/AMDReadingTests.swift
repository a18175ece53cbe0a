@testable import DeviceInventory
import FleetModel
import FleetTestKit
import Glibc
import Testing

/// What AMD's files in sysfs show.
@Suite struct AMDReadingTests {
    private let key = DeviceKey("GPU-dc91284879207f2b")
    private let address = "0000:c1:00.0"
    private let files = [
        "mem_info_vram_used": "3221225472", "gpu_busy_percent": "41", "hwmon/hwmon5/power1_average": "203000000",
        "hwmon/hwmon5/temp1_input": "47000", "ras/umc_err_count": "ue: 1\nce: 20", "ras/gfx_err_count": "ue: 2\nce: 3",
    ]

    private var device: Device {
        Device(
            key: key, model: "AMD Instinct MI300X OAM", vendor: .amd, memory: MemoryBytes(206_141_652_992), minor: 128,
            pciAddress: address)
    }

    private func card(_ files: [String: String]) throws -> Scratch {
        let scratch = try Scratch()
        let folder = "sys/devices/pci0000:00/\(address)"
        for (name, text) in files { try scratch.write("\(folder)/\(name)", text + "\n") }
        try scratch.write("\(folder)/vendor", "0x1002\n")
        try scratch.link("sys/class/drm/renderD128/device", to: "\(scratch.path)/\(folder)")
        try scratch.write("sys/class/drm/card0/device/vendor", "0x1002\n")
        return scratch
    }

    private func candidate(_ scratch: Scratch) -> DeviceReaderCandidate {
        @Sendable func look(_ keys: [DeviceKey], _ depth: LookDepth) -> [DeviceReading] {
            keys.map { AMDReadings(root: scratch.path).read($0, at: $0 == key ? address : nil, depth) }
        }
        return DeviceReaderCandidate(
            devices: [device],
            known: [.utilization, .memoryUsed, .power, .temperature, .uncorrectedErrors, .correctedErrors, .processes],
            sample: { look($0, .sample) }, examine: { keys, _ in look(keys, .examine) })
    }

    @Test func passesTheExamination() async throws {
        try await exerciseDeviceReader(candidate(try card(files)))
    }

    @Test func readsEveryField() throws {
        let scratch = try card(files)
        let reading = AMDReadings(root: scratch.path).read(key, at: address, .examine)
        #expect(reading.contact == .answers)
        #expect(reading.memoryUsed == .gibibytes(3))
        #expect(reading.utilization == 41)
        #expect(reading.power == Power(milliwatts: 203_000))
        #expect(reading.temperature == 47)
        #expect(reading.uncorrectedErrors == 3)
        #expect(reading.correctedErrors == 23)
        #expect(reading.energy == nil && reading.rows == nil && reading.recovery == nil)
        #expect(reading.processes == [])
        let sample = AMDReadings(root: scratch.path).read(key, at: address, .sample)
        #expect(sample.uncorrectedErrors == nil && sample.processes == nil && sample.power == reading.power)
    }

    @Test func whatACardHasNotIsUnknown() throws {
        let scratch = try card(["mem_info_vram_used": "0", "hwmon/hwmon0/power1_input": "9000000"])
        let reading = AMDReadings(root: scratch.path).read(key, at: address, .examine)
        #expect(reading.contact == .answers)
        #expect(reading.told == [.memoryUsed, .power, .processes])
        #expect(reading.power == Power(milliwatts: 9_000))
    }

    @Test func aCardThatHasGoneFails() throws {
        let scratch = try card(files)
        let reading = AMDReadings(root: scratch.path).read(key, at: "0000:c2:00.0", .sample)
        #expect(reading.contact == .fails(code: ENODEV, words: "the kernel has no such card any more"))
    }

    @Test func aCardWhoseFileCanNotBeReadFails() throws {
        let scratch = try card(["gpu_busy_percent": "1"])
        // Reading a folder fails, as reading the file of a dead card does.
        try scratch.write("sys/devices/pci0000:00/\(address)/mem_info_vram_used/x", "")
        let reading = AMDReadings(root: scratch.path).read(key, at: address, .sample)
        #expect(reading == DeviceReading(key, contact: .fails(code: EISDIR, words: String(cString: strerror(EISDIR)))))
    }

    @Test func processesAreThoseThatComputeAndThoseThatHoldTheNode() throws {
        let scratch = try card(files)
        try scratch.write("sys/class/kfd/kfd/topology/nodes/1/properties", "cpu_cores_count 0\ndrm_render_minor 128\n")
        try scratch.write("sys/class/kfd/kfd/topology/nodes/1/gpu_id", "50432\n")
        try scratch.write("sys/class/kfd/kfd/proc/5001/vram_50432", "1073741824\n")
        try scratch.write("sys/class/kfd/kfd/proc/5003/vram_11111", "5\n")
        try scratch.write("proc/5001/comm", "train\n")
        for (pid, place) in [("5002", address), ("5004", "0000:c2:00.0")] {
            for file in ["7", "8"] {
                try scratch.link("proc/\(pid)/fd/\(file)", to: "/dev/dri/renderD128")
                try scratch.write(
                    "proc/\(pid)/fdinfo/\(file)",
                    "pos:\t0\ndrm-driver:\tamdgpu\ndrm-client-id:\t9\ndrm-pdev:\t\(place)\ndrm-memory-vram:\t2048 KiB\n")
            }
        }
        let reading = AMDReadings(root: scratch.path).read(key, at: address, .examine)
        #expect(
            reading.processes == [
                DeviceProcess(pid: 5_001, memory: .gibibytes(1), command: "train"),
                DeviceProcess(pid: 5_002, memory: MemoryBytes(2_048 << 10)),
            ])
    }

    @Test func theWatchProcessReadsBothMakersEachWithAProcessOfItsOwn() async throws {
        let machine = try await WatchedMachine(
            WatchedMachine.healthy(1), devices: [WatchedMachine.device(0), device])
        let folder = "sys/devices/pci0000:00/\(address)"
        for (name, text) in files { try machine.machine.scratch.write("\(folder)/\(name)", text + "\n") }
        try machine.machine.scratch.link(
            "sys/class/drm/renderD128/device", to: "\(machine.machine.scratch.path)/\(folder)")
        await machine.begin()
        let readings = await machine.watch.examine(machine.devices.map(\.key), within: .seconds(60))
        #expect(readings.map(\.contact) == [.answers, .answers])
        #expect(readings.map(\.utilization) == [0, 41])
        #expect(machine.children.count == 2)
        // A driver that hangs hides no other maker's devices.
        try machine.machine.set("hang *\n" + WatchedMachine.healthy(1))
        try await machine.eventually("the NVIDIA one is silent") {
            machine.news.last(of: machine.devices[0].key)?.contact == .silent ? () : nil
        }
        let later = await machine.watch.examine([key], within: .seconds(60))
        #expect(later.map(\.utilization) == [41])
        await machine.stop()
    }
}
