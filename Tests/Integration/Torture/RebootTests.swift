import Foundation
import Glibc
import Testing

/// What a machine does to Carrel: it reboots, its clock is set, its disk ends in the middle of a write.
@Suite("The machine's mishaps")
struct RebootTests {
    private static let user: UInt32? = geteuid() == 0 ? UserTests.alice : nil

    private static func with(_ body: (Site, CrashShim) async throws -> Void) async throws {
        let site = try Site(simulate: "a100:1", user: user)
        let shim = try await CrashShim(folder: site.directory)
        do {
            try await site.up(environment: shim.environment)
            try await body(site, shim)
        } catch {
            await site.clear()
            throw error
        }
        await site.clear()
    }

    /// Every process of the machine that is Carrel's or the work's ends at once.
    private static func powerCut(_ site: Site, mark: String) async throws {
        let work = ProcessTable.work(mark: mark)
        let server = try site.serverPID
        site.launcher?.kill(SIGKILL)
        Glibc.kill(server, SIGKILL)
        for process in work {
            guard let sandbox = ProcessTable.sandbox(of: process) else { continue }
            Glibc.kill(sandbox.initial.pid, SIGKILL)
            if let monitor = sandbox.monitor { Glibc.kill(monitor.pid, SIGKILL) }
        }
        await site.killLauncher()
        try await eventually("nothing is left") { ProcessTable.work(mark: mark).isEmpty }
    }

    @Test("after a reboot, work that ran is lost with its machine, and what waited begins")
    func reboot() async throws {
        try await Self.with { site, shim in
            let mark = "TORTURE=reboot-\(getpid())"
            func detach(_ script: String) async throws -> Int {
                let client = try site.start(
                    ["run", "--detach", "--", "sh", "-c", script], environment: ["TORTURE": "reboot-\(getpid())"])
                _ = await client.exitCode()
                return try #require(Int(client.output.trimmingCharacters(in: .whitespacesAndNewlines)), "\(client.errors)")
            }
            let over = try await detach("exit 3")
            try await site.untilState(over, "closed")
            let running = try await detach("echo first; sleep 600")
            try await site.untilState(running, "running")
            try await eventually("it runs") { !ProcessTable.work(mark: mark).isEmpty }
            let waiting = try await detach("exit 4")
            try await Self.powerCut(site, mark: mark)
            try shim.reboot()
            try await site.up()
            try await site.untilState(waiting, "closed")
            let lost = try await site.json("show", "\(running)")
            #expect(lost["exitCode"] as? Int == 120)
            #expect(lost["endedBy"] as? String == "nodeLost")
            #expect(try await site.carrel("logs", "\(running)").output == "first\n")
            #expect(try await site.json("show", "\(over)")["exitCode"] as? Int == 3)
            #expect(try await site.json("show", "\(waiting)")["exitCode"] as? Int == 4)
            #expect(try await site.carrel("doctor", "--deep").code == 0)
        }
    }

    @Test("the wall clock set back or forward ends no lease early or late", arguments: [-86_400_000, 30 * 86_400_000])
    func clock(offset: Int64) async throws {
        try await Self.with { site, shim in
            let long = try await site.detach("--gpus", "0", "--cpus", "0.1", "--time", "1h", "--", "sleep", "600")
            let short = try await site.detach("--cpus", "0.1", "--time", "6s", "--", "sleep", "600")
            try await eventually("it has its device") { try await site.state(short) != "waiting" }
            shim[.wallOffset] = offset
            try await site.untilState(short, "closed")
            #expect(try await site.json("show", "\(short)")["exitCode"] as? Int == 121)
            #expect(try await site.state(long) == "running")
            #expect(try await site.carrel("doctor").output.contains("clock"))
            // The next server finds the leases as they were, whatever the wall clock says.
            Glibc.kill(try site.serverPID, SIGKILL)
            try await eventually("the server is back") { (try? await site.state(long)) == "running" }
            #expect(try await site.carrel("run", "--cpus", "0.1", "--", "sh", "-c", "exit 6").code == 6)
            #expect(try await site.carrel("doctor", "--deep").code == 0)
        }
    }

    @Test("a write that a power cut tore apart is as if it had never begun", arguments: [1, 24, 4_095, 4_120, 9_000])
    func torn(bytes: Int) async throws {
        try await Self.with { site, _ in
            #expect(try await site.carrel("run", "--", "sh", "-c", "exit 5").code == 5)
            let server = try site.serverPID
            site.launcher?.kill(SIGKILL)
            Glibc.kill(server, SIGKILL)
            await site.killLauncher()
            let log = site.directory + "/server/ledger.sqlite-wal"
            let whole = try #require(FileManager.default.contents(atPath: log))
            try #require(whole.count > 32 + 4_120)
            // As far as it came of a batch that would have followed: frames as those before it, cut off.
            let torn = whole[32...].prefix(bytes)
            let file = try #require(FileHandle(forUpdatingAtPath: log))
            try file.seekToEnd()
            try file.write(contentsOf: torn)
            try file.close()
            try await site.up()
            #expect(try await site.json("show", "1")["exitCode"] as? Int == 5)
            #expect(try await site.carrel("doctor", "--deep").code == 0)
            #expect(try await site.carrel("run", "--cpus", "0.1", "--", "sh", "-c", "exit 6").code == 6)
        }
    }
}
