@testable import DeviceInventory
import FleetModel
import Glibc
import Synchronization
import Testing

/// What happens to devices is told once, from the driver's events and from the kernel's log.
@Suite struct IncidentTests {
    private let devices = (0..<2).map { WatchedMachine.device($0) }
    private let healthy = WatchedMachine.healthy(2)
    private let now = Timestamp(milliseconds: 1_800_000_000_000)

    private func watching(_ facts: String, kernelLog: String? = nil, devices: [Device]? = nil) async throws -> WatchedMachine
    {
        let machine = try await WatchedMachine(facts, devices: devices ?? self.devices)
        if let kernelLog { try machine.machine.scratch.write("dev/kmsg", kernelLog) }
        await machine.begin()
        try await machine.eventually("all answer") {
            machine.devices.allSatisfy { machine.news.last(of: $0.key)?.contact == .answers } ? () : nil
        }
        return machine
    }

    private func record(_ sequence: Int, _ message: String) -> String {
        "4,\(sequence),\(MonotonicTime.milliseconds * 1_000),-;\(message)\n SUBSYSTEM=pci\n"
    }

    @Test func anXidIsToldAtOnceAndOnce() async throws {
        let machine = try await watching(healthy)
        let began = ContinuousClock.now
        try machine.machine.set(healthy + "gpu 1 event 0 xid 79\n")
        try await machine.eventually("it is told") { machine.news.incidents.isEmpty ? nil : () }
        let taken = ContinuousClock.now - began
        #expect(taken < .seconds(5), "an Xid took \(taken)")
        try machine.machine.set(healthy + "gpu 1 event 0 xid 79\ngpu 1 event 1 xid 79\ngpu 0 event 0 dbe\n")
        try await machine.eventually("the next is told") { machine.news.incidents.count >= 2 ? () : nil }
        #expect(
            machine.news.incidents == [
                DeviceIncident(devices[1].key, .xid(79), at: now),
                DeviceIncident(devices[0].key, .uncorrectedError, at: now),
            ])
        await machine.stop()
    }

    @Test func theKernelsLogTellsOfTheProcess() async throws {
        let machine = try await watching(healthy, kernelLog: record(7, "NVRM: loading"))
        let line = "NVRM: Xid (PCI:0000:1b:00): 31, pid=4711, name=python, Ch 00000008, MMU Fault"
        try machine.machine.scratch.write("dev/kmsg", record(7, "NVRM: loading") + record(8, line))
        try machine.machine.set(healthy + "gpu 1 event 0 xid 31\n")
        try await machine.eventually("it is told") { machine.news.incidents.isEmpty ? nil : () }
        #expect(machine.news.incidents.map(\.device) == [devices[1].key])
        #expect(machine.news.incidents.map(\.kind) == [.xid(31)])
        #expect(machine.news.incidents.map(\.pid) == [4_711])
        #expect(machine.news.incidents.map(\.command) == ["python"])
        await machine.stop()
    }

    @Test func whatTheKernelsLogTellsOfADeviceThatHangsIsHeard() async throws {
        let machine = try await watching(healthy, kernelLog: "")
        try machine.machine.set("gpu 0 hang *\n" + healthy)
        try await machine.eventually("it is silent") {
            machine.news.last(of: devices[0].key)?.contact == .silent ? () : nil
        }
        try machine.machine.scratch.write(
            "dev/kmsg", record(9, "NVRM: Xid (PCI:0000:0b:00): 119, pid=1, name=x, Timeout after 6s of waiting for RPC"))
        try await machine.eventually("it is told") {
            machine.news.incidents.map(\.kind) == [.xid(119)] ? () : nil
        }
        // The process that reads it is another one by now, and another one still later: nothing is told twice.
        machine.children.started.withLock { for child in $0 { child.kill() } }
        machine.news.clear()
        try await machine.eventually("another process has read") {
            machine.news.last(of: devices[1].key)?.contact == .answers ? () : nil
        }
        #expect(machine.news.incidents.isEmpty)
        await machine.stop()
    }

    @Test func errorsFromBeforeTheWatchAreToldUpToItsLookBack() async throws {
        let machine = try await WatchedMachine(healthy, devices: devices)
        let old = (MonotonicTime.milliseconds - 2 * 3_600_000) * 1_000
        try machine.machine.scratch.write(
            "dev/kmsg",
            "4,1,\(max(0, old)),-;NVRM: Xid (PCI:0000:0b:00): 48, DBE\n" + record(2, "NVRM: Xid (PCI:0000:1b:00): 63, rows"))
        await machine.begin()
        try await machine.eventually("the recent one is told") {
            machine.news.incidents.contains { $0.kind == .xid(63) } ? () : nil
        }
        // A machine that is up for less than two hours has no line that old.
        if old > 0 { #expect(machine.news.incidents.count == 1) }
        await machine.stop()
    }

    @Test func withoutTheKernelsLogTheEventsAreLeft() async throws {
        let machine = try await watching(healthy)
        #expect(machine.news.problems == [.kernelLogClosed(errno: ENOENT)])
        #expect(machine.news.problems[0].text.contains("kernel.dmesg_restrict"))
        await machine.stop()
    }

    @Test func anErrorOfASliceIsThatSlices() async throws {
        let slices = ["MIG-aa", "MIG-bb"].map {
            Device(key: DeviceKey($0), model: "slice", memory: .gibibytes(10), pciAddress: "0000:0b:00.0")
        }
        let facts =
            WatchedMachine.healthy(1) + """
                gpu 0 mig 1
                gpu 0 slice 0 MIG-aa 10468982784 NVIDIA A100-SXM4-80GB MIG 1g.10gb
                gpu 0 slice 4 MIG-bb 42144366592 NVIDIA A100-SXM4-80GB MIG 3g.40gb

                """
        let machine = try await watching(facts, devices: slices)
        try machine.machine.set(facts + "gpu 0 event 0 xid 94 5\n")
        try await machine.eventually("it is told") { machine.news.incidents.isEmpty ? nil : () }
        try machine.machine.set(facts + "gpu 0 event 0 xid 94 5\ngpu 0 event 1 xid 79\n")
        try await machine.eventually("the whole GPU's is told") { machine.news.incidents.count == 3 ? () : nil }
        #expect(machine.news.incidents.map(\.device.name) == ["MIG-bb", "MIG-aa", "MIG-bb"])
        #expect(machine.news.incidents.map(\.kind) == [.xid(94), .xid(79), .xid(79)])
        await machine.stop()
    }

    @Test func eventsAreHeardAgainByTheNextProcess() async throws {
        let machine = try await watching(healthy)
        machine.children.started.withLock { $0[0].kill() }
        try await machine.eventually("another process is started") { machine.children.count == 2 ? () : nil }
        machine.news.clear()
        try await machine.eventually("all answer again") {
            devices.allSatisfy { machine.news.last(of: $0.key)?.contact == .answers } ? () : nil
        }
        try machine.machine.set(healthy + "gpu 0 event 0 xid 13\n")
        try await machine.eventually("it is told") { machine.news.incidents.map(\.kind) == [.xid(13)] ? () : nil }
        await machine.stop()
    }

    @Test func theSameIsToldAgainAfterAMinute() {
        var filter = IncidentFilter()
        let key = devices[0].key
        let asked: [(DeviceKey, DeviceIncident.Kind, Int64, Bool)] = [
            (key, .xid(13), 0, true), (key, .xid(13), 59, false), (key, .xid(31), 59, true),
            (devices[1].key, .xid(13), 59, true), (key, .xid(13), 60, true), (key, .uncorrectedError, 60, true),
            (key, .xid(13), 61, false),
        ]
        for (device, kind, seconds, isNew) in asked {
            let admitted = filter.admits(device, kind, at: now + .seconds(seconds))
            #expect(admitted == isNew, "\(kind) after \(seconds) s")
        }
    }
}
