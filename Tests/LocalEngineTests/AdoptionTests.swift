import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

struct AdoptionTests {
    /// The process that is pid 1 of an attempt's sandbox, as written down.
    private func pidOne(_ bench: Bench, _ key: AttemptKey) async throws -> Int32 {
        try await eventually("pid 1 of \(key) is written down") {
            try AttemptFolder(path: "\(bench.data)/attempts/\(key)").readIdentity()?.pid
        }
    }

    @Test(arguments: Bench.User.allCases) func aKilledServerLeavesTheWorkAlone(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            let key = try await bench.launch(bench.order(["sh", "-c", "cat; exit 5"], takesInput: true))
            try await bench.untilRunning(key)
            let server = try await bench.server()
            if user == .root {
                let line = Files.text("/proc/\(server)/status")?.split(separator: "\n").first { $0.hasPrefix("Uid:") }
                #expect(line == "Uid:\t2100000000\t2100000000\t2100000000\t2100000000")
            }
            try await bench.killServer()
            await #expect(throws: EngineError.self) { _ = try await bench.engine.list() }
            try await bench.reconnect()
            #expect(try await bench.phase(of: key) == .running)
            _ = try await bench.engine.writeInput(key, offset: 0, bytes: Array("on\n".utf8), end: true)
            #expect(try await bench.outcome(of: key) == .exited(code: 5))
            #expect(try await bench.text(key) == "on\n")
        }
    }

    @Test(arguments: Bench.User.allCases) func aKilledLauncherTakesTheServerAndLeavesTheWork(_ user: Bench.User) async throws
    {
        try await withBench(user) { bench in
            let running = try await bench.launch(bench.order(["sh", "-c", "cat; exit 5"], takesInput: true))
            let ends = try await bench.launch(
                bench.order(["sh", "-c", "until [ -e \(bench.folder)/end ]; do sleep 0.05; done; exit 6"], lease: 2))
            let over = try await bench.launch(bench.order(["true"], lease: 3))
            try await bench.untilRunning(running)
            try await bench.untilRunning(ends)
            #expect(try await bench.outcome(of: over) == .exited(code: 0))
            let server = try await bench.server()
            let pid = try await pidOne(bench, ends)
            bench.killLauncher()
            _ = try await eventually("the server is gone") { ProcessFacts.startTime(of: server) == nil ? true : nil }
            try Data().write(to: URL(filePath: "\(bench.folder)/end"))
            _ = try await eventually("the second one ends unseen") { ProcessFacts.startTime(of: pid) == nil ? true : nil }
            try await bench.restart()
            #expect(try await bench.outcome(of: over) == .exited(code: 0))
            #expect(try await bench.outcome(of: ends) == .exited(code: 6))
            #expect(try await bench.phase(of: running) == .running)
            _ = try await bench.engine.writeInput(running, offset: 0, bytes: Array("on\n".utf8), end: true)
            #expect(try await bench.outcome(of: running) == .exited(code: 5))
            #expect(try await bench.text(running) == "on\n")
        }
    }

    @Test(arguments: Bench.User.allCases) func theExitCodeArrivesThoughBubblewrapWasKilled(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            let key = try await bench.launch(bench.order(["sh", "-c", "cat; exit 9"], takesInput: true))
            try await bench.untilRunning(key)
            let pid = try await pidOne(bench, key)
            let monitor = try #require(Bench.parent(of: pid))
            #expect(Files.text("/proc/\(monitor)/comm") == "bwrap\n")
            kill(monitor, SIGKILL)
            _ = try await eventually("bubblewrap is gone") { ProcessFacts.startTime(of: monitor) == nil ? true : nil }
            #expect(try await bench.phase(of: key) == .running)
            _ = try await bench.engine.writeInput(key, offset: 0, bytes: [], end: true)
            #expect(try await bench.outcome(of: key) == .exited(code: 9))
        }
    }

    @Test(arguments: [true, false]) func aKilledPidOneIsKilledWork(_ launcherLives: Bool) async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch(["sleep", "1000"])
            try await bench.untilRunning(key)
            let pid = try await pidOne(bench, key)
            if !launcherLives { bench.killLauncher() }
            kill(pid, SIGKILL)
            if !launcherLives { try await bench.restart() }
            #expect(try await bench.outcome(of: key) == .killed)
            let checks = try await bench.engine.verify(key, devices: [])
            #expect(checks.first == CleanCheck(.processesGone, .passed))
        }
    }

    /// A pid 1 that lingers before it becomes carrel-init, until there is a file `go`, so that it can be met there.
    private func lingering(_ bench: Bench.User) throws -> (folder: String, options: [String]) {
        let folder = try Bench.makeFolder(bench)
        // Where the sandbox can see it, which need not be so where it was built.
        try FileManager.default.copyItem(atPath: "\(Bench.binaries)/carrel-init", toPath: "\(folder)/real-init")
        let script = "#!/bin/sh\nuntil [ -e \(folder)/go ]; do sleep 0.05; done\nexec \(folder)/real-init \"$@\"\n"
        try Data(script.utf8).write(to: URL(filePath: "\(folder)/init"))
        chmod("\(folder)/init", 0o755)
        return (folder, ["--init", "\(folder)/init"])
    }

    @Test func workThatNeverBeganIsSafeToLaunchAgain() async throws {
        let (folder, options) = try lingering(.root)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await withBench(.root, options: options) { bench in
            let killed = try await bench.launch(["touch", "\(bench.folder)/ran"])
            kill(try await pidOne(bench, killed), SIGKILL)
            #expect(try await bench.outcome(of: killed) == .neverBegan)
            let stopped = try await bench.launch(bench.order(["touch", "\(bench.folder)/ran"], lease: 2))
            #expect(try await bench.phase(of: stopped) == .preparing)
            try await bench.engine.stop(stopped, force: true)
            #expect(try await bench.outcome(of: stopped) == .neverBegan)
            #expect(!FileManager.default.fileExists(atPath: "\(bench.folder)/ran"))
        }
    }

    @Test func theLauncherMayDieWhileWorkIsAboutToBegin() async throws {
        let (folder, options) = try lingering(.root)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await withBench(.root, options: options) { bench in
            // The byte that starts it has been written: it begins, and the next launcher finds it.
            let key = try await bench.launch(["sh", "-c", "exit 3"])
            _ = try await pidOne(bench, key)
            bench.killLauncher()
            try await bench.restart()
            try Data().write(to: URL(filePath: "\(folder)/go"))
            let outcome = try await bench.outcome(of: key)
            // Between the identity and the byte there is an instant in which it may have been killed.
            #expect([.exited(code: 3), .neverBegan].contains(outcome), "\(outcome)")
        }
    }

    @Test func aLauncherThatDiesBeforeTheSandboxIsThereLeavesNothingRunning() async throws {
        let folder = try Bench.makeFolder(.root)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script =
            "#!/bin/sh\ncase $1 in --version|--help) exec /usr/bin/bwrap $1;; esac\nuntil [ -e \(folder)/go ]; do sleep 0.05; done\nexec /usr/bin/bwrap \"$@\"\n"
        try Data(script.utf8).write(to: URL(filePath: "\(folder)/bwrap"))
        chmod("\(folder)/bwrap", 0o755)
        try await withBench(.root, options: ["--sandbox", "\(folder)/bwrap"]) { bench in
            let key = try await bench.launch(["touch", "\(bench.folder)/ran"])
            bench.killLauncher()
            try Data().write(to: URL(filePath: "\(folder)/go"))
            try await bench.restart()
            #expect(try await bench.outcome(of: key) == .neverBegan)
            #expect(!FileManager.default.fileExists(atPath: "\(bench.folder)/ran"))
            // Launching it again is the next attempt's affair: this one is known.
            try await bench.launch(["touch", "\(bench.folder)/ran"])
            #expect(try await bench.outcome(of: key) == .neverBegan)
        }
    }

    /// As where a mount of the machine's goes while the sandbox is made.
    @Test func aSandboxThatDoesNotComeUpIsTriedAgainAFewTimes() async throws {
        let folder = try Bench.makeFolder(.root)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script =
            "#!/bin/sh\ncase $1 in --version|--help) exec /usr/bin/bwrap $1;; esac\n[ -e \(folder)/well ] && exec /usr/bin/bwrap \"$@\"\necho 'bwrap: a mount has gone' >&2; exit 1\n"
        try Data(script.utf8).write(to: URL(filePath: "\(folder)/bwrap"))
        chmod("\(folder)/bwrap", 0o755)
        try await withBench(.root, options: ["--sandbox", "\(folder)/bwrap"]) { bench in
            func order(_ number: Int, lease: Int64 = 1) -> LaunchOrder {
                bench.order(["true"], lease: lease, attempt: number)
            }
            for number in 1...2 {
                #expect(try await bench.outcome(of: try await bench.launch(order(number))) == .neverBegan)
            }
            let last = try await bench.outcome(of: try await bench.launch(order(3)))
            #expect(last == .launchFailed(because: .sandbox(detail: "bwrap: a mount has gone")))
            // The second try goes well.
            #expect(try await bench.outcome(of: try await bench.launch(order(1, lease: 2))) == .neverBegan)
            try Data().write(to: URL(filePath: "\(folder)/well"))
            #expect(try await bench.outcome(of: try await bench.launch(order(2, lease: 2))) == .exited(code: 0))
        }
    }

    @Test func bubblewrapMayBeKilledBeforeThereIsASandbox() async throws {
        let folder = try Bench.makeFolder(.root)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = "#!/bin/sh\ncase $1 in --version|--help) exec /usr/bin/bwrap $1;; esac\nexec sleep 1000\n"
        try Data(script.utf8).write(to: URL(filePath: "\(folder)/bwrap"))
        chmod("\(folder)/bwrap", 0o755)
        try await withBench(.root, options: ["--sandbox", "\(folder)/bwrap"]) { bench in
            let key = try await bench.launch(["true"])
            try await bench.engine.stop(key, force: true)
            #expect(try await bench.outcome(of: key) == .neverBegan)
        }
    }

    @Test func whatEndedWhileNobodyLookedStaysAsItIsWhateverTheBoot() async throws {
        try await withBench(.root) { bench in
            let ended = try await bench.launch(["sh", "-c", "exit 3"])
            let running = try await bench.launch(bench.order(["sleep", "1000"], lease: 2))
            #expect(try await bench.outcome(of: ended) == .exited(code: 3))
            try await bench.untilRunning(running)
            bench.killLauncher()
            kill(try await pidOne(bench, running), SIGKILL)
            // As another boot of the machine would find it.
            for key in [ended, running] {
                let path = "\(bench.data)/attempts/\(key)/identity"
                let line = try #require(Files.text(path)).split(separator: " ")
                let other = "1 00000000-0000-0000-0000-000000000000 \(line[2]) \(line[3]) .\n"
                try Data(other.utf8).write(to: URL(filePath: path))
            }
            try await bench.restart()
            #expect(try await bench.outcome(of: ended) == .exited(code: 3))
            #expect(try await bench.outcome(of: running) == .nodeLost)
        }
    }

    @Test func aTornExitRecordIsNone() async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch(["sh", "-c", "exit 3"])
            #expect(try await bench.outcome(of: key) == .exited(code: 3))
            bench.killLauncher()
            let folder = AttemptFolder(path: "\(bench.data)/attempts/\(key)")
            try Data("1 exited 3".utf8).write(to: URL(filePath: folder.file(.exit)))
            try Data().write(to: URL(filePath: folder.file(.sandboxStatus)))
            try await bench.restart()
            #expect(try await bench.outcome(of: key) == .killed)
        }
    }

    @Test func aFolderThatWasNeverAnsweredForIsCleared() async throws {
        try await withBench(.root) { bench in
            bench.killLauncher()
            let folder = "\(bench.data)/attempts/77/1"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for name in ["lock", "spec.json.new"] { try Data("{".utf8).write(to: URL(filePath: "\(folder)/\(name)")) }
            try await bench.restart()
            #expect(try await bench.engine.list().isEmpty)
            #expect(!FileManager.default.fileExists(atPath: "\(bench.data)/attempts/77"))
        }
    }

    /// Two who ignore SIGTERM, one of them in a session of its own.
    private static let stubborn = ["sh", "-c", "trap '' TERM; setsid sleep 1000 & sleep 1000; sleep 1000"]

    private func adoptUnwatched(
        _ user: Bench.User, environment: [String: String] = [:], _ meanwhile: (Bench, AttemptKey) throws -> Void,
        _ body: (Bench, AttemptKey) async throws -> Void
    ) async throws {
        try await withBench(user, environment: environment) { bench in
            let key = try await bench.launch(Self.stubborn)
            let inside = try await eventually("both have started") { () -> [Int32]? in
                let found = ProcessFacts.all().filter { pid in
                    Files.text("/proc/\(pid)/cmdline")?.hasPrefix("sleep\u{0}1000") == true
                        && Files.linkTarget("/proc/\(pid)/fd/1")?.hasPrefix(bench.data) == true
                }
                return found.count == 2 ? found : nil
            }
            bench.killLauncher()
            try meanwhile(bench, key)
            try await bench.restart()
            #expect(try await bench.phase(of: key) == .running)
            try await body(bench, key)
            for pid in inside {
                _ = try await eventually("\(pid) is gone") { ProcessFacts.startTime(of: pid) == nil ? true : nil }
            }
        }
    }

    @Test(arguments: Bench.User.allCases) func workWhosePidOneIsNotKnownCanBeEnded(_ user: Bench.User) async throws {
        try await adoptUnwatched(user) { bench, key in
            try Data().write(to: URL(filePath: AttemptFolder(path: "\(bench.data)/attempts/\(key)").file(.identity)))
        } _: { bench, key in
            try await bench.engine.stop(key, force: false)
            #expect(try await bench.phase(of: key) == .running)
            try await bench.engine.stop(key, force: true)
            #expect([.killed, .signalled(signal: 9)].contains(try await bench.outcome(of: key)))
        }
    }

    @Test(arguments: Bench.User.allCases) func workThatCanNotBeWatchedCanBeEnded(_ user: Bench.User) async throws {
        let obstacle = try Obstacle()
        defer { obstacle.remove() }
        try await adoptUnwatched(user, environment: obstacle.environment) { _, _ in
            try obstacle.raise(.processDescriptors)
        } _: { bench, key in
            try await bench.engine.stop(key, force: true)
            #expect(try await bench.outcome(of: key) == .signalled(signal: 9))
        }
    }

    @Test func workThatCouldNotBeWatchedIsWatchedWhenItCan() async throws {
        let obstacle = try Obstacle()
        defer { obstacle.remove() }
        try await adoptUnwatched(.root, environment: obstacle.environment) { _, _ in
            try obstacle.raise(.processDescriptors)
        } _: { bench, key in
            try obstacle.remove(.processDescriptors)
            let pid = try await pidOne(bench, key)
            _ = try await eventually("it is watched") {
                let launcher = bench.launcher.processIdentifier
                return Files.names(in: "/proc/\(launcher)/fdinfo").contains {
                    Files.text("/proc/\(launcher)/fdinfo/\($0)")?.contains("Pid:\t\(pid)\n") == true
                } ? true : nil
            }
            try await bench.engine.stop(key, force: true)
            #expect(try await bench.outcome(of: key) == .killed)
        }
    }

    /// The number of a dead pid 1 may have been given to anybody.
    @Test func anInnocentProcessWithTheNumberOfPidOneIsLeftAlone() async throws {
        let innocent = Process()
        innocent.executableURL = URL(filePath: "/usr/bin/env")
        innocent.arguments = ["sleep", "1000"]
        try innocent.run()
        defer { kill(innocent.processIdentifier, SIGKILL) }
        try await adoptUnwatched(.root) { bench, key in
            let path = AttemptFolder(path: "\(bench.data)/attempts/\(key)").file(.identity)
            var words = try #require(Files.text(path)).split(separator: " ").map(String.init)
            words[2] = "\(innocent.processIdentifier)"
            try Data(words.joined(separator: " ").utf8).write(to: URL(filePath: path))
        } _: { bench, key in
            try await bench.engine.stop(key, force: true)
            #expect([.killed, .signalled(signal: 9)].contains(try await bench.outcome(of: key)))
            #expect(innocent.isRunning)
        }
    }
}
