@testable import DeviceInventory
import FleetModel
import Glibc
import Testing

/// Lists of processes, whose entries have three sizes.
@Suite struct ProcessListTests {
    private func list(_ lines: [String], library: StubLibrary = .current) async throws -> [DeviceProcess]? {
        let facts = WatchedMachine.healthy(1) + lines.map { "gpu 0 \($0)\n" }.joined()
        let device = WatchedMachine.device(0)
        let machine = try await WatchedMachine(facts, devices: [device], library: library)
        for (pid, name, uid) in [(4_711, "python", 20_001), (4_712, "train", 0)] {
            try machine.machine.scratch.write("proc/\(pid)/comm", name + "\n")
            try machine.machine.scratch.write("proc/\(pid)/status", "Name:\t\(name)\nUid:\t\(uid)\t\(uid)\t\(uid)\t\(uid)\n")
        }
        try machine.machine.scratch.write(
            "etc/passwd", "root:x:0:0:root:/:/bin/sh\nalice:x:20001:20001::/home/alice:/bin/sh\n")
        await machine.begin(period: .seconds(3_600))
        let readings = await machine.watch.examine([device.key], within: .seconds(60))
        await machine.stop()
        #expect(readings.map(\.contact) == [.answers])
        return readings[0].processes
    }

    @Test(arguments: StubLibrary.allCases.filter { $0 != .withoutUUID }, 1...6)
    func everyDriversEntriesAreReadWithTheirOwnSize(library: StubLibrary, count: Int) async throws {
        let lines = (0..<count).map { "process \($0) \(1_000 + $0) \(($0 + 1) * 1_048_576) compute" }
        let processes = try await list(lines, library: library)
        #expect(processes?.map(\.pid) == (0..<count).map { Int32(1_000 + $0) })
        #expect(processes?.map(\.memory) == (0..<count).map { MemoryBytes(Int64($0 + 1) << 20) })
    }

    @Test func processesOfEveryKindAreListedOnceWithUserAndCommand() async throws {
        let processes = try await list([
            "process 0 4712 18446744073709551615 mps", "process 1 4711 2097152 compute", "process 2 4711 1048576 graphics",
            "process 3 4713 5 graphics",
        ])
        #expect(
            processes == [
                DeviceProcess(pid: 4_711, memory: MemoryBytes(2_097_152), user: "alice", command: "python"),
                DeviceProcess(pid: 4_712, user: "root", command: "train"), DeviceProcess(pid: 4_713, memory: MemoryBytes(5)),
            ])
    }

    @Test func moreProcessesThanThereWasRoomForAreAskedForAgain() async throws {
        let lines = (0..<40).map { "process \($0) \(1_000 + $0) 1 compute" } + ["race 3"]
        #expect(try await list(lines)?.count == 40)
    }

    @Test(arguments: ["0", "4194305", "4294967295"])
    func aListWithANumberThatIsNoProcessIsNotBelieved(pid: String) async throws {
        #expect(try await list(["process 0 \(pid) 1 compute", "process 1 4711 1 compute"]) == nil)
    }

    @Test func aTableSaysHowWideItsEntriesAre() {
        for stride in [ProcessTable.narrow, ProcessTable.wide] {
            for count in 1...20 {
                var table = ProcessTable(room: 32)
                #expect(table.measuredStride(count) == nil)
                for byte in 0..<count * stride { table.bytes[byte] = 1 }
                #expect(table.measuredStride(count) == stride)
            }
        }
        // A driver that writes over the whole room doesn't say.
        var table = ProcessTable(room: 32)
        for byte in table.bytes.indices { table.bytes[byte] = 0 }
        #expect(table.measuredStride(3) == nil)
    }
}
