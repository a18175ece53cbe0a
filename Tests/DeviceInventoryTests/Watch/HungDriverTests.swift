@testable import DeviceInventory
import FleetModel
import Synchronization
import Testing

/// A driver that hangs is noticed, said, and lived with.
@Suite struct HungDriverTests {
    private let devices = (0..<3).map { WatchedMachine.device($0) }
    private let healthy = WatchedMachine.healthy(3)

    /// The problems but for the kernel's log, which the stub's machine has not.
    private func problems(_ machine: WatchedMachine) -> [InventoryProblem] {
        machine.news.problems.filter { $0 != .kernelLogClosed(errno: 2) }
    }

    private func untilAllAreRead(_ machine: WatchedMachine) async throws {
        machine.news.clear()
        try await machine.eventually("all answer") {
            devices.allSatisfy { machine.news.last(of: $0.key)?.contact == .answers } ? () : nil
        }
    }

    @Test func oneGPUThatHangsIsSilentAndTheOthersAreReadOn() async throws {
        let machine = try await WatchedMachine(healthy, devices: devices)
        await machine.begin()
        try await untilAllAreRead(machine)

        try machine.machine.set("gpu 1 hang *\n" + healthy)
        try await machine.eventually("the silence is told") {
            machine.news.last(of: devices[1].key)?.contact == .silent ? () : nil
        }
        machine.news.clear()
        try await machine.eventually("the others are read") {
            [0, 2].allSatisfy { machine.news.last(of: devices[$0].key)?.contact == .answers } ? () : nil
        }
        let examined = await machine.watch.examine(devices.map(\.key), within: .seconds(10))
        #expect(examined.map(\.contact) == [.answers, .silent, .answers])
        try await machine.eventually("it is said") {
            problems(machine) == [.devicesSilent([devices[1].key], since: Timestamp(milliseconds: 1_800_000_000_000))]
                ? () : nil
        }

        try machine.machine.set(healthy)
        try await untilAllAreRead(machine)
        try await machine.eventually("all is well again") { problems(machine).isEmpty ? () : nil }
        await machine.stop()
    }

    @Test(arguments: ["nvmlInit_v2", "*"])
    func aDriverThatHangsAsAWholeIsSaidAndComesBack(call: String) async throws {
        let machine = try await WatchedMachine("hang \(call)\n" + healthy, devices: devices)
        await machine.begin()
        try await machine.eventually("all are silent") {
            devices.allSatisfy { machine.news.last(of: $0.key)?.contact == .silent } ? () : nil
        }
        let asked = ContinuousClock.now
        let readings = await machine.watch.examine(devices.map(\.key), within: .seconds(1))
        #expect(readings.map(\.contact) == [.silent, .silent, .silent])
        #expect(ContinuousClock.now - asked < .seconds(10), "nobody waits for a driver")
        #expect(problems(machine).allSatisfy { if case .driverSilent = $0 { true } else { false } })

        try machine.machine.set(healthy)
        try await untilAllAreRead(machine)
        try await machine.eventually("all is well again") { problems(machine).isEmpty ? () : nil }
        await machine.stop()
    }

    @Test func noneIsStartedBesideProcessesThatCanNotBeKilled() async throws {
        let machine = try await WatchedMachine("hang nvmlInit_v2\n" + healthy, devices: devices)
        machine.children.areStuck.withLock { $0 = true }
        await machine.begin()
        try await machine.eventually("it is said") {
            problems(machine).contains(.readersStuck(count: 1)) ? () : nil
        }
        // Longer than the longest rest.
        try await Task.sleep(for: .seconds(5))
        #expect(machine.children.count == 1)

        try machine.machine.set(healthy)
        machine.children.areStuck.withLock { $0 = false }
        try await untilAllAreRead(machine)
        try await machine.eventually("all is well again") { problems(machine).isEmpty ? () : nil }
        await machine.stop()
    }

    @Test func aGPUWhoseProcessCanNotBeKilledCostsOneProcessAndHidesNoOther() async throws {
        let machine = try await WatchedMachine(healthy, devices: devices)
        await machine.begin()
        try await untilAllAreRead(machine)
        machine.children.areStuck.withLock { $0 = true }
        try machine.machine.set("gpu 2 hang *\n" + healthy)
        try await machine.eventually("it is stuck") { problems(machine).contains(.readersStuck(count: 1)) ? () : nil }
        machine.news.clear()
        try await machine.eventually("the others are read") {
            [0, 1].allSatisfy { machine.news.last(of: devices[$0].key)?.contact == .answers } ? () : nil
        }
        try await Task.sleep(for: .seconds(5))
        #expect(machine.children.count == 2, "the stuck one, and the one that leaves its GPU out")

        machine.children.areStuck.withLock { $0 = false }
        try machine.machine.set(healthy)
        try await untilAllAreRead(machine)
        await machine.stop()
    }

