@testable import DeviceInventory
import FleetModel
import FleetTestKit
import Glibc
import Testing

/// What close and cheap looks at NVIDIA devices find, through a watch process.
@Suite struct NVMLReadingTests {
    private let key = DeviceKey("GPU-0000")

    /// One close look at the first of some devices.
    private func look(
        _ facts: String, devices: [Device] = [WatchedMachine.device(0)], library: StubLibrary = .current
    ) async throws -> DeviceReading {
        let machine = try await WatchedMachine(facts, devices: devices, library: library)
        await machine.begin(period: .seconds(3_600))
        let readings = await machine.watch.examine([devices[0].key], within: .seconds(60))
        await machine.stop()
        return try #require(readings.first)
    }

    @Test func passesTheExamination() async throws {
        let devices = (0..<3).map { WatchedMachine.device($0) }
        let machine = try await WatchedMachine(WatchedMachine.healthy(3), devices: devices)
        await machine.begin()
        try await exerciseDeviceReader(machine.candidate(known: DeviceReaderCandidate.Field.allCases))
        await machine.stop()
    }

    @Test(arguments: [StubLibrary.older, .first, .wideProcesses, .wideProcessesUntold])
    func otherDriversPassTheExaminationWithWhatTheyHave(library: StubLibrary) async throws {
        let devices = (0..<2).map { WatchedMachine.device($0) }
        let machine = try await WatchedMachine(WatchedMachine.healthy(2), devices: devices, library: library)
        await machine.begin()
        try await exerciseDeviceReader(
            machine.candidate(known: [.utilization, .memoryUsed, .power, .temperature, .processes]))
        await machine.stop()
    }

    @Test func readsEveryField() async throws {
        let reading = try await look(
            "driver 1\n" + StubMachine.gpu(0)
                + """
                gpu 0 util 37
                gpu 0 used 5368709120
                gpu 0 power 401250
                gpu 0 energy 8000000000000
                gpu 0 temp 66
                gpu 0 clocks 68
                gpu 0 ecc 2 17
                gpu 0 rows 3 1 1 0
                gpu 0 recovery 4
                """)
        #expect(reading.contact == .answers)
        #expect(reading.utilization == 37)
        #expect(reading.memoryUsed == .gibibytes(5))
        #expect(reading.power == Power(milliwatts: 401_250))
        #expect(reading.energy == Energy(millijoules: 8_000_000_000_000))
        #expect(reading.temperature == 66)
        #expect(reading.clockLimits == [.powerCap, .hardwareThermal])
        #expect(reading.uncorrectedErrors == 2)
        #expect(reading.correctedErrors == 17)
        #expect(reading.rows == RowRemapping(corrected: 3, uncorrected: 1, isPending: true))
        #expect(reading.recovery == .drainAndReset)
        #expect(reading.processes == [])
    }

    @Test func whatAGamersCardDoesNotSupportIsUnknownAndNotBad() async throws {
        let reading = try await look("driver 1\n" + StubMachine.gpu(0) + "gpu 0 util 0\ngpu 0 temp 40\n")
        #expect(reading.contact == .answers)
        #expect(reading.told == [.utilization, .memoryUsed, .temperature, .processes])
    }

    @Test(arguments: [
        ("nvmlDeviceGetPowerUsage", Int32(999)), ("nvmlDeviceGetTotalEccErrors", 4), ("nvmlDeviceGetFieldValues", 2),
        ("nvmlDeviceGetComputeRunningProcesses_v3", 4), ("nvmlDeviceGetTemperatureV", 999),
    ])
    func aCallThatFailsAloneLeavesItsFieldUnknown(call: String, code: Int32) async throws {
        let reading = try await look("gpu 0 fail \(call) \(code)\n" + WatchedMachine.healthy(1))
        #expect(reading.contact == .answers)
        #expect(reading.told.count < DeviceReaderCandidate.Field.allCases.count)
        #expect(reading.memoryUsed != nil)
    }

    @Test(arguments: [
        ("*", Int32(15)), ("*", 16), ("*", 999), ("nvmlDeviceGetHandleByPciBusId_v2", 15),
        ("nvmlDeviceGetTemperatureV", 15), ("nvmlDeviceGetRemappedRows", 16), ("nvmlDeviceGetTotalEccErrors", 14),
    ])
    func aDeviceThatTheDriverGaveUpFails(call: String, code: Int32) async throws {
        let reading = try await look("gpu 0 fail \(call) \(code)\n" + WatchedMachine.healthy(1))
        #expect(reading == DeviceReading(key, contact: .fails(code: code, words: NVMLCode(code).words)))
    }

    @Test(arguments: [("*", Int32(4)), ("*", 17), ("nvmlDeviceGetHandleByPciBusId_v2", 4), ("nvmlDeviceGetUUID", 17)])
    func aDeviceThatWeMayNotOpenIsUnreadable(call: String, code: Int32) async throws {
        let reading = try await look("gpu 0 fail \(call) \(code)\n" + WatchedMachine.healthy(1))
        #expect(reading == DeviceReading(key, contact: .unreadable(words: NVMLCode(code).words)))
    }

