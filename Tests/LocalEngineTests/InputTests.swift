import EngineInterface
import FleetModel
import FleetTestKit
import Testing

@testable import LocalEngine

struct InputTests {
    @Test func withoutInputTheWorkReadsNothing() async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch(["sh", "-c", "cat | wc -c"])
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            #expect(try await bench.text(key) == "0\n")
        }
    }

    @Test(arguments: Bench.User.allCases) func muchInputIsHeldBackAndArrivesOnce(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            // It reads only after it was told to by a signal.
            let script = "trap 'exec cat' USR1; echo ready; while :; do sleep 0.05; done"
            let key = try await bench.launch(bench.order(["sh", "-c", script], takesInput: true))
            _ = try await eventually("it is ready") {
                try await bench.engine.readOutput(key, .standardOutput, from: 0, limit: 10)
            }
            let input = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 251) }
            var taken = try await bench.engine.writeInput(key, offset: 0, bytes: input, end: true)
            #expect(taken < 512 * 1_024, "what nobody reads is not taken without bound")
            try await bench.engine.signal(key, 10)
            taken = try await eventually("all input is taken") {
                // A client that lost track sends a part again.
                let from = max(0, taken - 1_000)
                taken = try await bench.engine.writeInput(
                    key, offset: from, bytes: Array(input[Int(from)...]), end: true)
                return taken == Int64(input.count) ? taken : nil
            }
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            let output = try await bench.output(key, .standardOutput)
            #expect(Array(output.dropFirst("ready\n".utf8.count)) == input)
        }
    }

    @Test func inputThatNobodyWantsIsAcceptedAndDropped() async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch(
                bench.order(["sh", "-c", "exec <&-; echo closed; sleep 1000"], takesInput: true))
            _ = try await eventually("it has closed its input") {
                try await bench.engine.readOutput(key, .standardOutput, from: 0, limit: 10)
            }
            let input = [UInt8](repeating: 7, count: 1_000_000)
            let taken = try await eventually("everything is taken") { () -> Int64? in
                let taken = try await bench.engine.writeInput(key, offset: 0, bytes: input, end: true)
                return taken == 1_000_000 ? taken : nil
            }
            #expect(taken == 1_000_000)
        }
    }

    @Test func signalsReachTheWholeGroupAndNonsenseIsRefused() async throws {
        try await withBench(.root) { bench in
            let script = "trap 'echo caught; exit 3' INT; echo ready; while :; do sleep 0.05; done"
            let key = try await bench.launch(["sh", "-c", script])
            _ = try await eventually("it is ready") {
                try await bench.engine.readOutput(key, .standardOutput, from: 0, limit: 10)
            }
            await #expect(throws: EngineError.failed(detail: "there is no signal 0")) {
                try await bench.engine.signal(key, 0)
            }
            try await bench.engine.signal(key, 2)
            #expect(try await bench.outcome(of: key) == .exited(code: 3))
            #expect(try await bench.text(key) == "ready\ncaught\n")
        }
    }
}
