import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

/// A folder of logs as the launcher leaves them, without a launcher.
private final class Shelf {
    let top: String
    let now = Int64(time(nil))

    init() throws {
        top = "/var/tmp/carrel-logs-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: top, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: top) }

    /// An attempt that ended so many days ago and wrote so much.
    func add(_ name: String, daysAgo: Int64, bytes: Int = 4_096, record: String = "1 exited 0 .\n") throws {
        let folder = "\(top)/\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for file in ["out", "err"] {
            try Data(count: file == "out" ? bytes : 0).write(to: URL(filePath: "\(folder)/\(file)"))
        }
        try Data(record.utf8).write(to: URL(filePath: "\(folder)/exit"))
        let end = timespec(tv_sec: Int(now - daysAgo * 86_400), tv_nsec: 0)
        #expect(utimensat(AT_FDCWD, "\(folder)/exit", [end, end], 0) == 0)
    }

    /// What is there, as `LEASE/NUMBER`.
    var names: [String] {
        Files.names(in: top).flatMap { lease in Files.names(in: "\(top)/\(lease)").map { "\(lease)/\($0)" } }
    }

    func tidy(
        _ retention: LogRetention, listed: Set<AttemptKey> = [], youngest: TimeSpan = .zero, byAge: Bool = true
    ) -> LogTidying.Summary {
        var retention = retention
        retention.youngest = youngest
        return LogTidying(top: top, retention: retention, listed: listed, now: now, byAge: byAge).run()
    }
}

struct LogTidyingTests {
    @Test func whatEndedLongAgoGoesAndTheRestStays() throws {
        let shelf = try Shelf()
        try shelf.add("1/1", daysAgo: 40)
        try shelf.add("1/2", daysAgo: 31)
        try shelf.add("2/1", daysAgo: 29)
        try shelf.add("10/1", daysAgo: 0)
        #expect(shelf.tidy(LogRetention()).deleted == 2)
        #expect(shelf.names == ["10/1", "2/1"])
        #expect(!Files.exists("\(shelf.top)/1"), "an empty folder is left")
        #expect(shelf.tidy(LogRetention(longest: .forever)).deleted == 0)
    }

    @Test func theOldestGoFirstUntilTheRestFits() throws {
        let shelf = try Shelf()
        for (name, days) in [("5/1", 3), ("6/1", 9), ("7/1", 1), ("8/1", 6)] as [(String, Int64)] {
            try shelf.add(name, daysAgo: days, bytes: 1_000_000)
        }
        let summary = shelf.tidy(LogRetention(limit: MemoryBytes(2_500_000)))
        #expect(summary.deleted == 2)
        #expect(summary.bytes > 2_000_000 && summary.bytes < 2_500_000)
        #expect(shelf.names == ["5/1", "7/1"])
        #expect(shelf.tidy(LogRetention(limit: .zero)) == LogTidying.Summary(deleted: 2, bytes: 0))
        #expect(shelf.names == [])
    }

    @Test func aHoleInALogTakesNoRoom() throws {
        let shelf = try Shelf()
        try shelf.add("1/1", daysAgo: 1)
        #expect(truncate("\(shelf.top)/1/1/out", 1 << 40) == 0)
        #expect(shelf.tidy(LogRetention(limit: MemoryBytes(1_000_000))).deleted == 0)
    }

    @Test func whatHasJustComeAndWhatIsListedStay() throws {
        let shelf = try Shelf()
        try shelf.add("1/1", daysAgo: 90)
        try shelf.add("2/1", daysAgo: 90)
        let nothing = LogRetention(longest: .zero, limit: .zero)
        #expect(shelf.tidy(nothing, youngest: .minutes(10)).deleted == 0)
        #expect(shelf.tidy(nothing, listed: [AttemptKey(lease: LeaseID(1), number: 1)]).deleted == 1)
        #expect(shelf.names == ["1/1"])
    }

    /// Its times are not the work's to set: that it was killed shows by no record, and then the folder's own time counts.
    @Test func anAttemptWithoutARecordIsAsOldAsItsFolder() throws {
        let shelf = try Shelf()
        try shelf.add("1/1", daysAgo: 90, record: "")
        #expect(shelf.tidy(LogRetention()).deleted == 0)
        #expect(shelf.tidy(LogRetention(longest: .zero)).deleted == 1)
    }

