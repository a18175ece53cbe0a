import CLinux
import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

/// What the launcher starts to look at devices: it does what is known, may do little, and outlives nobody.
struct HelperTests {
    /// What a helper says up to a line's end.
    private func line(of helper: StartedHelper) async throws -> String {
        _ = fcntl(helper.socket, F_SETFL, O_NONBLOCK)
        var bytes: [UInt8] = []
        return try await eventually("the helper says something") { () -> String? in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = read(helper.socket, &buffer, buffer.count)
            if count > 0 { bytes += buffer[..<count] }
            guard bytes.last == UInt8(ascii: "\n") else { return nil }
            return String(decoding: bytes.dropLast(), as: UTF8.self)
        }
    }

    private func untilGone(_ pid: Int32) async throws {
        _ = try await eventually("process \(pid) is gone") { () -> Bool? in
            guard let text = Files.text("/proc/\(pid)/stat") else { return true }
            return text.contains(") Z ") ? true : nil
        }
    }

    private func end(of helper: StartedHelper) async throws -> Int32 {
        try await eventually("the helper's end is told") { helper.waitStatus() }
    }

    @Test(arguments: Bench.User.allCases)
    func aWatchIsTalkedWithAndEndsWithItsLine(user: Bench.User) async throws {
        try await withBench(user) { bench in
            let helper = try await bench.engine.startHelper(.watch)
            #expect(write(helper.socket, "hello\n", 6) == 6)
            #expect(try await line(of: helper) == "hello")
            #expect(helper.waitStatus() == nil)
            close(helper.socket)
            #expect(try await end(of: helper) == 0)
        }
    }

    @Test(arguments: Bench.User.allCases)
    func aHelperHasNothingThatItDoesNotNeed(user: Bench.User) async throws {
        let environment = ["CARREL_NVML_LIBRARY": "/some/library", "SECRET_TOKEN": "abc"]
        try await withBench(user, environment: environment) { bench in
            let helper = try await bench.engine.startHelper(.probe, words: ["tell", "key=GPU-1:2/a_b.c", "budget=4000"])
            let told = try await line(of: helper).split(separator: ";").map(String.init)
            close(helper.socket)
            #expect(told.contains("words tell key=GPU-1:2/a_b.c budget=4000"))
            #expect(told.contains("user \(user.uid)"))
            // Though its user is root, it writes no more than another one.
            #expect(told.contains("writes /etc false"), "\(told)")
            #expect(told.contains("writes /var/tmp true") && told.contains("writes /dev true"), "\(told)")
            #expect(told.contains("files 0"), "\(told)")
            #expect(told.contains("variable CARREL_NVML_LIBRARY=/some/library"))
            #expect(told.contains("CapPrm:0000000000000000") && told.contains("CapEff:0000000000000000"), "\(told)")
            if user == .root {
                #expect(told.contains("CapBnd:0000000000000000") && told.contains("NoNewPrivs:1"), "\(told)")
                #expect(!told.contains { $0.contains("SECRET_TOKEN") }, "\(told)")
            }
            #expect(try await end(of: helper) == 0)
        }
    }

    @Test(arguments: [
        ["dance"], [], ["tell", "key"], ["tell", "colour=red"], ["tell", "key="], ["tell", "key=a b"],
        ["tell", "key=$(id)"],
        ["tell", "key=a", "key=b"], ["tell", "key=" + String(repeating: "x", count: 97)], ["tell", "--help"],
    ])
    func wordsThatAreNotKnownStartNothing(words: [String]) async throws {
        try await withBench(.root) { bench in
            await #expect(throws: EngineError.self) { _ = try await bench.engine.startHelper(.probe, words: words) }
            await #expect(throws: EngineError.self) { _ = try await bench.engine.startHelper(.watch, words: ["tell"]) }
            await #expect(throws: EngineError.self) { _ = try await bench.engine.startHelper(.inventory) }
            // The launcher is none the worse.
            let key = try await bench.launch(["true"])
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
        }
    }

    @Test func howAHelperEndedIsTold() async throws {
        try await withBench(.root) { bench in
            let helper = try await bench.engine.startHelper(.probe, words: ["exit"])
            defer { close(helper.socket) }
            #expect(try await end(of: helper) == 7 << 8)
        }
    }

