import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

/// Work on a terminal of its own.
struct TerminalTests {
    private func terminal(_ rows: Int = 40, _ columns: Int = 120, isShell: Bool = false) throws -> WorkTerminal {
        WorkTerminal(size: try #require(TerminalSize(rows: rows, columns: columns)), isShell: isShell)
    }

    private func until(_ bench: Bench, _ key: AttemptKey, shows text: String) async throws {
        _ = try await eventually("“\(text)” is on the terminal of \(key)") {
            try await bench.text(key).contains(text) ? true : nil
        }
    }

    private func type(_ bench: Bench, _ key: AttemptKey, _ text: String, writer: UInt64 = 1, at offset: Int64 = 0)
        async throws
    {
        let taken = try await bench.engine.type(key, writer: writer, offset: offset, bytes: Array(text.utf8))
        #expect(taken == offset + Int64(text.utf8.count))
    }

    @Test(arguments: Bench.User.allCases) func itIsTheWorksControllingTerminal(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            let script = """
                stty size; tty; test -t 0 && test -t 1 && test -t 2 && echo all three; echo to it >/dev/tty
                echo again >/dev/stdout; stat -c %u $(tty); exit 7
                """
            let key = try await bench.launch(bench.order(["sh", "-c", script], terminal: terminal()))
            #expect(try await bench.outcome(of: key) == .exited(code: 7))
            let uid = bench.workUID
            let shown = ["40 120", "/dev/pts/0", "all three", "to it", "again", "\(uid)"].map { "\($0)\r\n" }
            #expect(try await bench.text(key) == shown.joined())
        }
    }

