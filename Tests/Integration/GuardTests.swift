import Foundation
import Glibc
import Testing

/// Who is kept out, and who is put out.
@Suite("Doors that close")
struct GuardTests {
    @Test("a user namespace of one's own is no way to be somebody, and the refusal says what to do")
    func userNamespace() async throws {
        try await Site.with { site async throws in
            for options in [["--user", "--map-root-user"], ["--user"]] {
                let client = try ChildProcess(
                    ["unshare"] + options + [CarrelBinary.path, "ps"],
                    environment: ["CARREL_DATA_DIR": site.directory, "HOME": "/tmp"])
                #expect(await client.exitCode() == 1)
                #expect(client.errors.contains("user namespace") && client.errors.contains("token"), "\(client.errors)")
            }
            #expect(try await site.carrel("ps").code == 0)
        }
    }

    @Test("what is followed ends within seconds of the end of the token or the account that it came with")
    func streams() async throws {
        try await Site.with(options: ["--listen", "127.0.0.1:0"]) { site async throws in
            let address = try SignInTests.address(site)
            let id = try await site.detach("--gpus", "0", "--", "sh", "-c", "echo begun; sleep 600")
            try await site.untilState(id, "running")
            let made = try await HTTPTests.curl(
                site, "/v1/tokens", HTTPTests.post(""), input: #"{"name":"ci","scope":"admin"}"#)
            let token = try #require(made.json["token"] as? String), number = try #require(made.json["id"] as? Int)
            let paths = ["/v1/leases/\(id)/logs?follow=1", "/v1/leases/\(id)/console?follow=1", "/v1/events?follow=1"]
            let readers = try paths.map {
                try ChildProcess(
                    ["curl", "-s", "-N", "--max-time", "120", "-H", "Authorization: Bearer \(token)", address + $0])
            }
            for reader in readers {
                try await eventually("the stream has begun") { !reader.outputBytes.isEmpty }
            }
            #expect(try await HTTPTests.curl(site, "/v1/tokens/\(number)", ["-X", "DELETE"]).status < 300)
            let began = ContinuousClock.now
            // 18: the answer broke off; whoever follows must not think that it was complete. 28 would be curl's own patience.
            for reader in readers { #expect(await reader.exitCode() == 18) }
            #expect(ContinuousClock.now - began < .seconds(30))
            #expect(try await site.state(id) == "running")
        }
    }

    @Test("a session is refused where no browser could ever enter it")
    func nowhereToListen() async throws {
        try await Site.with { site async throws in
            let outcome = try await site.carrel("notebook", "--detach")
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains("--listen none") && outcome.errors.contains("carrel shell"), "\(outcome.errors)")
            #expect(try await site.json("ps")["requests"] as? [String] == [])
        }
    }

    @Test("an account that an administrator makes gets a number of the range, each once; one that is a user keeps its own")
    func numbers() async throws {
        try await Site.with(options: ["--uid-range", "1000000000-1000000001"]) { site async throws in
            for (name, number) in [("carla-of-tests", 1_000_000_000), ("dora-of-tests", 1_000_000_001)] {
                let account = try await site.json("user", "add", name)
                #expect(account["unixID"] as? Int == number, "\(account)")
            }
            // Nothing was spent on a name that is taken, and who is a user of the machine needs none.
            #expect(try await site.carrel("user", "add", "dora-of-tests").code == 1)
            let system = try await site.carrel("user", "add", "daemon")
            #expect(system.code == 1 && system.errors.contains("system"), "\(system)")
            #expect(try await site.json("user", "add", "gina-of-tests", "--unix-user", "1")["unixID"] as? Int == 1)
            let late = try await site.carrel("user", "add", "emil-of-tests")
            #expect(late.code == 1 && late.errors.contains("--uid-range are given"), "\(late.errors)")
            let none = try await site.json("user", "add", "finn-of-tests", "--unix-user", "none")
            #expect(none["unixID"] == nil, "\(none)")
        }
    }
}
