import Foundation
import Glibc
import Testing

/// GPUs that nobody uses, on the real program: people are warned, may keep them, and lose them at last.
@Suite("Idle return", .serialized)
struct IdleTests {
    /// Takes notices and writes each into a file.
    private final class Notices {
        let program = "/var/tmp/carrel-notices-\(UUID().uuidString.prefix(8)).sh"
        var log: String { program + ".log" }

        /// - Parameter hangs: it writes its number too and never ends, nor does what it starts.
        init(hangs: Bool = false) throws {
            let rest = hangs ? "trap '' TERM\necho $$ > \(log)\nsleep 1000 &\nsleep 1000\nsleep 1000\n" : ""
            try "#!/bin/sh\ncat >> \(log)\necho >> \(log)\n\(rest)".write(
                toFile: program, atomically: false, encoding: .utf8)
            chmod(program, 0o755)
            // Under root the server is another user.
            _ = FileManager.default.createFile(atPath: log, contents: nil)
            chmod(log, 0o666)
        }

        var all: [[String: Any]] {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").compactMap {
                try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            }
        }

        /// Of one that hangs; nil: it has not begun.
        var pid: pid_t? {
            (try? String(contentsOfFile: log, encoding: .utf8)).flatMap { pid_t($0.filter { $0 != "\n" }) }
        }

        func kinds(of lease: Int) -> [String] {
            all.filter { $0["lease"] as? Int == lease }.compactMap { $0["kind"] as? String }
        }