    @Test func linksAreNotFollowedAndOtherNamesAreLeftAlone() throws {
        let shelf = try Shelf(), other = try Shelf()
        try other.add("1/1", daysAgo: 90)
        let targets = ["7": "\(other.top)/1", "8/1": "\(other.top)/1/1"]
        try shelf.add("8/2", daysAgo: 90)
        for (name, target) in targets { #expect(symlink(target, "\(shelf.top)/\(name)") == 0) }
        for name in ["01/1", "x/1", "9/one", "9/+1", "9/0", "-3/1", "9/x.expired"] { try shelf.add(name, daysAgo: 90) }
        // A folder of the expected form, with links in it.
        try shelf.add("4/1", daysAgo: 90)
        #expect(symlink("\(other.top)/1", "\(shelf.top)/4/1/devices") == 0)
        let summary = shelf.tidy(LogRetention(longest: .zero, limit: .zero))
        #expect(summary.deleted == 2)
        #expect(shelf.names.sorted() == ["-3/1", "01/1", "7/1", "8/1", "9/+1", "9/0", "9/one", "9/x.expired", "x/1"])
        #expect(other.names == ["1/1"])
        #expect(Files.names(in: "\(other.top)/1/1") == ["err", "exit", "out"])
    }

    @Test func whatALookThatWasCutOffLeftIsFinishedByTheNext() throws {
        let shelf = try Shelf()
        try shelf.add("3/1.expired", daysAgo: 0)
        try shelf.add("3/2", daysAgo: 0)
        #expect(unlink("\(shelf.top)/3/1.expired/exit") == 0)
        #expect(shelf.tidy(LogRetention()).deleted == 0)
        #expect(shelf.names == ["3/2"])
    }

    @Test func theLimitFollowsFromTheFileSystem() {
        #expect(LogRetention().limit(onBytes: 100_000_000_000) == 10_000_000_000)
        #expect(LogRetention().limit(onBytes: 10_000_000_000_000) == 50_000_000_000)
        #expect(LogRetention().words(onBytes: 10_000_000_000_000) == "for 30d, up to 50 GB in all")
        #expect(LogRetention(longest: .forever, limit: .gibibytes(1)).words(onBytes: 1) == "up to 1.1 GB in all")
    }

    @Test func withoutATrustedClockOnlyTheLimitCounts() throws {
        let shelf = try Shelf()
        try shelf.add("1/1", daysAgo: 400, bytes: 1_000_000)
        try shelf.add("2/1", daysAgo: 40, bytes: 1_000_000)
        #expect(shelf.tidy(LogRetention(), byAge: false).deleted == 0)
        #expect(shelf.tidy(LogRetention(limit: MemoryBytes(1_500_000)), byAge: false).deleted == 1)
        #expect(shelf.names == ["2/1"])
    }

    @Test func aClockIsTrustedAfterHoursOfRunningEvenly() {
        let hour: Int64 = 3_600_000, start: Int64 = 1_800_000_000_000, year = 365 * 24 * hour
        var trust = AgeTrust()
        func look(_ hours: Int64, ahead: Int64 = 0) -> AgeTrust.Verdict {
            trust.look(wall: start + hours * hour + ahead, boot: 500 + hours * hour)
        }
        #expect(look(0) == .unproven && look(1) == .unproven && look(2) == .trusted)
        // Set ahead by a year, and corrected after three looks.
        #expect(look(3, ahead: year) == .jumped)
        #expect(look(4, ahead: year) == .unproven)
        #expect(look(5) == .jumped)
        #expect(look(6) == .unproven && look(7, ahead: 60_000) == .trusted)
        #expect(look(8, ahead: -2 * hour) == .jumped)
    }

    /// Network and user-space file systems may have none to tell.
    @Test func withoutASizeThereIsNoLimitByShare() {
        #expect(LogRetention().limit(onBytes: 0) == .max)
        #expect(LogRetention().words(onBytes: 0) == "for 30d")
        #expect(LogRetention(limit: .zero).limit(onBytes: 0) == 0)
    }

    // MARK: With a launcher

    @Test(arguments: Bench.User.allCases)
    func aForgottenLogGoesAndWhoeverAsksIsTold(_ user: Bench.User) async throws {
        try await withBench(user, options: ["--keep-logs", "0"]) { bench in
            let over = try await bench.launch(["echo", "gone"])
            #expect(try await bench.outcome(of: over) == .exited(code: 0))
            let listed = try await bench.launch(bench.order(["echo", "listed"], lease: 2))
            #expect(try await bench.outcome(of: listed) == .exited(code: 0))
            let running = try await bench.launch(bench.order(["sh", "-c", "echo runs; cat"], lease: 3, takesInput: true))
            #expect(try await bench.text(over) == "gone\n")
            try await bench.engine.forget(over)
            #expect(Files.exists("\(bench.data)/logs/\(over)/out"))

            // A look is due at the next start.
            bench.killLauncher()
            try await bench.restart()
            _ = try await eventually("the log is deleted") { Files.exists("\(bench.data)/logs/\(over.lease)") ? nil : true }
            await #expect(throws: EngineError.outputExpired(kept: LogTidyingTests.kept(bench))) {
                try await bench.text(over)
            }
            #expect(try await bench.text(listed) == "listed\n")
            _ = try await eventually("what runs is read") { try await bench.text(running) == "runs\n" ? true : nil }
            #expect(try await bench.engine.list().map(\.key) == [listed, running])
        }
    }

    private static func kept(_ bench: Bench) -> String {
        LogRetention(longest: .zero).words(onBytes: Files.sizeOfFileSystem(bench.data))
    }

    /// The server and its questions go; what looks at the logs is not theirs.
    @Test func manyLogsAreDeletedWhileTheServerIsKilledAndWorkRuns() async throws {
        let folder = try Bench.makeFolder(.root)
        for number in 1...300 {
            let place = "\(folder)/data/logs/\(number)/1"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            for file in ["out", "err"] { try Data(count: 100_000).write(to: URL(filePath: "\(place)/\(file)")) }
        }
        chmod("\(folder)/data", 0o700)
        let bench = try await Bench(.root, options: ["--keep-logs", "0"], folder: folder)
        do {
            try await bench.killServer()
            try await bench.reconnect()
            let key = try await bench.launch(bench.order(["echo", "works"], lease: 1_000))
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            _ = try await eventually("all are deleted") { Files.names(in: "\(bench.data)/logs").isEmpty ? true : nil }
            await bench.close()
        } catch {
            await bench.close()
            throw error
        }
    }
}
