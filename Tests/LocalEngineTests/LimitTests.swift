import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Testing

@testable import LocalEngine

struct LimitTests {
    /// These need control groups that root may write to: version 1 or 2.
    private func requireGroups(_ bench: Bench) async throws {
        let report = try await bench.engine.report()
        try #require(report.limits != .none, "This machine has no writable control groups for cpu and memory.")
    }

    @Test func memoryBeyondTheLimitEndsTheWork() async throws {
        try await withBench(.root) { bench in
            try await requireGroups(bench)
            let script = "head -c 300000000 /dev/zero | tail -c 300000000 | wc -c"
            let within = try await bench.launch(bench.order(["sh", "-c", script], memory: .gibibytes(1)))
            #expect(try await bench.outcome(of: within) == .exited(code: 0))
            #expect(try await bench.text(within) == "300000000\n")
            // What is written into the sandbox's own memory file systems counts too.
            let beyond = try await bench.launch(
                bench.order(
                    ["sh", "-c", "exec head -c 300000000 /dev/zero > /dev/shm/file"], lease: 2,
                    memory: MemoryBytes(100 << 20)))
            let outcome = try await bench.outcome(of: beyond)
            #expect(outcome == .signalled(signal: 9))
        }
    }

    @Test func theGroupsSayWhatWasAskedForAndGoWithTheAttempt() async throws {
        try await withBench(.root) { bench in
            try await requireGroups(bench)
            let key = try await bench.launch(
                bench.order(["sleep", "1000"], cores: MilliCores(1_500), memory: .gibibytes(3)))
            try await bench.untilRunning(key)
            let folders = try #require(try AttemptFolder(path: "\(bench.data)/attempts/\(key)").readSpec()).limits
            #expect(!folders.isEmpty)
            func value(_ names: [String]) -> String? {
                folders.flatMap { folder in names.compactMap { Files.text("\(folder)/\($0)") } }.first
            }
            #expect(["150000\n", "150000 100000\n"].contains(value(["cpu.cfs_quota_us", "cpu.max"])))
            #expect(value(["memory.limit_in_bytes", "memory.max"]) == "3221225472\n")
            #expect(value(["pids.max"]) == "32768\n")
            #expect(!ControlGroups.members(of: folders).isEmpty)
            try await bench.engine.stop(key, force: true)
            _ = try await bench.outcome(of: key)
            _ = try await eventually("the groups are gone") {
                folders.contains { Files.exists($0) } ? nil : true
            }
        }
    }

    @Test func workThatWantsMoreCoresThanItHasIsHeldBack() async throws {
        try await withBench(.root) { bench in
            try await requireGroups(bench)
            let key = try await bench.launch(
                bench.order(["sh", "-c", "while :; do :; done"], cores: MilliCores(100)))
            let folders = try #require(try AttemptFolder(path: "\(bench.data)/attempts/\(key)").readSpec()).limits
            _ = try await eventually("it is held back") {
                let lines = folders.flatMap { (Files.text("\($0)/cpu.stat") ?? "").split(separator: "\n") }
                let held = lines.first { $0.hasPrefix("nr_throttled ") }?.split(separator: " ").last.flatMap { Int($0) }
                return (held ?? 0) >= 3 ? true : nil
            }
            try await bench.engine.stop(key, force: true)
        }
    }

    @Test func theDeviceFilterRefusesWhatIsNotLeased() async throws {
        try await withBench(.root) { bench in
            let report = try await bench.engine.report()
            guard report.deviceFilter else {
                // Then the grade must say so.
                #expect(report.grade == .contained && report.reasons.contains { $0.contains("device filter") })
                return
            }
            // On version 2 there is no list to read; `DeviceFilterTests` tries the filter itself.
            guard report.limits == .legacy else { return }
            let key = try await bench.launch(["sleep", "1000"])
            try await bench.untilRunning(key)
            let folders = try #require(try AttemptFolder(path: "\(bench.data)/attempts/\(key)").readSpec()).limits
            let list = folders.compactMap { Files.text("\($0)/devices.list") }.first
            let rules = Set((list ?? "").split(separator: "\n").map(String.init))
            #expect(
                rules == ["c 1:3 rw", "c 1:5 rw", "c 1:7 rw", "c 1:8 rw", "c 1:9 rw", "c 5:0 rw", "c 5:2 rw", "c 136:* rw"])
        }
    }

    @Test func anOrdinaryUsersWorkRunsWithoutGroupsAndTheReportSaysSo() async throws {
        try await withBench(.ordinary) { bench in
            let report = try await bench.engine.report()
            let key = try await bench.launch(
                bench.order(["true"], cores: .cores(1), memory: .gibibytes(1)))
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            if report.limits == .none {
                #expect(report.reasons.contains { $0.contains("Cores and memory are not limited") })
            }
        }
    }

    /// The folders that the groups of a launcher's attempts are made in.
    private func parents(_ bench: Bench) async throws -> [String] {
        let key = try await bench.launch(["true"])
        _ = try await bench.outcome(of: key)
        let folders = try #require(try AttemptFolder(path: "\(bench.data)/attempts/\(key)").readSpec()).limits
        try #require(!folders.isEmpty)
        return folders.map(\.parentFolder)
    }

    @Test func groupsThatAKilledLauncherLeftAreRemovedByTheNextAndThoseInUseAreNot() async throws {
        try await withBench(.root) { idle in
            try await requireGroups(idle)
            let idleParents = try await parents(idle)
            try await withBench(.root) { killed in
                let left = try await parents(killed)
                let running = try await killed.launch(killed.order(["sleep", "1000"], lease: 5))
                try await killed.untilRunning(running)
                killed.killLauncher()
                for parent in left { try Files.makeFolder("\(parent)/999-1", mode: 0o755) }
                // Its own next one keeps what runs, and clears what is nobody's.
                try await killed.restart()
                for parent in left { #expect(!Files.exists("\(parent)/999-1") && Files.exists("\(parent)/5-1")) }
                try await killed.engine.stop(running, force: true)
                _ = try await killed.outcome(of: running)
                _ = try await eventually("the groups are gone") {
                    left.contains { Files.exists("\($0)/5-1") } ? nil : true
                }
                killed.killLauncher()
                // The next of any other removes the parents, when nobody is left who uses them.
                try await withBench(.root) { next in
                    _ = try await next.engine.list()
                    _ = try await eventually("the parents are gone") {
                        left.contains { Files.exists($0) } ? nil : true
                    }
                }
                for parent in idleParents { #expect(Files.exists(parent)) }
                try await killed.restart()
                #expect(try await killed.run("echo again", lease: 6) == "again\n")
            }
            #expect(try await idle.run("echo here", lease: 2) == "here\n")
        }
    }
}
