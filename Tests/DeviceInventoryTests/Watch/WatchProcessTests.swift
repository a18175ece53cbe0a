import ChildProcess
@testable import DeviceInventory
import FleetModel
import Glibc
import Synchronization
import Testing

/// The watch process and its parent, when no driver hangs.
@Suite struct WatchProcessTests {
    private let devices = (0..<2).map { WatchedMachine.device($0) }
    private let healthy = WatchedMachine.healthy(2)

    private func untilAllAreRead(_ machine: WatchedMachine) async throws {
        machine.news.clear()
        try await machine.eventually("all answer") {
            devices.allSatisfy { machine.news.last(of: $0.key)?.contact == .answers } ? () : nil
        }
    }

    @Test func aProcessThatIsKilledIsReplaced() async throws {
        let machine = try await WatchedMachine(healthy, devices: devices)
        await machine.begin()
        try await untilAllAreRead(machine)
        machine.children.started.withLock { $0[0].kill() }
        try await machine.eventually("its end is said") {
            machine.news.updates.contains {
                if case .problems(let all) = $0 { all.contains(.readerFailed(.closed)) } else { false }
            } ? () : nil
        }
        try await untilAllAreRead(machine)
        #expect(machine.children.count == 2)
        let second = machine.children.started.withLock { $0[1].pid }
        #expect(await machine.watch.processIDs == [try #require(second)])
        await machine.stop()
    }

    @Test func aGPUThatNobodyWatchesAnyMoreIsLetGo() async throws {
        let machine = try await WatchedMachine(healthy, devices: devices)
        await machine.begin()
        try await untilAllAreRead(machine)
        await machine.watch.watch([WatchedDevice(devices[0], period: TimeSpan(milliseconds: 200))])
        try await machine.eventually("the process that had it open has ended") {
            machine.children.started.withLock { $0[0].hasEnded() } ? () : nil
        }
        machine.news.clear()
        try await machine.eventually("the other one is watched") {
            machine.news.last(of: devices[0].key)?.contact == .answers ? () : nil
        }
        #expect(machine.children.count == 2 && machine.news.last(of: devices[1].key) == nil)
        await machine.stop()
    }

    @Test func aProcessThatCrashesAtEachStartIsNotStartedInAStorm() async throws {
        let machine = try await WatchedMachine("crash nvmlInit_v2\n" + healthy, devices: devices)
        await machine.begin()
        try await machine.eventually("two have crashed") { machine.children.count >= 2 ? () : nil }
        try await Task.sleep(for: .seconds(8))
        // After 0.3 s, 0.6, 1.2, 2.4 and then every 3 s.
        #expect(machine.children.count <= 8)
        #expect(machine.news.problems.contains(.readerFailed(.closed)))
        try machine.machine.set(healthy)
        try await untilAllAreRead(machine)
        await machine.stop()
    }

    @Test func aProcessThatCanNotBeStartedIsSaidAndTriedAgain() async throws {
        let machine = try await WatchedMachine(healthy, devices: devices)
        let failure = ReaderFailure.notStarted(executable: "/usr/bin/carrel", errno: EAGAIN)
        machine.children.refusal.withLock { $0 = failure }
        await machine.begin()
        try await machine.eventually("it is said") {
            machine.news.problems.contains(.readerFailed(failure)) ? () : nil
        }
        machine.children.refusal.withLock { $0 = nil }
        try await untilAllAreRead(machine)
        await machine.stop()
    }

    @Test(arguments: [Int32(9), 18])
    func aDriverThatCanNotBeUsedIsSaidAndComesBack(code: Int32) async throws {
        let machine = try await WatchedMachine("fail nvmlInit_v2 \(code)\n" + healthy, devices: devices)
        await machine.begin()
        let problem = InventoryProblem.driverCallFailed(call: "nvmlInit_v2", code: NVMLCode(code))
        try await machine.eventually("it is said") { machine.news.problems.contains(problem) ? () : nil }
        try await machine.eventually("nothing is known of the devices") {
            devices.allSatisfy { machine.news.last(of: $0.key)?.contact == .unreadable(words: NVMLCode(code).words) }
                ? () : nil
        }
        let examined = await machine.watch.examine(devices.map(\.key), within: .seconds(2))
        #expect(examined.allSatisfy { if case .unreadable = $0.contact { true } else { false } }, "\(examined)")
        try machine.machine.set(healthy)
        try await untilAllAreRead(machine)
        try await machine.eventually("all is well again") { machine.news.problems.contains(problem) ? nil : () }
        await machine.stop()
    }

