import Foundation
import Testing

@Suite("Teams, policy, extending, reading")
struct PolicyTests {
    @Test("a guarantee above the pool, and members without an account, are warned of and taken in")
    func teamWarnings() async throws {
        try await Site.with(simulate: "a100:2") { site async throws in
            let made = try await site.carrel("team", "set", "vision", "--guarantee", "3", "--add", "root", "no-such-account")
            #expect(made.code == 0)
            #expect(made.errors.contains("warning: Team vision is guaranteed 3, and the pool has 2 GPUs"), "\(made.errors)")
            #expect(made.errors.contains("knows an account no-such-account") && !made.errors.contains("account root"))
            #expect(made.output.contains("no-such-account root"), "\(made.output)")
            let fits = try await site.carrel("team", "set", "vision", "--guarantee", "1", "--add", "uid-61001")
            #expect(fits.code == 0 && fits.errors.isEmpty, "\(fits.errors)")
            #expect(try await site.carrel("team").errors.isEmpty)
            let process = try site.start(["team", "set", "speech", "--guarantee", "2", "--json"])
            #expect(await process.exitCode() == 0 && process.errors.isEmpty)
            let answer = try JSONSerialization.jsonObject(with: process.outputBytes) as? [String: Any]
            let warnings = try #require(answer?["warnings"] as? [String])
            #expect(warnings == ["All guarantees together are 3, and the pool has 2 GPUs: they can't all be met at once."])
        }
    }

    @Test("a team's guarantee is set, shown and removed")
    func teams() async throws {
        try await Site.with { site async throws in
            let set = try await site.carrel(
                "team", "set", "vision", "--guarantee", "2", "--limit", "3", "--add", "alice", "bob")
            #expect(set.code == 0, "\(set.errors)")
            #expect(set.output.contains("vision") && set.output.contains("alice bob"))
            let wrong = try await site.carrel("team", "set", "vision", "--guarantee", "9")
            #expect(wrong.code == 64)
            #expect(wrong.errors.contains("above the team's limit"))
            #expect(try await site.carrel("team", "remove", "vision").code == 0)
            #expect(try await site.carrel("team", "remove", "vision").errors.contains("no team vision"))
        }
    }

    @Test("the policy's numbers are set and hold")
    func policy() async throws {
        try await Site.with { site async throws in
            #expect(try await site.carrel("policy", "--default", "2h", "--longest", "4h").code == 0)
            let policy = try await site.json("policy")
            #expect(policy["defaultTimeSeconds"] as? Double == 7_200)
            let id = try await site.detach("--", "sleep", "600")
            let view = try await site.json("show", "\(id)")
            #expect(view["durationSeconds"] as? Int == 7_200)
            #expect(try await site.carrel("run", "--time", "5h", "--", "true").errors.contains("longer than the policy"))
            #expect(try await site.carrel("policy", "--default", "9h").code == 64)
        }
    }

    @Test("a cordoned node takes no new lease, says so everywhere, and takes them again")
    func cordon() async throws {
        try await Site.with(simulate: "a100:2") { site async throws in
            let name = try #require((try await site.json("node")["nodes"] as? [[String: Any]])?.first?["name"] as? String)
            let running = try await site.detach("--", "sleep", "600")
            try await site.untilState(running, "running")
            let cordoned = try await site.carrel("node", "cordon", name, "--reason", "new fans at noon")
            #expect(cordoned.code == 0 && cordoned.output.contains("new fans at noon"), "\(cordoned)")
            #expect(try await site.carrel("gpus").output.contains("cordoned"))
            let waiting = try await site.detach("--", "true")
            #expect(try await site.carrel("why", "\(waiting)").output.contains("new fans at noon"))
            #expect(try await site.json("show", "\(running)")["state"] as? String == "running")
            #expect(try await site.carrel("node", "cordon", name).errors.contains("already"))
            #expect(try await site.carrel("node", "uncordon", "nowhere").errors.contains("no node nowhere"))
            #expect(try await site.carrel("node", "uncordon", name).code == 0)
            try await site.untilState(waiting, "closed")
        }
    }

    @Test("a lease is extended, up to the policy's longest")
    func extending() async throws {
        try await Site.with { site async throws in
            let id = try await site.detach("--time", "1h", "--", "sleep", "600")
            try await site.untilState(id, "running")
            #expect(try await site.carrel("extend", "\(id)", "2h").output.contains("now lasts until"))
            #expect(try await site.carrel("extend", "\(id)", "60d").code == 119)
            #expect(try await site.carrel("return", "\(id)").code == 0)
            try await site.untilState(id, "closed")
            #expect(try await site.carrel("extend", "\(id)", "1h").code == 1)
            #expect(try await site.carrel("return", "\(id)").errors.contains("is over"))
        }
    }

    @Test("every list has a table, CSV and JSON")
    func forms() async throws {
        try await Site.with { site async throws in
            #expect(try await site.carrel("run", "--name", "a, \"b\"", "--", "true").code == 0)
            for verb in [
                ["ps", "--all"], ["gpus"], ["queue"], ["team"], ["policy"], ["show", "1"], ["receipt", "1"], ["why", "1"],
                ["doctor"],
            ] {
                for form in [[], ["--csv"], ["--json"]] {
                    let process = try site.start(verb + form)
                    #expect(await process.exitCode() == 0, "\(verb) \(form): \(process.errors)")
                    #expect(!process.output.isEmpty, "\(verb) \(form)")
                }
            }
            #expect(try await site.carrel("ps", "--all", "--csv").output.contains("\"a, \"\"b\"\"\""))
            #expect(try await site.carrel("gpus").output.contains("(simulated)"))
        }
    }

    @Test("lists are paged")
    func paging() async throws {
        try await Site.with { site async throws in
            for _ in 0..<3 { #expect(try await site.carrel("run", "--gpus", "0", "--", "true").code == 0) }
            let first = try await site.json("ps", "--all", "--limit", "2")
            #expect((first["requests"] as? [[String: Any]])?.compactMap { $0["id"] as? Int } == [3, 2])
            #expect(first["next"] as? Int == 2)
            let second = try await site.json("ps", "--all", "--limit", "2", "--before", "2")
            #expect((second["requests"] as? [[String: Any]])?.compactMap { $0["id"] as? Int } == [1])
        }
    }
}
