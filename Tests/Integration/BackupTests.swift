import Foundation
import Glibc
import Testing

/// `carrel backup`, `restore`, `export` and `doctor --repair` on the real binary.
@Suite("The ledger kept elsewhere")
struct BackupTests {
    private static func scratch() throws -> String {
        let folder = "/var/tmp/carrel-backup-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test("a backup taken while work comes and goes restores to the same ledger, and numbers go on")
    func backup() async throws {
        let scratch = try Self.scratch(), file = scratch + "/ledger.backup"
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        try await Site.with { site async throws in
            #expect(try await site.carrel("run", "--name", "first", "--", "sh", "-c", "exit 3").code == 3)
            try await site.carrel("team", "set", "vision", "--add", "alice")
            let load = try (0..<8).map { _ in try site.start(["run", "--gpus", "0", "--", "true"]) }
            let taken = try await site.carrel("backup", file)
            #expect(taken.code == 0, "\(taken.errors)")
            for client in load { #expect(await client.exitCode() == 0) }
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let again = try await site.carrel("backup", file)
            #expect(again.code == 73 && again.errors.contains("--replace"), "\(again.errors)")

            // Something that the backup doesn't know, still running.
            let later = try await site.detach("--gpus", "0", "--", "sleep", "600")
            try await site.untilState(later, "running")
            let busy = try await site.carrel("restore", file, "--replace")
            #expect(busy.code == 1 && busy.errors.contains("already running"), "\(busy.errors)")
            await site.killLauncher(SIGTERM)
            let unasked = try await site.carrel("restore", file)
            #expect(unasked.code == 1 && unasked.errors.contains("--replace"), "\(unasked.errors)")
            let restored = try await site.carrel("restore", file, "--replace")
            #expect(restored.code == 0, "\(restored.errors)")
            let aside = "\(site.directory)/server/ledger.sqlite.replaced-1"
            #expect(restored.output.contains("is kept as \(aside)"), "\(restored.output)")
            let hasLog = FileManager.default.fileExists(atPath: aside + "-wal")
            #expect(restored.output.contains("with \(aside)-wal beside it") == hasLog, "\(restored.output)")
            try await site.up()
            #expect(try await site.json("show", "1")["exitCode"] as? Int == 3)
            #expect(try await site.carrel("team").output.contains("vision"))
            // Its lease is not in the ledger any more: nobody holds a right to run it.
            try await eventually("the work that the backup doesn't know has ended") {
                (try? FileManager.default.contentsOfDirectory(atPath: site.directory + "/attempts"))?.isEmpty ?? false
            }
            let next = try await site.detach("--gpus", "0", "--", "true")
            #expect(next == later + 1)
            #expect(try await site.carrel("doctor", "--deep").code == 0)
        }
    }

    @Test("a backup replaces ordinary files only, and nothing that lies beside it")
    func replacing() async throws {
        let scratch = try Self.scratch(), file = scratch + "/ledger.backup"
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        try await Site.with { site async throws in
            try "mine".write(toFile: file + ".part", atomically: false, encoding: .utf8)
            try "old".write(toFile: file, atomically: false, encoding: .utf8)
            try FileManager.default.createSymbolicLink(atPath: scratch + "/link", withDestinationPath: file)
            let link = try await site.carrel("backup", scratch + "/link", "--replace")
            #expect(link.code == 73 && link.errors.contains("no ordinary file"), "\(link.errors)")
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "old")
            #expect(mkfifo(scratch + "/pipe", 0o600) == 0)
            #expect(try await site.carrel("backup", scratch + "/pipe", "--replace").code == 73)
            for _ in 1...2 { #expect(try await site.carrel("backup", file, "--replace").code == 0) }
            #expect(try String(contentsOfFile: file + ".part", encoding: .utf8) == "mine")
            let names = try FileManager.default.contentsOfDirectory(atPath: scratch).sorted()
            #expect(names == ["ledger.backup", "ledger.backup.part", "link", "pipe"])
        }
    }

    @Test("a ledger restored under work that ignores signals grants its device only when it is gone, and runs nothing twice")
    func underWork() async throws {
        let scratch = try Self.scratch(), file = scratch + "/ledger.backup"
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        try await Site.with(simulate: "a100:1") { site async throws in
            let deaf = ["--gpus", "1", "--", "sh", "-c", "trap '' TERM INT HUP; while :; do sleep 1; done"]
            try await site.carrel("policy", "--grace", "0")
            let first = try await site.detach(deaf[0], deaf[1], deaf[2], deaf[3], deaf[4], deaf[5])
            try await site.untilState(first, "running")
            let second = try await site.detach(deaf[0], deaf[1], deaf[2], deaf[3], deaf[4], deaf[5])
            #expect(try await site.carrel("backup", file).code == 0)
            try await site.carrel("return", "\(first)")
            try await site.untilState(second, "running")
            await site.killLauncher(SIGTERM)
            let restored = try await site.carrel("restore", file, "--replace")
            #expect(
                restored.code == 0 && restored.output.contains("requests \(second)"), "\(restored.output + restored.errors)")
            try await site.up()
            let next = try await site.detach("--gpus", "1", "--", "true")
            #expect(next == second + 1)
            try await site.untilState(next, "closed")
            #expect(try await site.json("show", "\(second)")["exitCode"] as? Int == 118)
            #expect(try await site.state(second) == "refused")
            #expect(try await site.json("show", "\(first)")["exitCode"] as? Int == 118)
            let events = try await site.carrel("export").output.split(separator: "\n").map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
            func place(_ kind: String, _ request: Int? = nil) throws -> Int {
                try #require(
                    events.lastIndex { event in
                        event["kind"] as? String == kind && (request == nil || event["request"] as? Int == request)
                    }, "\(kind)")
            }
            let granted = try place("leaseGranted", next)
            #expect(try place("ledgerRestored") < place("devicesFrozen", second))
            #expect(try place("devicesFrozen", second) < place("devicesThawed", second))
            #expect(try place("devicesThawed", second) < granted && place("leaseClosed", first) < granted)
            let past = try await site.carrel("export", "--after", "\(events.count + 1)")
            #expect(past.code == 1 && past.errors.contains("newest event"), "\(past.errors)")
        }
    }