    @Test func aProcessEndsWhenItsInputDoes() async throws {
        for facts in ["", "hang *\n"] {
            let machine = try StubMachine(facts + healthy)
            let channel = try WatchChannel.spawning(
                executable: try StubMachine.reader, arguments: [machine.scratch.path, "watch"],
                environment: machine.environment)
            var list = WatchList(devices: devices.map { WatchedDevice($0, period: .seconds(1)) })
            list.kernelLog = .since(.zero)
            let child = WatchChild(id: 1, channel: channel) { _ in }
            #expect(child.send(.watch(list)))
            child.hangUp()
            try await eventually { channel.hasEnded() }
        }
    }

    @Test func aProcessEndsWhenItIsToldToOrTalkedToInAnotherLanguage() async throws {
        for words in ["\"stop\"\n", "{\"stop\":{}}\n", "EHLO\n"] {
            let machine = try StubMachine(healthy)
            let channel = try WatchChannel.spawning(
                executable: try StubMachine.reader, arguments: [machine.scratch.path, "watch"],
                environment: machine.environment)
            #expect(ChildDescriptors.write(Array(words.utf8), to: channel.socket))
            try await eventually { channel.hasEnded() }
            close(channel.socket)
        }
    }

    private func eventually(_ condition: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while !condition() {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func whatALibraryPrintsDoesNotGetAmongTheReports() async throws {
        let machine = try await WatchedMachine("chatter * {\"alive\":{}}\n" + healthy, devices: devices)
        await machine.begin()
        try await untilAllAreRead(machine)
        #expect(machine.children.count == 1)
        await machine.stop()
    }

    @Test func devicesAreLookedAtAsOftenAsIsAskedFor() async throws {
        let machine = try await WatchedMachine(healthy, devices: devices)
        await machine.watch.watch([
            WatchedDevice(devices[0], period: TimeSpan(milliseconds: 100)), WatchedDevice(devices[1], period: .hours(1)),
        ])
        func count(_ index: Int) -> Int { machine.news.readings.count { $0.device == devices[index].key } }
        try await machine.eventually("the first is read often") { count(0) >= 20 ? () : nil }
        #expect(count(1) == 1)
        await machine.watch.watch([
            WatchedDevice(devices[0], period: .hours(1)), WatchedDevice(devices[1], period: TimeSpan(milliseconds: 100)),
        ])
        try await machine.eventually("the second is read often") { count(1) >= 20 ? () : nil }
        await machine.stop()
    }

    @Test func aDeviceThatIsNotWatchedAnyMoreIsLeftAlone() async throws {
        let machine = try await WatchedMachine(healthy, devices: devices)
        await machine.begin()
        try await untilAllAreRead(machine)
        await machine.watch.watch([])
        try await machine.eventually("the process is gone") {
            machine.children.started.withLock { $0.allSatisfy { $0.hasEnded() } } ? () : nil
        }
        let readings = await machine.watch.examine(devices.map(\.key), within: .seconds(60))
        #expect(readings.map(\.contact) == Array(repeating: .unreadable(words: "it is not watched"), count: 2))
        await machine.begin()
        try await untilAllAreRead(machine)
        await machine.stop()
    }

    @Test func stoppingAnswersWhoeverWaitsAndLeavesNoProcess() async throws {
        let machine = try await WatchedMachine("slow * 1000\n" + healthy, devices: devices)
        await machine.begin()
        #expect(await machine.watch.processIDs.isEmpty)
        async let readings = machine.watch.examine(devices.map(\.key), within: .seconds(60))
        try await machine.eventually("it is asked") { await machine.watch.examinations.isEmpty ? nil : () }
        await machine.stop()
        #expect(await readings.map(\.contact) == [.silent, .silent])
        try await machine.eventually("no process is left") {
            machine.children.started.withLock { $0.allSatisfy { $0.hasEnded() } } ? () : nil
        }
    }

    @Test func manyMayAskAtOnce() async throws {
        let machine = try await WatchedMachine(healthy, devices: devices)
        await machine.begin()
        let keys = devices.map(\.key)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    await machine.watch.examine(keys, within: .seconds(60)).allSatisfy { $0.contact == .answers }
                }
            }
            for await isAnswered in group { #expect(isAnswered) }
        }
        await machine.stop()
    }
}
