import Foundation
import Glibc
import Testing

@Suite("Ctrl-C")
struct ControlCTests {
    @Test("once: the program is interrupted and decides")
    func once() async throws {
        try await Site.with { site async throws in
            let script = "trap 'echo caught; exit 3' INT; echo begun; while :; do sleep 0.1; done"
            let client = try site.start(["run", "--verbose", "--", "sh", "-c", script])
            try await eventually("it has begun") { client.output.contains("begun") && client.errors.contains("lease 1 on") }
            client.kill(SIGINT)
            #expect(await client.exitCode() == 3)
            #expect(client.output == "begun\ncaught\n")
        }
    }

    @Test("twice: the lease is ended")
    func twice() async throws {
        try await Site.with { site async throws in
            let script = "trap '' INT; echo begun; while :; do sleep 0.1; done"
            let client = try site.start(["run", "--verbose", "--", "sh", "-c", script])
            try await eventually("it has begun") { client.output.contains("begun") && client.errors.contains("lease 1 on") }
            client.kill(SIGINT)
            try await eventually("the first was taken") { client.errors.contains("interrupting") }
            client.kill(SIGINT)
            #expect(await client.exitCode() == 143)
            #expect(try await site.json("show", "1")["endedBy"] as? String == "returned")
        }
    }

    @Test("while it waits: the request is cancelled")
    func waiting() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            let holder = try await site.detach("--", "sleep", "600")
            try await site.untilState(holder, "running")
            let client = try site.start(["run", "--verbose", "--", "true"])
            try await eventually("it waits") { client.errors.contains("waits") }
            client.kill(SIGINT)
            #expect(await client.exitCode() == 130)
            #expect(try await site.state(2) == "cancelled")
        }
    }
}