    @Test("no empty ledger is made where attempts tell that there was one")
    func noLedger() async throws {
        try await Site.with { site async throws in
            #expect(try await site.carrel("run", "--", "true").code == 0)
            await site.killLauncher(SIGTERM)
            let server = site.directory + "/server"
            let kept = server + "/kept-elsewhere"
            try FileManager.default.moveItem(atPath: server + "/ledger.sqlite", toPath: kept)
            let started = try site.start(["up", "--data-dir", site.directory, "--listen", "none", "--simulate", "a100:1"])
            #expect(await started.exitCode() != 0)
            #expect(started.errors.contains("tells that there was one"), "\(started.errors)")
            #expect(!FileManager.default.fileExists(atPath: server + "/ledger.sqlite"))
            try FileManager.default.moveItem(atPath: kept, toPath: server + "/ledger.sqlite")
            try await site.up()
            #expect(try await site.state(1) == "closed")
        }
    }

    @Test("what is no backup is refused in words and changes nothing")
    func noBackup() async throws {
        let scratch = try Self.scratch()
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        try await Site.with { site async throws in
            #expect(try await site.carrel("run", "--", "true").code == 0)
            await site.killLauncher(SIGTERM)
            let missing = try await site.carrel("restore", scratch + "/none", "--replace")
            #expect(missing.code == 66 && missing.errors.contains("can't be read"), "\(missing.errors)")
            try "hello".write(toFile: scratch + "/text", atomically: true, encoding: .utf8)
            let text = try await site.carrel("restore", scratch + "/text", "--replace")
            #expect(text.code == 1, "exit \(text.code)")
            #expect(text.errors.contains("Nothing was changed") || text.errors.contains("damaged"), "\(text.errors)")
            try await site.up()
            #expect(try await site.state(1) == "closed")
        }
    }

    @Test("the export has every event once, in order, as JSON")
    func export() async throws {
        let scratch = try Self.scratch()
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        try await Site.with { site async throws in
            for id in 1...3 {
                #expect(try await site.carrel("run", "--", "true").code == 0)
                try await site.untilState(id, "closed")
            }
            let written = try await site.carrel("export", scratch + "/events")
            #expect(written.code == 0 && written.output.isEmpty)
            let text = try String(contentsOfFile: scratch + "/events", encoding: .utf8)
            let events = try text.split(separator: "\n").map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
            #expect(events.compactMap { $0["sequence"] as? Int } == Array(1...events.count))
            #expect(events.filter { $0["kind"] as? String == "leaseClosed" }.count == 3)
            #expect(events.allSatisfy { ($0["at"] as? String)?.hasSuffix("Z") == true && $0["body"] is [String: Any] })
            #expect(
                written.errors.hasPrefix("carrel: wrote \(events.count) events to \(scratch)/events ("), "\(written.errors)")
            let rest = try await site.carrel("export", "--after", "\(events.count - 2)")
            #expect(rest.output.split(separator: "\n").count == 2)
            #expect(try await site.carrel("export", "--after", "-1").code == 64)
        }
    }

    @Test("only administrators take the ledger with them", .enabled(if: geteuid() == 0, "acting as other users needs root"))
    func strangers() async throws {
        try await Site.with { site async throws in
            for command in [["backup", "-"], ["export"]] {
                let stranger = try site.start(command, as: UserTests.alice)
                #expect(await stranger.exitCode() == 1)
                #expect(stranger.output.isEmpty && stranger.errors.contains("administrators"), "\(stranger.errors)")
            }
        }
    }

    @Test("doctor --repair mends what follows from the log, and asks for a stopped server")
    func repair() async throws {
        try await Site.with { site async throws in
            #expect(try await site.carrel("run", "--", "sh", "-c", "exit 3").code == 3)
            let busy = try await site.carrel("doctor", "--repair")
            #expect(busy.code == 1 && busy.errors.contains("already running"), "\(busy.errors)")
            await site.killLauncher(SIGTERM)
            let database = site.directory + "/server/ledger.sqlite"
            let harm = try ChildProcess(["sqlite3", database, "DELETE FROM ended"])
            #expect(await harm.exitCode() == 0, "apt-get install sqlite3 — \(harm.errors)")
            let mended = try await site.carrel("doctor", "--repair")
            #expect(
                mended.code == 0 && mended.output.contains("records of what is over anew, from the log: 1 request."),
                "\(mended.output)\(mended.errors)")
            #expect(try await site.carrel("doctor", "--repair").output == "Nothing needed mending.\n")
            chmod(site.directory + "/logs", 0o755)
            chmod(database, 0o644)
            let rights = try await site.json("doctor", "--repair")
            let sentences = (rights["repairs"] as? [[String: String]])?.compactMap { $0["words"] } ?? []
            #expect(
                sentences == [
                    "Gave the folder \(site.directory)/logs the permissions 700; they were 755.",
                    "Gave the ledger the permissions 600; they were 644.",
                ], "\(rights)")
            #expect(rights["words"] as? String == "The ledger is sound; no event was lost.")
            #expect(try await site.json("doctor", "--repair")["words"] as? String == "Nothing needed mending.")
            try await site.up()
            #expect(try await site.json("show", "1")["exitCode"] as? Int == 3)
            #expect(try await site.carrel("doctor", "--deep").code == 0)
        }
    }
}
