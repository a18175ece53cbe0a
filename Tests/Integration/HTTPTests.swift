import Foundation
import Testing

/// The API as other programs use it: curl stands for them.
@Suite("The HTTP API")
struct HTTPTests {
    struct Answer {
        let status: Int
        let body: String
        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]) ?? [:] }
    }

    static func curl(_ site: Site, _ path: String, _ options: [String] = [], input: String? = nil) async throws -> Answer {
        let base = [
            "curl", "-s", "--max-time", "60", "-w", "\n%{http_code}", "--unix-socket", site.directory + "/carrel.sock",
        ]
        let process = try ChildProcess(base + options + ["http://carrel" + path], input: input.map { Array($0.utf8) })
        _ = await process.exitCode()
        let lines = process.output.split(separator: "\n", omittingEmptySubsequences: false)
        return Answer(status: Int(lines.last ?? "") ?? 0, body: lines.dropLast().joined(separator: "\n"))
    }

    static func post(_ body: String, _ headers: [String] = []) -> [String] {
        ["-X", "POST", "-H", "content-type: application/json"] + headers.flatMap { ["-H", $0] } + ["--data-binary", "@-"]
    }

    static let small = #"{"command":["true"],"directory":"/"}"#

    @Test("the same idempotency key makes one request; with another body it is refused")
    func idempotency() async throws {
        try await Site.with { site async throws in
            let options = Self.post("", ["Idempotency-Key: abc"])
            let first = try await Self.curl(site, "/v1/requests", options, input: Self.small)
            let second = try await Self.curl(site, "/v1/requests", options, input: Self.small)
            #expect(first.status == 201 && second.status == 200)
            #expect(first.json["id"] as? Int == second.json["id"] as? Int)
            let other = try await Self.curl(
                site, "/v1/requests", options, input: #"{"command":["false"],"directory":"/"}"#)
            #expect(other.status == 422)
            #expect(other.json["type"] as? String == "urn:carrel:problem:key-reused")
        }
    }

    @Test(
        "what can't be understood is a problem document that says so",
        arguments: [
            ("", 400, "not JSON"), ("{", 400, "not"), ("[]", 400, "not what"), (#"{"command":["true"]}"#, 400, "directory"),
            (#"{"command":[],"directory":"/"}"#, 400, "no command"),
            (#"{"command":["a\u0000b"],"directory":"/"}"#, 400, "zero byte"),
            (#"{"command":["true"],"directory":"here"}"#, 400, "absolute"),
            (#"{"command":["true"],"directory":"/","environment":["x"]}"#, 400, "NAME=value"),
            (#"{"command":["true"],"directory":"/","gpus":"-3"}"#, 400, "can't be asked"),
        ])
    func malformed(_ body: String, status: Int, words: String) async throws {
        try await Site.with { site async throws in
            let answer = try await Self.curl(site, "/v1/requests", Self.post(""), input: body)
            #expect(answer.status == status, "\(answer.body)")
            #expect((answer.json["detail"] as? String)?.contains(words) == true, "\(answer.body)")
        }
    }

    @Test("arguments of 10 MB are refused with their size; the server goes on")
    func largeArguments() async throws {
        try await Site.with { site async throws in
            let large = #"{"command":["echo",""# + String(repeating: "x", count: 10_000_000) + #""],"directory":"/"}"#
            let answer = try await Self.curl(site, "/v1/requests", Self.post(""), input: large)
            #expect(answer.status == 413)
            let middle = #"{"command":["echo",""# + String(repeating: "x", count: 200_000) + #""],"directory":"/"}"#
            let second = try await Self.curl(site, "/v1/requests", Self.post(""), input: middle)
            #expect(second.status == 413)
            #expect((second.json["detail"] as? String)?.contains("200000 bytes") == true, "\(second.body)")
            #expect(try await site.carrel("run", "--", "true").code == 0)
        }
    }

    @Test("the loopback address wants a token, and takes one that carrel made")
    func tokens() async throws {
        let site = try Site()
        let launcher = try site.start([
            "up", "--data-dir", site.directory, "--simulate", "a100:1", "--listen", "127.0.0.1:0",
        ])
        try await eventually("ready") { launcher.output.contains("ready\n") }
        let address = try #require(launcher.output.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/)).output
        let made = try await site.carrel("token", "create", "test")
        let token = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(made.errors.contains("export CARREL_URL=\(address) "), "\(made.errors)")
        let again = try await site.carrel("token", "create", "test")
        #expect(again.code == 1 && again.output.isEmpty, "\(again.output)")
        #expect(again.errors.contains("You have a token \"test\" already"), "\(again.errors)")
        func status(_ header: [String]) async throws -> String {
            let process = try ChildProcess(
                ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}"] + header + ["\(address)/v1/devices"])
            _ = await process.exitCode()
            return process.output
        }
        #expect(try await status([]) == "401")
        #expect(try await status(["-H", "Authorization: Bearer wrong"]) == "401")
        #expect(try await status(["-H", "Authorization: Bearer \(token)"]) == "200")
        let listed = try await site.json("token", "list")["tokens"] as? [[String: Any]] ?? []
        #expect(listed.count == 1 && listed[0]["token"] == nil)
        let slip = try await site.carrel("token", "revoke", "tset")
        #expect(slip.code == 1 && slip.errors.contains("no token \"tset\""), "\(slip.errors)")
        #expect(try await status(["-H", "Authorization: Bearer \(token)"]) == "200")
        #expect(try await site.carrel("token", "revoke", "test").code == 0)
        #expect(try await status(["-H", "Authorization: Bearer \(token)"]) == "401")
        launcher.kill(SIGTERM)
        #expect(await launcher.exitCode() == 0)
        try? FileManager.default.removeItem(atPath: site.directory)
    }

    @Test("events are streamed, and resumed where one stopped")
    func events() async throws {
        try await Site.with { site async throws in
            #expect(try await site.carrel("run", "--", "true").code == 0)
            let all = try await Self.curl(site, "/v1/events?after=0&follow=0")
            #expect(all.body.contains("event: requestSubmitted") && all.body.contains("event: attemptEnded"))
            let later = try await Self.curl(site, "/v1/events?follow=0", ["-H", "Last-Event-ID: 3"])
            #expect(later.body.contains("id: 4\n") && !later.body.contains("id: 3\n"))
        }
    }

    @Test("logs are plain text; an address that is not there is a problem document")
    func logs() async throws {
        try await Site.with { site async throws in
            #expect(try await site.carrel("run", "--", "echo", "hello").code == 0)
            #expect(try await Self.curl(site, "/v1/leases/1/logs").body == "hello\n")
            #expect(try await Self.curl(site, "/v1/nowhere").status == 404)
            #expect(try await Self.curl(site, "/v1/requests/zero").status == 400)
            #expect(try await Self.curl(site, "/health").body == "ok\n")
        }
    }

    @Test("a reader of quiet logs that goes away is let go")
    func goneReader() async throws {
        try await Site.with { site async throws in
            let id = try await site.detach("--gpus", "0", "--", "sleep", "1000")
            try await site.untilState(id, "running")
            let server = try site.serverPID
            func sockets() -> Int {
                let links = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(server)/fd")) ?? []
                let targets = links.compactMap {
                    try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(server)/fd/\($0)")
                }
                return targets.count { $0.hasPrefix("socket:") }
            }
            let before = sockets()
            let readers = try (0..<8).map { _ in
                try ChildProcess([
                    "curl", "-sN", "--unix-socket", site.directory + "/carrel.sock",
                    "http://carrel/v1/leases/\(id)/logs?follow=1",
                ])
            }
            try await eventually("the readers are there") { sockets() >= before + 8 }
            for reader in readers { reader.kill(SIGKILL) }
            try await eventually("the readers are gone") { sockets() <= before }
        }
    }
}
