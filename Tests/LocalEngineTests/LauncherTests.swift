import CLinux
import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

struct LauncherTests {
    @Test func aServerThatTakesNothingIsStartedAgain() async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch(["true"])
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            let before = try await bench.server()
            kill(before, SIGKILL)
            _ = try await eventually("the loss is noticed") { bench.lost.isRaised ? true : nil }
            let control = try await bench.takeControl(), server = try await bench.server()
            // Each is answered by two descriptors, and nobody takes the answers.
            let frame = FrameCoding.encode(Request(id: 1, ask: .openOutput(key)))
            _ = try await eventually("the deaf server is ended") { () -> Bool? in
                _ = linux_send(control, frame, frame.count, nil, 0, false)
                return kill(server, 0) != 0 ? true : nil
            }
            close(control)
            try await bench.reconnect()
            #expect(try await bench.engine.list().map(\.key) == [key])
        }
    }

    /// Runs a launcher to its end and gives its status and what it said.
    private func runToEnd(_ data: String, _ options: [String] = [], user: Bench.User = .root) async throws -> (Int32, String)
    {
        let errors = Pipe()
        let process = try Bench.start(user, data, options, errors: errors)
        _ = try await eventually("the launcher ends", seconds: 60) { process.isRunning ? nil : true }
        let text = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
        return (process.terminationStatus, text)
    }

    @Test func twoLaunchersOnOneDirectoryAreRefusedWithTheOthersNumber() async throws {
        try await withBench(.root) { bench in
            let (status, text) = try await runToEnd(bench.data)
            #expect(status == Launcher.tryAgainStatus)
            #expect(
                text.contains("Carrel is already running on \(bench.data) (process \(bench.launcher.processIdentifier))"))
            // The first one is none the worse.
            let key = try await bench.launch(["true"])
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
        }
    }

    @Test func theLockAndTheSocketOfAKilledLauncherAreNotInTheWay() async throws {
        try await withBench(.ordinary) { bench in
            let key = try await bench.launch(["sleep", "1000"])
            try await bench.untilRunning(key)
            bench.killLauncher()
            #expect(FileManager.default.fileExists(atPath: "\(bench.data)/carrel.sock"))
            try await bench.restart()
            #expect(try await bench.phase(of: key) == .running)
        }
    }

    @Test func aLauncherThatMayNotWaitEndsInsteadOfSpinningAndTheNextAdopts() async throws {
        let obstacle = try Obstacle()
        defer { obstacle.remove() }
        try await withBench(.root, environment: obstacle.environment) { bench in
            let key = try await bench.launch(["sleep", "1000"])
            try await bench.untilRunning(key)
            // What passes is lived through.
            try obstacle.raise(.waiting)
            try await Task.sleep(for: .seconds(3))
            try obstacle.remove(.waiting)
            let other = try await bench.launch(bench.order(["true"], lease: 2))
            #expect(try await bench.outcome(of: other) == .exited(code: 0))
            let before = Self.processorTicks(bench.launcher.processIdentifier)
            try obstacle.raise(.waiting)
            var after = before
            _ = try await eventually("the launcher ends", seconds: 60) {
                after = max(after, Self.processorTicks(bench.launcher.processIdentifier))
                return bench.launcher.isRunning ? nil : true
            }
            try obstacle.remove(.waiting)
            #expect(bench.launcher.terminationStatus == Launcher.tryAgainStatus)
            #expect(after - before < 200, "ten seconds of it took \(after - before) ticks of 10 ms")
            try await bench.restart()
            #expect(try await bench.phase(of: key) == .running)
        }
    }

    /// What a process has taken of a processor, in ticks of 10 ms.
    private static func processorTicks(_ pid: Int32) -> Int {
        let words = (Files.text("/proc/\(pid)/stat") ?? "").split(separator: " ")
        return words.count > 14 ? (Int(words[13]) ?? 0) + (Int(words[14]) ?? 0) : 0
    }

    @Test func theRightsOfTheDataDirectoryAreAsTheyMustBe() async throws {
        for user in Bench.User.allCases {
            try await withBench(user) { bench in
                func mode(_ path: String) -> UInt32 { (Files.status(path)?.st_mode ?? 0) & 0o7777 }
                let isRoot = user == .root
                #expect(mode(bench.data) == (isRoot ? 0o711 : 0o700))
                #expect(mode("\(bench.data)/carrel.sock") == (isRoot ? 0o666 : 0o600))
                #expect(mode("\(bench.data)/server") == 0o700)
                #expect(mode("\(bench.data)/attempts") == 0o700)
                #expect(Files.status("\(bench.data)/server")?.st_uid == (isRoot ? 2_100_000_000 : user.uid))
                #expect(Files.status("\(bench.data)/attempts")?.st_uid == user.uid)
            }
        }
    }

    @Test func aPathTooLongForASocketIsRefusedWithItsLength() async throws {
        let folder = try Bench.makeFolder(.root)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let data = "\(folder)/" + String(repeating: "d", count: 100)
        let (status, text) = try await runToEnd(data)
        #expect(status == Launcher.configurationErrorStatus)
        #expect(text.contains("has \("\(data)/carrel.sock".utf8.count) bytes"))
    }

    @Test func missingPartsAreNamedWithWhatToDo() async throws {
        let folder = try Bench.makeFolder(.root)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (status, text) = try await runToEnd("\(folder)/data", ["--sandbox", "/no/such/bwrap"])
        #expect(status == Launcher.configurationErrorStatus)
        #expect(text.contains("apt-get install bubblewrap"))
        let (otherStatus, otherText) = try await runToEnd("\(folder)/data", ["--init", "/no/such/carrel-init"])
        #expect(otherStatus == Launcher.configurationErrorStatus)
        #expect(otherText.contains("/no/such/carrel-init"))
    }

    @Test func aDirectoryOnAFullDiskMayBeUsedLater() async throws {
        try Bench.require(.root)
        let folder = try Bench.makeFolder(.root)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try #require(mount("tmpfs", folder, "tmpfs", 0, "size=64k,mode=0755") == 0, "mounting failed: \(errno)")
        defer { umount2(folder, Int32(MNT_DETACH)) }
        let filler = open("\(folder)/filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let block = [UInt8](repeating: 1, count: 4_096)
        while write(filler, block, block.count) > 0 {}
        close(filler)
        let (status, text) = try await runToEnd("\(folder)/data")
        #expect(status == Launcher.tryAgainStatus)
        #expect(text.contains("can't be used now") && text.contains("No space left"), "\(text)")
    }

    @Test func whatAPersonMustMendIsToldFromWhatMayPass() {
        for number in [ENOSPC, EDQUOT, EIO, ESTALE, ETIMEDOUT, EMFILE, ENOMEM] {
            #expect(SystemFailure("x", number).mayPass, "\(number)")
        }
        for number in [EACCES, EPERM, ENOTDIR, ELOOP, ENOEXEC, EROFS, ENAMETOOLONG] {
            #expect(!SystemFailure("x", number).mayPass, "\(number)")
        }
        let passing: [LauncherError] = [
            .dataDirectoryAway(path: "", detail: ""), .alreadyRunning(path: "", pid: nil), .system(detail: ""),
            .serverKeepsDying(deaths: 10, last: ""),
        ]
        #expect(passing.allSatisfy { $0.exitStatus == Launcher.tryAgainStatus })
        let lasting: [LauncherError] = [
            .dataDirectory(path: "", detail: ""), .sandboxProgramMissing, .initProgramMissing(path: ""),
            .socketPathTooLong(path: "", length: 200), .serverNotExecutable(path: "", detail: ""),
        ]
        #expect(lasting.allSatisfy { $0.exitStatus == Launcher.configurationErrorStatus })
    }

    @Test func aServerWithWrongSettingsIsNotStartedAgain() async throws {
        let folder = try Bench.makeFolder(.root)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for status in [78, 0] as [Int32] {
            let (found, text) = try await runToEnd("\(folder)/data", ["--server-status", "\(status)"])
            #expect(found == status)
            #expect(text.isEmpty)
        }
    }

    @Test func aServerThatKeepsDyingIsGivenUpWithWords() async throws {
        let folder = try Bench.makeFolder(.root)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (status, text) = try await runToEnd("\(folder)/data", ["--server-status", "3"])
        #expect(status == Launcher.tryAgainStatus)
        #expect(text.contains("The server died 10 times within a minute (the last time it exited with status 3)"))
        #expect(text.contains("Work that runs goes on"))
    }

    @Test func aLauncherThatIsToldToEndLeavesTheWork() async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch([
                "sh", "-c", "until [ -e \(bench.folder)/end ]; do sleep 0.05; done; exit 5",
            ])
            try await bench.untilRunning(key)
            bench.launcher.terminate()
            bench.launcher.waitUntilExit()
            #expect(bench.launcher.terminationStatus == 0)
            #expect(bench.launcher.terminationReason == .exit)
            try Data().write(to: URL(filePath: "\(bench.folder)/end"))
            try await bench.restart()
            #expect(try await bench.outcome(of: key) == .exited(code: 5))
        }
    }

    @Test func aServerThatSpeaksNonsenseIsReplaced() async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch(["sleep", "1000"])
            // The engine has the first server's socket: a new server gives another one.
            try await bench.killServer()
            let control = try await bench.takeControl()
            _ = linux_send(control, Array("this is no frame at all".utf8), 23, nil, 0, true)
            close(control)
            try await bench.reconnect()
            #expect(try await bench.engine.list().map(\.key) == [key])
        }
    }

    @Test func aLauncherThatHangsIsReportedAndAskedAgain() async throws {
        try await withBench(.root) { bench in
            try await bench.killServer()
            let engine = try await LocalEngine(
                control: try await bench.takeControl(),
                patience: LocalEngine.Patience(usual: .seconds(1), verify: .seconds(2))
            ) { _ in }
            let order = bench.order(["sh", "-c", "exit 3"])
            kill(bench.launcher.processIdentifier, SIGSTOP)
            defer { kill(bench.launcher.processIdentifier, SIGCONT) }
            // More than the socket takes while nobody reads, so that writing stands still as well.
            let large = bench.order(
                ["true"], lease: 2, environment: [String](repeating: String(repeating: "x", count: 100_000), count: 10))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for question in [order, large, large, order] {
                    group.addTask {
                        await #expect(throws: EngineError.silent(.seconds(1))) { try await engine.launch(question) }
                    }
                }
                group.addTask {
                    await #expect(throws: EngineError.silent(.seconds(2))) {
                        _ = try await engine.verify(order.attempt, devices: [])
                    }
                }
                try await group.waitForAll()
            }
            // What is known stays known.
            #expect(try await engine.list() == [])
            kill(bench.launcher.processIdentifier, SIGCONT)
            _ = try await eventually("the launcher answers again") { () -> Bool? in
                do throws(EngineError) { try await engine.launch(order) } catch { return nil }
                return true
            }
            let outcome = try await eventually("it ends") {
                try await engine.list().first { $0.key == order.attempt }?.phase.outcome
            }
            #expect(outcome == .exited(code: 3))
        }
    }
}