    @Test(arguments: [true, false])
    func aHelperThatHangsIsEndedWithWhatItStarted(byItsDeadline: Bool) async throws {
        try await withBench(.root) { bench in
            let helper = try await bench.engine.startHelper(
                .probe, words: ["hang"], deadline: byItsDeadline ? .seconds(1) : .seconds(600))
            defer { close(helper.socket) }
            let child = try #require(Int32(try await line(of: helper)))
            if !byItsDeadline { helper.end() }
            #expect(try await end(of: helper) == SIGKILL)
            try await untilGone(child)
        }
    }

    @Test(arguments: Bench.User.allCases)
    func aKilledServerLeavesNoHelper(user: Bench.User) async throws {
        try await withBench(user) { bench in
            let server = try await bench.server()
            let hung = try await bench.engine.startHelper(.probe, words: ["hang"])
            let watch = try await bench.engine.startHelper(.watch)
            let child = try #require(Int32(try await line(of: hung)))
            kill(server, SIGKILL)
            // This process holds the other ends of their sockets still: the launcher has ended them.
            for pid in [hung.pid, watch.pid, child] { try await untilGone(pid) }
            close(hung.socket)
            close(watch.socket)
            // The next server's helpers are counted from the beginning again.
            _ = try await eventually("the loss is noticed") { bench.lost.isRaised ? true : nil }
            try await bench.reconnect()
            let next = try await bench.engine.startHelper(.probe, words: ["exit"])
            defer { close(next.socket) }
            #expect(try await end(of: next) == 7 << 8)
        }
    }

    @Test(arguments: Bench.User.allCases)
    func aKilledLauncherLeavesNoHelper(user: Bench.User) async throws {
        try await withBench(user) { bench in
            let hung = try await bench.engine.startHelper(.probe, words: ["hang"])
            let watch = try await bench.engine.startHelper(.watch)
            _ = try await line(of: hung)
            bench.killLauncher()
            for pid in [hung.pid, watch.pid] { try await untilGone(pid) }
            // Of a launcher that ends there is nobody left to end what a helper started.
            kill(-hung.pid, SIGKILL)
            close(hung.socket)
            close(watch.socket)
        }
    }

    @Test func nothingIsSignalledAfterItsNumberWasGivenBack() async throws {
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
        defer { free(arguments[0]) }
        let none: [UnsafeMutablePointer<CChar>?] = [nil]
        let child = linux_spawn_tied("/bin/true", &arguments, none, nil, 0, linux_identity())
        try #require(child > 0)
        _ = try await eventually("the child has ended") { linux_ended_child(child) == child ? true : nil }
        // It is a zombie still: its number and its group's are its own.
        #expect(kill(child, 0) == 0 && kill(-child, 0) == 0)
        #expect(linux_ended_child(child) == child)
        #expect(waitpid(child, nil, WNOHANG) == child)
        #expect(linux_ended_child(child) == -ECHILD)
    }

    @Test func theDriversNodeIsAskedForOnceAMinute() {
        var turn = LauncherLoop.MemoryNodeTurn()
        let times: [Int64] = [5, 6, 1_000, 60_004, 60_005, 60_006, 500_000]
        #expect(times.filter { turn.isDue(at: $0) } == [5, 60_005, 500_000])
    }

    @Test func aServerGoneWildStartsNoMoreThanSixtyFour() async throws {
        try await withBench(.root) { bench in
            var started: [HelperKind: [StartedHelper]] = [:]
            defer { for helper in started.values.joined() { close(helper.socket) } }
            for kind in [HelperKind.signIn, .watch, .probe] {
                await #expect(throws: EngineError.self, "\(kind)") {
                    for _ in 0..<70 {
                        let words = kind == .probe ? ["hang"] : []
                        started[kind, default: []].append(try await bench.engine.startHelper(kind, words: words))
                    }
                }
            }
            // Of each kind as many as it may have, and no more than 64 together: passwords are tried by eight at most.
            #expect([HelperKind.signIn, .watch, .probe].map { started[$0]?.count } == [8, 16, 40])
            let first = try #require(started[.signIn]?.first)
            first.end()
            #expect(try await end(of: first) == SIGKILL)
            started[.signIn]?.append(try await bench.engine.startHelper(.signIn))
            await #expect(throws: EngineError.self) { _ = try await bench.engine.startHelper(.signIn) }
        }
    }
}
