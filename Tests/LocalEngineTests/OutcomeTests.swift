import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Testing

@testable import LocalEngine

struct OutcomeTests {
    @Test(arguments: Bench.User.allCases) func exitCodesAndSignalsAreTold(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            for (lease, code) in [(1, 0), (2, 1), (3, 125), (4, 126), (5, 255)] as [(Int64, Int32)] {
                let key = try await bench.launch(bench.order(["sh", "-c", "exit \(code)"], lease: lease))
                #expect(try await bench.outcome(of: key) == .exited(code: code))
            }
            for (lease, number) in [(11, 15), (12, 9), (13, 11)] as [(Int64, Int32)] {
                let key = try await bench.launch(bench.order(["sh", "-c", "kill -\(number) $$"], lease: lease))
                #expect(try await bench.outcome(of: key) == .signalled(signal: number))
            }
        }
    }

    @Test(arguments: Bench.User.allCases) func whatCanNotBeginSaysWhy(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            let closed = "\(bench.folder)/closed"
            try FileManager.default.createDirectory(atPath: closed, withIntermediateDirectories: false)
            chmod(closed, 0)
            let text = "\(bench.folder)/text", script = "\(bench.folder)/script"
            try Data("just text".utf8).write(to: URL(filePath: text))
            chmod(text, 0o644)
            try Data("#!/no/such/interpreter\n".utf8).write(to: URL(filePath: script))
            chmod(script, 0o755)
            let who = bench.user == .root ? "uid \(bench.workUID)" : "uid \(bench.user.uid)"
            let cases: [(LaunchOrder, LaunchFailure)] = [
                (bench.order(["no-such-command"]), .commandNotFound(command: "no-such-command")),
                (bench.order(["/no/such/file"], lease: 2), .commandNotFound(command: "/no/such/file")),
                (bench.order([text], lease: 3), .commandNotExecutable(command: text)),
                (bench.order(["/etc"], lease: 4), .commandNotExecutable(command: "/etc")),
                (bench.order([script], lease: 5), .commandNotExecutable(command: script)),
                (bench.order(["true"], lease: 6, directory: "/no/such"), .directoryMissing(path: "/no/such")),
                (bench.order(["true"], lease: 7, directory: "/etc/passwd"), .directoryMissing(path: "/etc/passwd")),
                (bench.order(["true"], lease: 8, directory: closed), .directoryForbidden(path: closed, user: who)),
                (
                    bench.order(["true"], lease: 9, directory: bench.data),
                    .directoryForbidden(path: bench.data, user: who)
                ),
                (
                    bench.order(["true", String(repeating: "x", count: 131_072)], lease: 10),
                    .argumentsTooLong(bytes: 131_072)
                ),
                (bench.order([""], lease: 11), .commandNotFound(command: "")),
                (
                    bench.order(["a\0b"], lease: 12),
                    .sandbox(detail: "The command is empty, or holds a zero byte.")
                ),
            ]
            for (order, failure) in cases {
                let key = try await bench.launch(order)
                #expect(try await bench.outcome(of: key) == .launchFailed(because: failure))
            }
        }
    }

    @Test func theArgumentsAndTheEnvironmentMayBeLong() async throws {
        try await withBench(.root) { bench in
            let part = String(repeating: "x", count: 100_000)
            let environment = Bench.plainEnvironment + (0..<15).map { "PART\($0)=\(part)" }
            let fits = try await bench.launch(
                bench.order(
                    ["sh", "-c", "test ${#PART14} = 100000 && test ${#1} = 100000", "sh", part],
                    environment: environment))
            #expect(try await bench.outcome(of: fits) == .exited(code: 0))
            let order = bench.order(["true"], lease: 2, environment: (0..<30).map { "PART\($0)=\(part)" })
            let tooLong = try await bench.launch(order)
            #expect(
                try await bench.outcome(of: tooLong) == .launchFailed(because: .argumentsTooLong(bytes: order.work.bytes)))
        }
    }

    @Test func programsAreLookedUpInTheWorksOwnPath() async throws {
        try await withBench(.root) { bench in
            let folder = "\(bench.folder)/bin"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            chmod(folder, 0o755)
            // Without a line that names an interpreter: a shell's, as everywhere.
            try Data("echo found in own path, given $1\n".utf8).write(to: URL(filePath: "\(folder)/own-program"))
            chmod("\(folder)/own-program", 0o755)
            let key = try await bench.launch(
                bench.order(["own-program", "word"], environment: ["PATH=/nowhere:\(folder):/usr/bin:/bin"]))
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            #expect(try await bench.text(key) == "found in own path, given word\n")
        }
    }

    @Test func bigOutputArrivesWhole() async throws {
        try await withBench(.ordinary) { bench in
            let key = try await bench.launch(["sh", "-c", "seq 1 2000000; seq 1 1000 >&2"])
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            let expected = (1...2_000_000).lazy.map { "\($0)\n".utf8.count }.reduce(0, +)
            let bytes = try await bench.output(key, .standardOutput)
            #expect(bytes.count == expected)
            #expect(String(decoding: bytes.suffix(8), as: UTF8.self) == "2000000\n")
            #expect(try await bench.text(key, .standardError).hasSuffix("999\n1000\n"))
        }
    }

    @Test func outputIsReadWhileTheWorkRuns() async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch(bench.order(["sh", "-c", "echo first; cat; echo last"], takesInput: true))
            let first = try await eventually("the first line is there") {
                try await bench.engine.readOutput(key, .standardOutput, from: 0, limit: 100)
            }
            #expect(first == .bytes(offset: 0, bytes: Array("first\n".utf8)))
            #expect(try await bench.engine.readOutput(key, .standardOutput, from: 6, limit: 100) == nil)
            _ = try await bench.engine.writeInput(key, offset: 0, bytes: [], end: true)
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            let last = try await bench.engine.readOutput(key, .standardOutput, from: 6, limit: 3)
            #expect(last == .bytes(offset: 6, bytes: Array("las".utf8)))
        }
    }

    @Test(arguments: Bench.User.allCases) func aProgramMayOpenItsOutputByName(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            let key = try await bench.launch(["sh", "-c", "echo one >>/dev/stdout; echo two >>/dev/stderr"])
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            #expect(try await bench.text(key) == "one\n")
            #expect(try await bench.text(key, .standardError) == "two\n")
        }
    }
}