    @Test func theLogIsTheLaunchersAndNothingOfItReachesTheWork() async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch(
                bench.order(["sh", "-c", "ls -l /proc/self/fd; exec sleep 1000"], terminal: terminal()))
            try await until(bench, key, shows: "/dev/pts/0")
            let info = try #require(Files.ownStatus("\(bench.data)/attempts/1/1/tty"))
            #expect(info.st_uid == 0 && info.st_mode & 0o777 == 0o600)
            let shown = try await bench.text(key)
            #expect(!shown.contains("attempts") && !shown.contains("ptmx"), "\(shown)")
        }
    }

    @Test func keysReachItAsBytes() async throws {
        try await withBench(.root) { bench in
            let script = "trap 'echo caught; exit 3' INT; echo ready; while :; do sleep 0.05; done"
            let key = try await bench.launch(bench.order(["sh", "-c", script], terminal: terminal()))
            try await until(bench, key, shows: "ready")
            try await type(bench, key, "\u{3}")
            #expect(try await bench.outcome(of: key) == .exited(code: 3))
            #expect(try await bench.text(key).hasSuffix("caught\r\n"))
        }
    }

    @Test func aNewSizeIsTold() async throws {
        try await withBench(.root) { bench in
            let script = "trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done"
            let key = try await bench.launch(bench.order(["sh", "-c", script], terminal: terminal()))
            try await until(bench, key, shows: "ready")
            let size = try #require(TerminalSize(rows: 50, columns: 132))
            #expect(try await bench.engine.resize(key, to: size, redraw: false) == size)
            try await until(bench, key, shows: "50 132")
            // The same size again is no news, unless somebody has come who does not see the picture.
            _ = try await bench.engine.resize(key, to: size, redraw: true)
            try await until(bench, key, shows: "50 132\r\n50 132")
        }
    }

    @Test func aMegabyteOfAnyBytesIsKeptWhole() async throws {
        try await withBench(.root) { bench in
            let script = "$| = 1; binmode STDOUT; print pack('C', ($_ * 31 + int($_ / 251)) & 255) for 0..999999"
            let key = try await bench.launch(
                bench.order(["sh", "-c", "stty raw -echo; exec perl -e \"$0\"", script], terminal: terminal()))
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            let expected = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 251) }
            #expect(try await bench.output(key, .standardOutput) == expected)
        }
    }

    @Test func whatIsPastedIsHeldBackAndArrivesOnce() async throws {
        try await withBench(.root) { bench in
            let script = "stty raw -echo; trap 'exec head -c 600000' USR1; echo ready; while :; do sleep 0.05; done"
            let key = try await bench.launch(bench.order(["sh", "-c", script], terminal: terminal()))
            try await until(bench, key, shows: "ready")
            let pasted = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 253) }
            var taken = try await bench.engine.type(key, writer: 5, offset: 0, bytes: pasted)
            #expect(taken < 600_000, "what nobody reads is not taken without bound")
            try await bench.engine.signal(key, SIGUSR1)
            taken = try await eventually("all of it is taken") {
                let from = max(0, taken - 100)
                taken = try await bench.engine.type(key, writer: 5, offset: from, bytes: Array(pasted[Int(from)...]))
                return taken == 600_000 ? taken : nil
            }
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            #expect(Array(try await bench.output(key, .standardOutput).suffix(600_000)) == pasted)
        }
    }

    @Test(arguments: Bench.User.allCases) func aShellSurvivesTheLauncherAndGoesOn(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            let key = try await bench.launch(bench.order(["bash", "--norc"], terminal: terminal(isShell: true)))
            try await type(bench, key, "x=before\n")
            bench.killLauncher()
            try await bench.restart()
            try await type(bench, key, "echo $x-and-after\n", writer: 2)
            try await until(bench, key, shows: "before-and-after\r\n")
            try await type(bench, key, "exit 9\n", writer: 2, at: 18)
            #expect(try await bench.outcome(of: key) == .exited(code: 9))
        }
    }

    @Test func aShellThatIsAskedToEndEnds() async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch(bench.order(["bash", "--norc", "-i"], terminal: terminal(isShell: true)))
            try await type(bench, key, "echo read''y\n")
            try await until(bench, key, shows: "ready\r\n")
            try await bench.engine.stop(key, force: false)
            #expect(try await bench.outcome(of: key) == .signalled(signal: SIGHUP))
        }
    }

    @Test func whatRunsInFrontOfAShellIsAskedFirstAndMayTakeItsTime() async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch(bench.order(["bash", "--norc", "-i"], terminal: terminal(isShell: true)))
            let program =
                "sh -c 'trap \"echo sav''ing; sleep 1; echo sav''ed; exit\" TERM; echo read''y; while :; do sleep 0.05; done'\n"
            try await type(bench, key, program)
            try await until(bench, key, shows: "ready\r\n")
            try await bench.engine.stop(key, force: false)
            _ = try await bench.outcome(of: key)
            #expect(try await bench.text(key).contains("saved\r\n"))
        }
    }

    @Test func aProgramThatIsNoShellIsNotHungUp() async throws {
        try await withBench(.root) { bench in
            let script = "trap 'echo asked; sleep 1; echo done; exit 4' TERM; echo ready; while :; do sleep 0.05; done"
            let key = try await bench.launch(bench.order(["sh", "-c", script], terminal: terminal()))
            try await until(bench, key, shows: "ready")
            try await bench.engine.stop(key, force: false)
            #expect(try await bench.outcome(of: key) == .exited(code: 4))
        }
    }

    @Test func itsLogIsBoundedLikeOthers() async throws {
        try await withBench(.root, options: ["--log-keep", "1000000"]) { bench in
            let key = try await bench.launch(
                bench.order(
                    ["sh", "-c", "head -c 8000000 /dev/zero | tr '\\0' x; echo end; sleep 1000"], terminal: terminal()))
            try await until(bench, key, shows: "end\r\n")
            _ = try await eventually("the middle is given back") {
                let info = try #require(Files.ownStatus("\(bench.data)/attempts/1/1/tty"))
                return info.st_blocks * 512 < 4_000_000 ? true : nil
            }
            #expect(try await bench.engine.outputEnd(key, .standardOutput) == 8_000_005)
        }
    }
}
