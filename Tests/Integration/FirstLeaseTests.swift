import Foundation
import Glibc
import Testing

@Suite("The first lease, on the real program")
struct FirstLeaseTests {
    @Test("a program's exit code is passed through and its device comes back")
    func exitCode() async throws {
        try await Site.with { site async throws in
            let outcome = try await site.carrel("run", "--", "sh", "-c", "exit 7")
            #expect(outcome.code == 7, "\(outcome.errors)")
            let receipt = try await site.json("receipt", "1")
            #expect(receipt["exitCode"] as? Int == 7)
            #expect(receipt["verdict"] as? String == "unproven")
            let devices = try await site.json("gpus")["devices"] as? [[String: Any]] ?? []
            #expect(devices.count == 4)
            #expect(devices.allSatisfy { $0["state"] as? String == "free" && $0["simulated"] as? Bool == true })
        }
    }

    @Test("output comes out on the streams that the program wrote it to")
    func output() async throws {
        try await Site.with { site async throws in
            let outcome = try await site.carrel("run", "--", "sh", "-c", "echo out; echo err >&2")
            #expect(outcome.code == 0)
            #expect(outcome.output == "out\n")
            #expect(outcome.errors == "err\n")
        }
    }

    @Test("the program sees its devices, renumbered from 0, and by their identity")
    func environment() async throws {
        try await Site.with { site async throws in
            let script =
                "import os;print(os.environ['CUDA_VISIBLE_DEVICES']);print(len(os.environ['CARREL_GPU_UUIDS'].split(',')))"
            let outcome = try await site.carrel("run", "--gpus", "a100:2", "--", "python3", "-c", script)
            #expect(outcome.output == "0,1\n2\n", "\(outcome.errors)")
        }
    }

    @Test("standard input flows to the program")
    func input() async throws {
        try await Site.with { site async throws in
            let outcome = try await site.carrel(
                "run", "--gpus", "0", "--", "wc", "-c", input: String(repeating: "x", count: 300_000))
            #expect(outcome.output == "300000\n", "\(outcome.errors)")
        }
    }

    @Test("the fifth of five one-GPU runs on four devices waits, and why says why")
    func waiting() async throws {
        try await Site.with { site async throws in
            var ids: [Int] = []
            for _ in 0..<5 { ids.append(try await site.detach("--", "sleep", "600")) }
            try await site.untilState(ids[3], "running")
            #expect(try await site.state(ids[4]) == "waiting")
            let why = try await site.carrel("why", "\(ids[4])")
            #expect(why.code == 0)
            #expect(!why.output.isEmpty)
            let devices = try await site.json("gpus")["devices"] as? [[String: Any]] ?? []
            #expect(devices.allSatisfy { $0["until"] is String && $0["user"] is String && $0["lease"] is Int })
            try await site.carrel("return", "\(ids[0])")
            try await site.untilState(ids[4], "running")
        }
    }

    @Test("a run past its time ends with its own code and words")
    func expiry() async throws {
        try await Site.with { site async throws in
            let outcome = try await site.carrel("run", "--time", "1s", "--", "sleep", "600")
            #expect(outcome.code == 121)
            #expect(outcome.errors.contains("time was over"))
        }
    }
}

@Suite("How leases end")
struct EndingTests {
    @Test("work that ignores the signal is ended by force after the grace, on a server that nothing else wakes")
    func force() async throws {
        try await Site.with { site async throws in
            #expect(try await site.carrel("policy", "--grace", "1s").code == 0)
            let script = "trap '' TERM; while :; do sleep 0.2; done"
            let outcome = try await site.carrel("run", "--time", "1s", "--", "sh", "-c", script)
            #expect(outcome.code == 121, "\(outcome.errors)")
            try await site.untilState(1, "closed")
        }
    }

    @Test("several are given back with one command, whatever became of one of them")
    func several() async throws {
        try await Site.with { site async throws in
            let first = try await site.detach("--", "sleep", "600"), second = try await site.detach("--", "sleep", "600")
            let outcome = try await site.carrel("return", "\(first)", "99", "\(second)")
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains("no request 99"))
            try await site.untilState(first, "closed")
            try await site.untilState(second, "closed")
        }
    }

    @Test("the first Ctrl-C interrupts the program, also where nobody is told about it")
    func quietInterrupt() async throws {
        try await Site.with { site async throws in
            let client = try site.start([
                "run", "--", "sh", "-c", "trap 'exit 3' INT; echo begun; while :; do sleep 0.1; done",
            ])
            try await eventually("it has begun") { client.output.contains("begun") }
            client.kill(SIGINT)
            #expect(await client.exitCode() == 3)
        }
    }

    @Test("an input offset that no program ever reached is refused and ends nothing")
    func hugeOffset() async throws {
        try await Site.with { site async throws in
            let id = try await site.detach("--", "sleep", "600")
            try await site.untilState(id, "running")
            let input = String(repeating: "x", count: 100_000)
            for offset in ["9223372036854775807", "1152921504606846975"] {
                let answer = try await HTTPTests.curl(
                    site, "/v1/leases/\(id)/input?offset=\(offset)", ["-X", "PUT", "--data-binary", "@-"], input: input)
                #expect(
                    answer.status == 400 || answer.status == 409 || answer.status == 200, "\(answer.status) \(answer.body)")
            }
            #expect(try await site.state(id) == "running")
        }
    }

    @Test("a reader that has had enough ends the lease, as in yes | head")
    func closedPipe() async throws {
        try await Site.with { site async throws in
            let line = "\(CarrelBinary.path) run -- yes | head -n 1"
            let shell = try ChildProcess(["sh", "-c", line], environment: ["CARREL_DATA_DIR": site.directory])
            #expect(await shell.exitCode() == 0)
            #expect(shell.output == "y\n")
            try await site.untilState(1, "closed")
        }
    }

    @Test("team names are kept as they were written, and others than plain ones are refused")
    func names() async throws {
        try await Site.with { site async throws in
            #expect(try await site.carrel("team", "set", "ml.Vision", "--guarantee", "1").output.contains("ml.Vision"))
            for name in ["my team", "../x", "grüße"] {
                let refused = try await site.carrel("team", "set", name, "--guarantee", "1")
                #expect(refused.code == 64 && refused.errors.contains("no name for a team"), "\(refused.errors)")
            }
        }
    }
}
