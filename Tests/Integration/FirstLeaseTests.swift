import Foundation
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