        func clear() {
            unlink(program)
            unlink(log)
        }
    }

    private static func with(
        _ policy: [String], hanging: Bool = false, _ body: (Site, ReturnTests.Machine, Notices) async throws -> Void
    ) async throws {
        guard geteuid() == 0 else { return print("skipped: device nodes for the tests can be made by root only") }
        let machine = try await ReturnTests.Machine(), site = try Site(simulate: nil), notices = try Notices(hangs: hanging)
        do {
            try await site.up(
                ["--idle-looks", "1s", "--notify", notices.program], environment: machine.environment)
            let timers = [
                "--idle-after", "3s", "--idle-warn-again", "3s", "--idle-release", "3s", "--idle-start-grace", "0",
            ]
            let set = try site.start(["policy", "--grace", "1s"] + timers + policy)
            try #require(await set.exitCode() == 0, "\(set.errors)")
            try await body(site, machine, notices)
        } catch {
            print("standard error of the server:\n\(site.launcher?.errors ?? "")")
            await site.clear()
            machine.clear()
            notices.clear()
            throw error
        }
        await site.clear()
        machine.clear()
        notices.clear()
    }

    private static func idle(_ id: Int, _ site: Site) async throws -> [String: Any]? {
        (try await site.json("show", "\(id)")["lease"] as? [String: Any])?["idle"] as? [String: Any]
    }

    @Test(
        "a lease that sits idle is warned, kept with one word, warned again and returned, with the evidence in its receipt")
    func returned() async throws {
        try await Self.with(["--idle-dry-run", "0", "--keep-for", "20s"]) { site, _, notices in
            let work = try site.start(["run", "--gpus", "2", "--", "sleep", "1000"])
            try await eventually("it runs") { try await site.carrel("show", "1").output.contains("running") }
            let next = try await site.detach("--gpus", "1", "--", "true")
            try await eventually("its user is told at once", within: 60) { work.errors.contains("carrel keep 1") }
            #expect(try await site.carrel("keep", "1").output.contains("does not count as idle"))
            let again = try await site.carrel("keep", "1")
            #expect(again.code != 0 && again.errors.contains("kept a short time ago"), "\(again.errors)")
            #expect(try await Self.idle(1, site)?["keptUntil"] != nil)
            let before = notices.kinds(of: 1).count
            try await eventually("it is warned again after it", within: 60) { notices.kinds(of: 1).count > before }
            #expect(try await site.carrel("show", "1").output.contains("not used"))
            #expect(await work.exitCode() == 122, "\(work.errors)")
            #expect(work.errors.contains("last warning"), "\(work.errors)")
            try await site.untilState(1, "closed")
            let receipt = try await site.json("receipt", "1")
            #expect(receipt["endedBy"] as? String == "idle", "\(receipt)")
            #expect((receipt["idleEvidence"] as? String)?.contains("was not used for") ?? false, "\(receipt)")
            #expect(try await site.carrel("receipt", "1").output.contains("because it was idle"))
            try await site.untilState(next, "closed")
            try await eventually("the program has had every notice", within: 30) {
                notices.kinds(of: 1).suffix(3) == ["warned", "warnedAgain", "released"]
            }
            #expect(notices.kinds(of: 1).first == "warned", "\(notices.all)")
            let report = try await site.json("report", "idle")
            #expect(report["released"] as? Int == 1, "\(report)")
            #expect(report["gpuSecondsWon"] as? Double ?? 0 > 3_600, "\(report)")
            #expect(try await site.carrel("report", "idle").output.contains("GPU hours won"))
        }
    }

    @Test("a program of notices that hangs ends with the server, and what it started too")
    func hangingProgram() async throws {
        try await Self.with(["--idle-dry-run", "0", "--keep-for", "1h"], hanging: true) { site, machine, notices in
            let idle = try await site.detach("--", "sleep", "1000")
            try await site.untilState(idle, "running")
            _ = try await site.detach("--gpus", "2", "--", "true")
            try await eventually("the program runs", within: 60) { notices.pid != nil }
            let group = try #require(notices.pid), launcher = try #require(site.launcher)
            #expect(kill(-group, 0) == 0)
            kill(launcher.pid, SIGTERM)
            try await eventually("the launcher ends", within: 30) { launcher.isOver }
            try await eventually("nothing of the program is left", within: 10) { kill(-group, 0) != 0 }
            try await site.up(["--idle-looks", "1s"], environment: machine.environment)
        }
    }

    @Test("one that is busy is left alone while its neighbour is returned")
    func busy() async throws {
        try await Self.with(["--idle-dry-run", "0"]) { site, machine, notices in
            let idle = try await site.detach("--", "sleep", "1000"), busy = try await site.detach("--", "sleep", "1000")
            for id in [idle, busy] { try await site.untilState(id, "running") }
            let held = try await site.json("show", "\(busy)")["lease"] as? [String: Any]
            let uuid = try #require(((held?["devices"] as? [[String: Any]])?.first)?["uuid"] as? String)
            try machine.set("gpu \(uuid.hasPrefix("GPU-1") ? 0 : 1) util", "90")
            let waiting = try await site.detach("--gpus", "2", "--", "true")
            try await eventually("the idle one is returned", within: 90) {
                try await site.json("show", "\(idle)")["endedBy"] as? String == "idle"
            }
            #expect(try await site.state(busy) == "running")
            #expect(try await site.state(waiting) == "waiting")
            #expect(notices.kinds(of: busy).allSatisfy { $0 != "warnedAgain" && $0 != "released" }, "\(notices.all)")
            let words = try await Self.idle(busy, site)?["words"] as? String
            #expect(words == "In use: the GPU's utilisation.", "\(words ?? "nothing")")
        }
    }

    @Test("the dry run reports and takes nothing, and a server that is killed forgets nothing that was said")
    func dryRun() async throws {
        try await Self.with([]) { site, _, notices in
            let idle = try await site.detach("--gpus", "2", "--", "sleep", "1000")
            try await site.untilState(idle, "running")
            _ = try await site.detach("--", "true")
            try await eventually("it is reported", within: 60) {
                try await site.json("report", "idle")["wouldBeReleased"] as? Int == 1
            }
            #expect(try await site.state(idle) == "running")
            let report = try await site.carrel("report", "idle").output
            #expect(report.contains("The dry run lasts until"), "\(report)")
            try await eventually("it is told to the program", within: 30) {
                notices.kinds(of: idle) == ["wouldBeReleased"]
            }
            kill(try site.serverPID, SIGKILL)
            try await eventually("the next server says the same", within: 60) {
                guard let shown = try? await Self.idle(idle, site) else { return false }
                return (shown["notice"] as? [String: Any])?["kind"] as? String == "wouldBeReleased"
            }
            #expect(try await site.state(idle) == "running")
        }
    }
}
