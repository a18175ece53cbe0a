import CLinux
import FleetModel
import Foundation
import Glibc
import Testing

@testable import LocalEngine

/// What trees of processes have made of the machine.
struct UseTests {
    /// Lets the search write into a file, and reads it.
    private func sums(of pids: [Int32]) throws -> ProcessSums {
        let path = "/var/tmp/carrel-use-\(UUID().uuidString)"
        defer { unlink(path) }
        let file = try Descriptor.open(path, O_RDWR | O_CREAT)
        linux_sum_use(pids, pids.count, file.number)
        let text = try #require(Files.text(path))
        return try #require(ProcessSums(text))
    }

    @Test func aTreeIsCountedWithItsChildrenAndNobodyElse() throws {
        var began = 0
        for number in 0..<20_000_000 { began &+= number &* number }
        let found = try sums(of: [getpid(), 1_999_999_999])
        let own = try #require(found.byPID[getpid()])
        #expect(own.processorTime ?? .zero > .zero, "\(began)")
        #expect(own.bytes.map { $0 > 0 } ?? true)
        #expect(found.byPID[1_999_999_999] == ProcessSums.Sum(processorTime: nil, bytes: nil))
    }

    @Test func aDeepTreeAndManyRootsTakeNoLongerThanAFlatOne() throws {
        // Each shell starts the next one and waits for it, so that the last is 400 deep; the first says when all are there.
        let process = Process(), said = Pipe(), input = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        let script = "if [ $1 -gt 0 ]; then sh -c \"$0\" \"$0\" $(($1 - 1)); else echo deep; read x; fi; :"
        process.arguments = ["-c", script, script, "400"]
        process.standardOutput = said
        process.standardInput = input
        try process.run()
        defer { try? input.fileHandleForWriting.close() }
        try #require(said.fileHandleForReading.readData(ofLength: 4) == Data("deep".utf8))
        let others = (1...4_000).map { Int32(1_900_000_000 + $0) }
        let found = try sums(of: [process.processIdentifier] + others)
        #expect(found.byPID.count == 4_001)
        #expect(try #require(found.byPID[process.processIdentifier]).bytes.map { $0 > 0 } ?? false)
        #expect(found.byPID[others[0]]?.processorTime == nil)
    }

    @Test func whatDidNotComeToItsEndSaysNothing() {
        #expect(ProcessSums("") == nil)
        #expect(ProcessSums("7 12 99\n") == nil)
        #expect(ProcessSums("7 12\ndone\n") == nil)
        let read = ProcessSums("7 12 99\n8 -1 -1\ndone\n")
        #expect(read?.byPID[7] == ProcessSums.Sum(processorTime: TimeSpan(milliseconds: 12), bytes: 99))
        #expect(read?.byPID[8] == ProcessSums.Sum(processorTime: nil, bytes: nil))
    }

    @Test func theGroupsCounterIsReadInBothVersions() throws {
        let folder = "/var/tmp/carrel-group-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(ControlGroups.processorTime(in: [folder]) == nil)
        try Data("nr_periods 0\n".utf8).write(to: URL(filePath: "\(folder)/cpu.stat"))
        #expect(ControlGroups.processorTime(in: [folder]) == nil, "a tree of version 1 without the counter")
        try Data("usage_usec 1500000\nuser_usec 1000000\n".utf8).write(to: URL(filePath: "\(folder)/cpu.stat"))
        #expect(ControlGroups.processorTime(in: ["/nowhere", folder]) == TimeSpan(milliseconds: 1_500))
        try Data("2000000000\n".utf8).write(to: URL(filePath: "\(folder)/cpuacct.usage"))
        #expect(ControlGroups.processorTime(in: [folder]) == .seconds(2))
    }
}
