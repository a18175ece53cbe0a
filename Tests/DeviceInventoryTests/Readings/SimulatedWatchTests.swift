import DeviceInventory
import FleetModel
import FleetTestKit
import Synchronization
import Testing

/// Simulated devices show what such devices might.
@Suite struct SimulatedWatchTests {
    private final class Clock: Sendable {
        let time = Mutex(Timestamp(milliseconds: 1_800_000_000_000))
        func now() -> Timestamp { time.withLock { $0 } }
        func pass(_ span: TimeSpan) { time.withLock { $0 = $0 + span } }
    }

    private let clock = Clock()

    private func devices(_ text: String) throws -> [Device] {
        try SimulatedDevices(parsing: text).reading(on: NodeName("box")).devices
    }

    private func watch(_ devices: [Device]) async -> SimulatedWatch {
        let watch = SimulatedWatch(devices, now: { [clock] in clock.now() })
        await watch.watch(devices.map { WatchedDevice($0, period: .seconds(5)) })
        return watch
    }

    @Test(arguments: SimulatedDevices.knownModels)
    func everyModelPassesTheExamination(model: String) async throws {
        let devices = try devices("\(model):2")
        let watch = await watch(devices)
        try await exerciseDeviceReader(
            DeviceReaderCandidate(
                devices: devices, known: DeviceReaderCandidate.Field.allCases, sample: { await watch.sample($0) },
                examine: { await watch.examine($0, within: $1) }, passTime: { [clock] in clock.pass(.seconds(10)) }))
        await watch.stop()
    }

    @Test func anIdleDeviceTakesLittleAndABusyOneMuch() async throws {
        let device = try devices("a100")[0]
        let watch = await watch([device])
        let idle = await watch.examine([device.key], within: .seconds(1))[0]
        #expect(idle.utilization == 0 && idle.memoryUsed == .zero && idle.processes == [])
        #expect(idle.power == Power(milliwatts: 60_000))
        #expect(idle.energy == .zero)

        clock.pass(.seconds(100))
        await watch.setActivity(device.key, utilization: 100, processes: [DeviceProcess(pid: 7)])
        clock.pass(.seconds(10))
        let busy = await watch.examine([device.key], within: .seconds(1))[0]
        #expect(busy.utilization == 100 && busy.processes == [DeviceProcess(pid: 7)])
        #expect(busy.power == Power(milliwatts: 400_000))
        // 100 s at 60 W and 10 s at 400 W.
        #expect(busy.energy == Energy(millijoules: 10_000_000))
        #expect((busy.memoryUsed ?? .zero) <= device.memory)

        await watch.setActivity(device.key, utilization: 0)
        let after = await watch.examine([device.key], within: .seconds(1))[0]
        #expect(after.power == idle.power && after.memoryUsed == .zero && after.energy == busy.energy)
        await watch.stop()
    }

    @Test func samplesAreToldAtTheirPeriods() async throws {
        let devices = try devices("a100:2")
        let watch = await watch(devices)
        var updates = watch.updates.makeAsyncIterator()
        for device in devices {
            guard case .reading(let reading) = await updates.next() else {
                Issue.record("no reading")
                return
            }
            #expect(reading.device == device.key)
            #expect(reading.processes == nil)
        }
        await watch.stop()
        #expect(await updates.next() == nil)
    }

    @Test func onlyWhatIsWatchedAndSimulatedIsAnsweredFor() async throws {
        let devices = try devices("a100:2")
        let real = Device(key: DeviceKey("GPU-1"), model: "x", memory: .gibibytes(1))
        let watch = SimulatedWatch(devices + [real], now: { [clock] in clock.now() })
        await watch.watch([WatchedDevice(devices[0], period: .seconds(5)), WatchedDevice(real, period: .seconds(5))])
        let readings = await watch.examine([devices[0].key, devices[1].key, real.key], within: .seconds(1))
        #expect(readings.map { $0.contact == .answers } == [true, false, false])
        await watch.stop()
    }
}
