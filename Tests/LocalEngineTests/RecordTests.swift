import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

/// Records that are there and can't be read for now, as on a disk or a file server in trouble.
struct RecordTests {
    @Test func whatRunsIsLeftAloneWhileItsRecordsCanNotBeRead() async throws {
        let obstacle = try Obstacle()
        defer { obstacle.remove() }
        try await withBench(.root, environment: obstacle.environment) { bench in
            let key = try await bench.launch(bench.order(["sh", "-c", "cat; exit 5"], takesInput: true))
            try await bench.untilRunning(key)
            let pid = try #require(try AttemptFolder(path: "\(bench.data)/attempts/\(key)").readIdentity()).pid
            bench.killLauncher()
            try obstacle.raise(.records)
            try await bench.restart()
            // Longer than the launcher waits before it ends what never began.
            try await Task.sleep(for: .seconds(3))
            #expect(ProcessFacts.startTime(of: pid) != nil)
            #expect(try await bench.phase(of: key)?.isEnded == false)
            try obstacle.remove(.records)
            try await bench.untilRunning(key)
            _ = try await bench.engine.writeInput(key, offset: 0, bytes: [], end: true)
            #expect(try await bench.outcome(of: key) == .exited(code: 5))
        }
    }

    /// - Parameter forgotten: as when the launcher was killed while it put the logs away.
    @Test(arguments: [false, true]) func anEndThatCanNotBeReadIsToldWhenItCan(_ forgotten: Bool) async throws {
        let obstacle = try Obstacle()
        defer { obstacle.remove() }
        try await withBench(.root, environment: obstacle.environment) { bench in
            let key = try await bench.launch(["sh", "-c", "exit 6"])
            #expect(try await bench.outcome(of: key) == .exited(code: 6))
            bench.killLauncher()
            let folder = AttemptFolder(path: "\(bench.data)/attempts/\(key)")
            if forgotten { unlink(folder.file(.spec)) }
            try obstacle.raise(.records)
            try await bench.restart()
            try await Task.sleep(for: .seconds(1))
            #expect(try await bench.phase(of: key)?.isEnded == false)
            #expect(try Record.words(of: folder.file(.exit)) == ["exited", "6"])
            try obstacle.remove(.records)
            #expect(try await bench.outcome(of: key) == .exited(code: 6))
        }
    }

    @Test func aLauncherThatCanNotListTheAttemptsEndsAndIsToBeStartedAgain() async throws {
        let obstacle = try Obstacle()
        defer { obstacle.remove() }
        try await withBench(.root, environment: obstacle.environment) { bench in
            let key = try await bench.launch(["sleep", "1000"])
            try await bench.untilRunning(key)
            bench.killLauncher()
            try obstacle.raise(.attempts)
            let errors = Pipe()
            let blind = try Bench.start(.root, bench.data, [], environment: obstacle.environment, errors: errors)
            _ = try await eventually("the launcher ends") { blind.isRunning ? nil : true }
            #expect(blind.terminationStatus == Launcher.tryAgainStatus)
            let text = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
            #expect(text.contains("can't be used now"), "\(text)")
            try obstacle.remove(.attempts)
            try await bench.restart()
            #expect(try await bench.phase(of: key) == .running)
        }
    }
}
