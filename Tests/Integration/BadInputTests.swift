import Foundation
import Glibc
import Testing

@Suite("Bad input gets a clear answer and loses nothing")
struct BadInputTests {
    @Test("requests that can't be met or understood")
    func requests() async throws {
        try await Site.with { site async throws in
            let rows: [(arguments: [String], code: Int32, words: String)] = [
                (["--gpus", "b300:1"], 119, "matches"),
                (["--gpus", "9"], 119, "the most on one is 4"),
                (["--gpus", "999999999999"], 64, "no number of GPUs"),
                (["--gpus=-1"], 64, "can't be asked for"),
                (["--gpus", "a100:x"], 64, "no number of GPUs"),
                (["--gpus", "900GB.."], 119, "of memory"),
                (["--gpus", "80GB..24GB"], 64, "nothing in it"),
                (["--time", "soon"], 64, "is no time"),
                (["--time", "0s"], 64, "more than 0"),
                (["--time", "400d"], 119, "longer than the policy"),
                (["--cpus", "many"], 64, "no number of cores"),
                (["--cpus", "100000"], 119, "cores"),
                (["--memory", "lots"], 64, "no amount of memory"),
                (["--memory", "900TB"], 119, "memory"),
                (["--memory", "32"], 64, "too little"),
                (["--name", ""], 64, "name"),
            ]
            for row in rows {
                let process = try site.start(["run"] + row.arguments + ["--", "true"])
                #expect(await process.exitCode() == row.code, "\(row.arguments): \(process.errors)")
                #expect(process.errors.contains(row.words), "\(row.arguments): \(process.errors)")
            }
            #expect(try await site.carrel("run", "--", "true").code == 0)
        }
    }

    @Test("programs and folders that are not there")
    func programs() async throws {
        try await Site.with { site async throws in
            let missing = try await site.carrel("run", "--", "no-such-program-here")
            #expect(missing.code == 127)
            #expect(missing.errors.contains("no command no-such-program-here"))
            let folder = try await site.carrel("run", "--", "/etc")
            #expect(folder.code == 126)
            let gone = "/var/tmp/carrel-gone-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: gone, withIntermediateDirectories: true)
            let holder = try await site.detach("--gpus", "4", "--", "sleep", "600")
            try await site.untilState(holder, "running")
            let later = try site.start(["run", "--gpus", "4", "--", "true"], in: gone)
            try await eventually("it waits") { (try await site.json("queue")["requests"] as? [Any])?.count == 1 }
            try FileManager.default.removeItem(atPath: gone)
            #expect(try await site.carrel("return", "\(holder)").code == 0)
            #expect(await later.exitCode() == 126)
            #expect(later.errors.contains("is not there any more"))
        }
    }

    @Test("unknown verbs, numbers and options")
    func commands() async throws {
        try await Site.with { site async throws in
            // To an administrator, who would be told to ask one.
            #expect(try await site.carrel("data").output.contains("no data sets yet. Make one"))
            #expect(try await site.carrel("fly").code == 64)
            let show = try await site.carrel("show", "99")
            #expect(show.code == 1)
            #expect(show.errors.contains("no request 99"))
            #expect(try await site.carrel("show", "-5").code != 0)
            #expect(try await site.carrel("run").errors.contains("no program to run"))
            let typo = try await site.carrel("run", "--gpu", "1", "--", "true")
            #expect(typo.code == 64)
            #expect(typo.errors.contains("Unknown option '--gpu'"))
            let twice = try await site.carrel("return", "99")
            #expect(twice.code == 1)
        }
    }

    @Test("output without newlines, and more than a gigabyte of it in all runs")
    func output() async throws {
        try await Site.with { site async throws in
            let plain = try site.start(["run", "--gpus", "0", "--", "head", "-c", "3000000", "/dev/zero"])
            #expect(await plain.exitCode() == 0)
            #expect(plain.outputBytes.count == 3_000_000)
            #expect(plain.outputBytes.allSatisfy { $0 == 0 })
        }
    }

    @Test("a log of a gigabyte keeps its first and its last part and says what is missing")
    func hugeOutput() async throws {
        try await Site.with(options: ["--log-keep", "16MiB"]) { site async throws in
            let script = "echo head; head -c 1000000000 /dev/zero | tr '\\0' x; echo; echo tail; sleep 3"
            let id = try await site.detach("--gpus", "0", "--", "sh", "-c", script)
            try await site.untilState(id, "closed")
            let logs = try site.start(["logs", "\(id)"])
            #expect(await logs.exitCode() == 0)
            let bytes = logs.outputBytes
            #expect(bytes.starts(with: Data("head\n".utf8)))
            #expect(bytes.suffix(5) == Data("tail\n".utf8))
            #expect(bytes.count < 200_000_000)
            #expect(logs.errors.contains("bytes are not kept"))
        }
    }