    @Test func oneLostDeviceHidesNoOther() async throws {
        let devices = (0..<3).map { WatchedMachine.device($0) }
        let machine = try await WatchedMachine("gpu 1 fail * 15\n" + WatchedMachine.healthy(3), devices: devices)
        await machine.begin()
        let readings = await machine.watch.examine(devices.map(\.key), within: .seconds(60))
        #expect(readings.map(\.contact) == [.answers, .fails(code: 15, words: NVMLCode.gpuLost.words), .answers])
        await machine.stop()
    }

    @Test func aDeviceThatHasGoneFromTheBusFailsAndComesBack() async throws {
        let devices = (0..<2).map { WatchedMachine.device($0) }
        let machine = try await WatchedMachine(WatchedMachine.healthy(2), devices: devices)
        await machine.begin()
        _ = try await machine.eventually("both are read") { machine.news.last(of: devices[1].key) }
        try machine.machine.set(WatchedMachine.healthy(1))
        let gone = await machine.watch.examine(devices.map(\.key), within: .seconds(60))
        #expect(gone.map(\.contact) == [.answers, .fails(code: 6, words: NVMLCode.notFound.words)])
        try machine.machine.set(WatchedMachine.healthy(2))
        let back = await machine.watch.examine(devices.map(\.key), within: .seconds(60))
        #expect(back.map(\.contact) == [.answers, .answers])
        await machine.stop()
    }

    @Test func minorsThatChangePlacesAreTold() async throws {
        let devices = (0..<2).map { WatchedMachine.device($0) }
        let machine = try await WatchedMachine(
            "driver 1\n" + StubMachine.gpu(0, minor: 1) + StubMachine.gpu(1, minor: 0), devices: devices)
        await machine.begin()
        try await machine.eventually("both minors are told") {
            let told = machine.news.updates
            return told.contains(.minor(devices[0].key, 1)) && told.contains(.minor(devices[1].key, 0)) ? () : nil
        }
        #expect(machine.news.updates.count { if case .minor = $0 { true } else { false } } == 2)
        await machine.stop()
    }

    @Test func anotherGPUAtItsPlaceIsNotTakenForIt() async throws {
        let reading = try await look(
            "driver 1\n" + StubMachine.gpu(0, uuid: "GPU-other"), devices: [WatchedMachine.device(0)])
        #expect(reading == DeviceReading(key, contact: .unreadable(words: "something else is at its place on the bus now")))
    }

    @Test func aDeviceWithoutAPlaceIsFoundByItsName() async throws {
        let device = Device(key: DeviceKey("GPU-0001"), model: "x", memory: .gibibytes(80))
        let reading = try await look(
            "gpu 1 util 9\n" + WatchedMachine.healthy(2).replacing("gpu 1 util 0", with: "#"), devices: [device])
        #expect(reading.utilization == 9)
    }

    @Test func slicesHaveTheirOwnMemoryAndProcessesAndTheirGPUsHealth() async throws {
        let slices = [("MIG-aa", 0), ("MIG-bb", 4)].map { name, _ in
            Device(key: DeviceKey(name), model: "slice", memory: .gibibytes(10), pciAddress: "0000:0b:00.0")
        }
        let machine = try await WatchedMachine(
            WatchedMachine.healthy(1) + """
                gpu 0 mig 1
                gpu 0 slice 0 MIG-aa 10468982784 NVIDIA A100-SXM4-80GB MIG 1g.10gb
                gpu 0 slice 4 MIG-bb 42144366592 NVIDIA A100-SXM4-80GB MIG 3g.40gb
                gpu 0 sliceused 4 777
                gpu 0 process 0 \(getpid()) 777 compute 4
                """, devices: slices)
        await machine.begin()
        let readings = await machine.watch.examine(slices.map(\.key), within: .seconds(60))
        #expect(readings.map(\.contact) == [.answers, .answers])
        #expect(readings.map { $0.processes?.map(\.pid) } == [[], [getpid()]])
        #expect(readings.map(\.memoryUsed) == [MemoryBytes(400), MemoryBytes(777)])
        // A GPU's power is no slice's.
        #expect(readings.allSatisfy { $0.power == nil && $0.energy == nil && $0.utilization == nil && $0.rows == nil })
        #expect(readings.allSatisfy { $0.uncorrectedErrors == 0 && $0.temperature == 31 })
        await machine.stop()
    }
}

extension WatchedMachine {
    func candidate(known: [DeviceReaderCandidate.Field]) -> DeviceReaderCandidate {
        DeviceReaderCandidate(
            devices: devices, known: known,
            sample: { [self] keys in
                news.clear()
                let isThere = try? await eventually("all are sampled") {
                    keys.allSatisfy { self.news.last(of: $0) != nil } ? true : nil
                }
                return isThere == nil ? [] : keys.compactMap { news.last(of: $0) }
            }, examine: { [self] in await watch.examine($0, within: $1) })
    }
}
