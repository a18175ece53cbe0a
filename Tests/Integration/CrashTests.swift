import Foundation
import Glibc
import Testing

/// `kill -9` of the real server and launcher while an attempt is starting, running or ending: it ran once, its output
/// and exit code arrive.
@Suite("Killed processes lose nothing")
struct CrashTests {
    enum Victim: String, CaseIterable, Sendable { case server, launcher, both }
    enum Moment: String, CaseIterable, Sendable { case starting, running, ending }

    static let cases = Victim.allCases.flatMap { victim in Moment.allCases.map { (victim, $0) } }

    @Test("the work goes on once", arguments: cases)
    func kill(_ victim: Victim, while moment: Moment) async throws {
        try await Site.with { site async throws in
            let marks = "/var/tmp/carrel-marks-\(UUID().uuidString)"
            defer { unlink(marks) }
            try #require(FileManager.default.createFile(atPath: marks, contents: nil))
            chmod(marks, 0o666)
            // Work that shall be asked to end doesn't do so by itself meanwhile, however slow the machine is.
            let steps = moment == .ending ? 6_000 : 20
            let script =
                "echo begun >> \(marks); echo first; trap 'sleep 1; echo asked; exit 5' TERM; i=0; while [ $i -lt \(steps) ]; do sleep 0.1; i=$((i+1)); done; echo last; exit 9"
            let id = try await site.detach("--gpus", "1", "--", "sh", "-c", script)
            if moment != .starting {
                try await eventually("it has begun") { try String(contentsOfFile: marks, encoding: .utf8).contains("begun") }
            }
            if moment == .ending { try await site.carrel("return", "\(id)") }
            try await Self.strike(victim, site)
            try await site.untilState(id, "closed")
            let view = try await site.json("show", "\(id)")
            let logs = try await site.carrel("logs", "\(id)").output
            let begun = try String(contentsOfFile: marks, encoding: .utf8)
            #expect(begun == "begun\n", "it ran once")
            switch moment {
            case .starting, .running:
                #expect(view["exitCode"] as? Int == 9)
                #expect(logs == "first\nlast\n")
            case .ending:
                #expect(view["exitCode"] as? Int == 5)
                #expect(view["endedBy"] as? String == "returned")
                #expect(logs == "first\nasked\n")
            }
            let all = try await site.json("ps", "--all")["requests"] as? [[String: Any]] ?? []
            #expect(all.first { $0["id"] as? Int == id }?["exitCode"] is Int)
            #expect(try await site.carrel("doctor", "--deep").code == 0)
        }
    }

    private static func strike(_ victim: Victim, _ site: Site) async throws {
        switch victim {
        case .server: Glibc.kill(try site.serverPID, SIGKILL)
        case .launcher:
            await site.killLauncher()
            try await site.up()
        case .both:
            let server = try site.serverPID
            site.launcher?.kill(SIGKILL)
            Glibc.kill(server, SIGKILL)
            await site.killLauncher()
            try await site.up()
        }
    }

    @Test("a client that follows the work comes back to a server that was killed")
    func client() async throws {
        try await Site.with { site async throws in
            let client = try site.start(["run", "--", "sh", "-c", "echo one; sleep 2; echo two; exit 4"])
            try await eventually("it has begun") { client.output.contains("one") }
            Glibc.kill(try site.serverPID, SIGKILL)
            #expect(await client.exitCode() == 4)
            #expect(client.output == "one\ntwo\n")
        }
    }

    @Test("a client that is killed ends nothing; attach comes back")
    func attach() async throws {
        try await Site.with { site async throws in
            let client = try site.start(["run", "--", "sh", "-c", "echo one; sleep 2; echo two; exit 4"])
            try await eventually("it has begun") { client.output.contains("one") }
            client.kill(SIGKILL)
            let back = try await site.carrel("attach", "1")
            #expect(back.code == 4)
            #expect(back.output == "one\ntwo\n")
        }
    }
}