    @Test("two servers on one data directory, and a socket file left behind")
    func twoServers() async throws {
        try await Site.with { site async throws in
            let second = try site.start(["up", "--data-dir", site.directory, "--listen", "none"])
            #expect(await second.exitCode() == 75)
            #expect(second.errors.contains("already running"))
            #expect(try await site.carrel("run", "--", "true").code == 0)
            await site.killLauncher()
            #expect(FileManager.default.fileExists(atPath: site.directory + "/carrel.sock"))
            try await site.up()
            #expect(try await site.carrel("run", "--", "true").code == 0)
        }
    }

    @Test("no server, and a folder that can't hold one")
    func noServer() async throws {
        let site = try Site()
        let outcome = try await site.carrel("gpus")
        #expect(outcome.code == 69)
        #expect(outcome.errors.contains("carrel up"))
        #expect(try await site.carrel("attach", "1").code == 69)
        #expect(try await site.carrel("run", "--help").output.contains("Run a program on a checked-out GPU"))
        try? FileManager.default.removeItem(atPath: site.directory)
        #expect(FileManager.default.createFile(atPath: site.directory, contents: Data()))
        let up = try site.start(["up", "--data-dir", site.directory, "--listen", "none"])
        #expect(await up.exitCode() == 78)
        #expect(up.errors.contains("can't be used"))
        try? FileManager.default.removeItem(atPath: site.directory)
    }

    @Test("a server that was killed is tried for a while, which is said; a folder that is not there is not")
    func unanswered() async throws {
        try await Site.with { site async throws in
            await site.killLauncher()
            let client = try site.start(["gpus"])
            try await eventually("the trying is said") { client.errors.contains("\n") }
            #expect(
                client.errors.hasPrefix("carrel: no server answers at \(site.directory)/carrel.sock; trying for another "))
            #expect(await client.exitCode() == 69)
            #expect(client.errors.contains("No Carrel server answers at"), "\(client.errors)")
            let nowhere = try await site.carrel("gpus", "--data-dir", site.directory + "/none")
            #expect(nowhere.code == 69 && !nowhere.errors.contains("trying"), "\(nowhere.errors)")
        }
    }

    @Test(
        "options of up that can't be met",
        arguments: [
            (["--simulate", "warpdrive:2"], "warpdrive"), (["--simulate", "a100:0"], "0"),
            (["--listen", "0.0.0.0:80"], "not encrypted"),
            (["--listen", "nowhere"], "no address"),
        ])
    func upOptions(_ options: [String], words: String) async throws {
        let site = try Site()
        defer { try? FileManager.default.removeItem(atPath: site.directory) }
        let process = try site.start(["up", "--data-dir", site.directory] + options)
        let code = await process.exitCode()
        #expect(code != 0 && code != nil)
        #expect(process.errors.contains(words), "\(process.errors)")
    }

    @Test("a port that somebody has is told with its address, who may have it and what to do")
    func takenPort() async throws {
        let first = try Site(), second = try Site()
        let holder = try first.start(["up", "--data-dir", first.directory, "--listen", "127.0.0.1:0"])
        try await eventually("ready") { holder.output.contains("ready\n") }
        let port = try #require(holder.output.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)/)).output.1
        let late = try second.start(["up", "--data-dir", second.directory, "--listen", "127.0.0.1:\(port)"])
        #expect(await late.exitCode() == 78)
        for words in ["can't listen on 127.0.0.1:\(port): another program", "sport = :\(port)", "--listen :0"] {
            #expect(late.errors.contains(words), "\(late.errors)")
        }
        #expect(!late.errors.contains("errno") && !late.errors.contains("bind("), "\(late.errors)")
        holder.kill(SIGTERM)
        #expect(await holder.exitCode() == 0)
        // Whoever ends it is told what goes on.
        #expect(holder.errors.contains("ending; nothing runs"), "\(holder.errors)")
        for site in [first, second] { try? FileManager.default.removeItem(atPath: site.directory) }
    }

    @Test("a data directory of a newer version is refused and left as it is")
    func newerVersion() async throws {
        let site = try Site()
        try await site.up()
        #expect(try await site.carrel("run", "--", "true").code == 0)
        await site.killLauncher(SIGTERM)
        let database = site.directory + "/server/ledger.sqlite"
        let change = try ChildProcess(["sqlite3", database, "PRAGMA user_version = 999"])
        #expect(await change.exitCode() == 0, "\(change.errors)")
        let up = try site.start(["up", "--data-dir", site.directory, "--listen", "none"])
        #expect(await up.exitCode() == 78)
        #expect(up.errors.contains("format 999"), "\(up.errors)")
        let back = try ChildProcess(["sqlite3", database, "PRAGMA user_version = 1"])
        #expect(await back.exitCode() == 0)
        try await site.up()
        #expect(try await site.json("show", "1")["exitCode"] as? Int == 0)
        await site.clear()
    }

    @Test(
        "a data directory that the server's user can't reach is told so, and nothing is made", .enabled(if: geteuid() == 0))
    func unreachable() async throws {
        let folder = "/var/tmp/carrel-closed-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { rmdir(folder) }
        let process = try ChildProcess([CarrelBinary.path, "up", "--data-dir", folder + "/data", "--listen", "none"])
        #expect(await process.exitCode() == 78)
        #expect(process.errors.contains("can't enter \(folder)"), "\(process.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }
}