    @Test func aDriverWhereEverythingHangsAndNothingDiesStopsAtTheLimit() async throws {
        let machine = try await WatchedMachine(healthy, devices: devices)
        await machine.begin()
        try await untilAllAreRead(machine)
        machine.children.areStuck.withLock { $0 = true }
        try machine.machine.set((0..<3).map { "gpu \($0) hang *\n" }.joined() + healthy)
        try await machine.eventually("two are stuck") { problems(machine).contains(.readersStuck(count: 2)) ? () : nil }
        try await Task.sleep(for: .seconds(5))
        #expect(machine.children.count == 2)
        let readings = await machine.watch.examine(devices.map(\.key), within: .seconds(1))
        // One was never asked, since nobody can be started who would.
        let unasked = readings.filter { $0.contact == .unreadable(words: "it could not be asked") }
        #expect(unasked.count == 1)
        #expect(readings.count { $0.contact == .silent } == 2)
        let key = try #require(unasked.first?.device)
        try await machine.eventually("it is told of the third") {
            machine.news.last(of: key)?.contact == .unreadable(words: "it can't be asked: the driver hangs") ? () : nil
        }
        await machine.stop()
    }

    @Test func aDeviceThatWaitsForAnotherOneIsNotCalledSilent() async throws {
        var limits = WatchedMachine.quick
        limits.patience = .seconds(30)
        limits.firstPatience = .seconds(30)
        limits.coldPatience = .seconds(30)
        let machine = try await WatchedMachine("gpu 0 hang *\n" + healthy, devices: devices, limits: limits)
        await machine.begin()
        try await machine.eventually("it hangs") {
            await machine.watch.crews.values.contains { ($0.busy?.milliseconds ?? 0) > 1_500 } ? () : nil
        }
        let readings = await machine.watch.examine(devices.map(\.key), within: .seconds(1))
        let heldUp = DeviceReading.Contact.unreadable(words: "the driver was held up by another device")
        #expect(readings.map(\.contact) == [.silent, heldUp, heldUp])
        await machine.stop()
    }

    @Test func aSlowDriverIsNotTakenForOneThatHangs() async throws {
        let machine = try await WatchedMachine("slow * 50\n" + healthy, devices: devices)
        await machine.begin()
        try await untilAllAreRead(machine)
        try await untilAllAreRead(machine)
        #expect(machine.children.count == 1)
        #expect(!machine.news.readings.contains { $0.contact == .silent })
        await machine.stop()
    }

    @Test func aGPUThatTakesLongToWakeUpIsWaitedFor() async throws {
        var limits = WatchedMachine.quick
        limits.patience = TimeSpan(milliseconds: 500)
        limits.firstPatience = .seconds(60)
        limits.coldPatience = .seconds(60)
        let slow = "gpu 0 slow nvmlDeviceGetHandleByPciBusId_v2 3000\n" + healthy
        let machine = try await WatchedMachine(slow, devices: devices, limits: limits)
        await machine.begin(period: .seconds(3_600))
        try await untilAllAreRead(machine)
        #expect(machine.children.count == 1)
        await machine.stop()
    }

    @Test func aGPUThatHangsAgainAndAgainIsLeftApartForLonger() async throws {
        let machine = try await WatchedMachine(healthy, devices: devices)
        await machine.begin()
        try await untilAllAreRead(machine)
        for round in 1...2 {
            try machine.machine.set("gpu 1 hang *\n" + healthy)
            machine.news.clear()
            try await machine.eventually("it is silent") {
                machine.news.last(of: devices[1].key)?.contact == .silent ? () : nil
            }
            #expect(await machine.watch.hangs[devices[1].pciAddress ?? ""]?.count == round)
            try machine.machine.set(healthy)
            try await untilAllAreRead(machine)
            try await machine.eventually("it is watched with the others again") {
                await machine.watch.crews.count == 1 ? () : nil
            }
        }
        await machine.stop()
    }
}
