import Foundation
import Glibc
import Testing

/// What GPUs do, from the driver's stand-in to every screen.
@Suite("Telemetry", .serialized)
struct TelemetryTests {
    private static func top(_ site: Site) async throws -> [[String: Any]] {
        try await site.json("top")["devices"] as? [[String: Any]] ?? []
    }

    private static func metrics(_ site: Site) async throws -> String {
        let curl = try ChildProcess([
            "curl", "-s", "--max-time", "30", "--unix-socket", site.directory + "/carrel.sock", "http://localhost/metrics",
        ])
        #expect(await curl.exitCode() == 0, "apt-get install curl")
        return curl.output
    }

    private static func series(_ site: Site, _ path: String) async throws -> [[String: Any]] {
        let curl = try ChildProcess([
            "curl", "-s", "--max-time", "30", "--unix-socket", site.directory + "/carrel.sock", "http://localhost\(path)",
        ])
        #expect(await curl.exitCode() == 0, "apt-get install curl")
        let answer = try JSONSerialization.jsonObject(with: curl.outputBytes) as? [String: Any]
        return answer?["points"] as? [[String: Any]] ?? []
    }

    @Test("what a held GPU does is seen in top, in show and in the metrics, and minutes survive a killed server")
    func everywhere() async throws {
        try await ReturnTests.with { site, machine in
            let id = try await site.detach("--name", "training", "--", "sleep", "1000")
            try await site.untilState(id, "running")
            let held = try await site.json("show", "\(id)")["lease"] as? [String: Any]
            let uuid = try #require(((held?["devices"] as? [[String: Any]])?.first)?["uuid"] as? String)
            let index = uuid.hasPrefix("GPU-1") ? 0 : 1
            for (name, value) in [("util", "73"), ("used", "8589934592"), ("power", "412500"), ("temp", "66")] {
                try machine.set("gpu \(index) \(name)", value)
            }
            func seen() async throws -> [String: Any]? { try await Self.top(site).first { $0["uuid"] as? String == uuid } }
            try await eventually("top shows it") { try await seen()?["utilization"] as? Int == 73 }
            let device = try #require(try await seen())
            #expect(device["lease"] as? Int == id && device["name"] as? String == "training")
            #expect(device["memoryUsedBytes"] as? Int == 8_589_934_592 && device["powerWatts"] as? Double == 412.5)
            #expect(device["temperature"] as? Int == 66)
            let totals = try await site.json("top")["totals"] as? [String: Any]
            #expect(totals?["gpus"] as? Int == 2 && totals?["leased"] as? Int == 1 && totals?["free"] as? Int == 1)

            let metrics = try await Self.metrics(site)
            #expect(metrics.hasSuffix("# EOF\n"))
            let busy = metrics.split(separator: "\n").first { $0.hasPrefix("DCGM_FI_DEV_GPU_UTIL{") && $0.contains(uuid) }
            #expect(busy?.hasSuffix(" 73") ?? false, "\(metrics)")
            let holder = metrics.split(separator: "\n").first { $0.hasPrefix("carrel_lease_info{") }
            #expect(holder?.contains("lease=\"\(id)\",UUID=\"\(uuid)\"") ?? false, "\(metrics)")

            try await eventually("show draws it") {
                let shown = try await site.carrel("show", "\(id)", environment: ["LC_ALL": "C.UTF-8"]).output
                return shown.contains("73 % at most") && shown.contains { "▁▂▃▄▅▆▇█".contains($0) }
            }
            let plain = try await site.carrel("show", "\(id)", environment: ["LC_ALL": "C"]).output
            #expect(plain.utf8.allSatisfy { $0 < 128 } && plain.contains("73 % at most"), "\(plain)")

            let path = "/v1/leases/\(id)/telemetry?step=60"
            #expect(try await !Self.series(site, path).isEmpty)
            let server = try site.serverPID
            kill(server, SIGKILL)
            try await eventually("another server answers") {
                try site.serverPID != server && site.carrel("gpus").code == 0
            }
            let kept = try await Self.series(site, path)
            let peaks = kept.compactMap { ($0["utilization"] as? [String: Any])?["max"] as? Double }
            #expect(peaks.max() == 73, "\(kept)")
            #expect(try await !Self.series(site, "/v1/devices/\(uuid)/telemetry?step=60").isEmpty)

            _ = try await site.carrel("return", "\(id)")
            for (name, value) in [("util", "0"), ("used", "1048576")] { try machine.set("gpu \(index) \(name)", value) }
            try await site.untilState(id, "closed")
            #expect(try await !Self.series(site, path).isEmpty, "what a lease did stays after its end")
        }
    }

    @Test("a damaged file of telemetry keeps no server from starting")
    func damaged() async throws {
        let site = try Site()
        try FileManager.default.createDirectory(atPath: site.directory + "/server", withIntermediateDirectories: true)
        let path = site.directory + "/server/telemetry.sqlite"
        try Data(repeating: 0x5a, count: 8_192).write(to: URL(fileURLWithPath: path))
        try await site.up()
        let uuid = try #require(try await Self.top(site).first?["uuid"] as? String)
        try await eventually("it is begun anew") {
            try await !Self.series(site, "/v1/devices/\(uuid)/telemetry?step=60").isEmpty
        }
        #expect(FileManager.default.fileExists(atPath: path + ".damaged"))
        #expect(site.launcher?.errors.contains("begun anew") ?? false, "\(site.launcher?.errors ?? "")")
        await site.clear()
    }

    @Test("without a terminal top shows it once; a dash stands for what is not known")
    func once() async throws {
        try await Site.with(simulate: "a100:2") { site async throws in
            let shown = try await site.carrel("top")
            #expect(shown.code == 0 && shown.output.contains("2 GPUs: 2 free, 0 held"), "\(shown.output)")
            #expect(!shown.output.contains("\u{1B}"))
            let rows = try await site.carrel("top", "--csv").output.split(separator: "\r\n")
            #expect(rows.count == 3 && rows[0].hasPrefix("uuid,node,model"), "\(rows)")
            #expect(try await site.carrel("top", "--interval", "0s").code == 64)
        }
    }

    private static func terminal(
        _ site: Site, _ environment: [String: String] = [:], columns: UInt16 = 110
    ) throws -> PseudoTerminal {
        let variables = ["CARREL_DATA_DIR": site.directory, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"]
        return try PseudoTerminal(
            [CarrelBinary.path, "top", "--interval", "1s"], environment: variables.merging(environment) { $1 },
            columns: columns)
    }

    @Test("on a terminal it draws in place, follows its size, and leaves it as it was", arguments: ["q", "\u{03}"])
    func terminal(key: String) async throws {
        try await Site.with(simulate: "a100:2") { site async throws in
            let terminal = try Self.terminal(site)
            try await eventually("it draws") { terminal.text.contains("MODEL") && terminal.text.contains("2 free") }
            #expect(terminal.text.contains("\u{1B}[?1049h"))
            #expect(!terminal.isUsual)
            let id = try await site.detach("--name", "here", "--", "sleep", "600")
            try await eventually("it sees the lease") { terminal.text.contains("1 held") && terminal.text.contains("here") }
            terminal.forget()
            terminal.resize(rows: 10, columns: 40)
            try await eventually("it follows the size") {
                terminal.text.contains("1 held") && !terminal.text.contains("MODEL") && terminal.text.contains("WHO")
            }
            terminal.type(key)
            #expect(await terminal.exitCode() == 0)
            try await eventually("the screen is given back") { terminal.text.hasSuffix("\u{1B}[?25h\u{1B}[?1049l") }
            #expect(terminal.isUsual)
            await terminal.clear()
            _ = try await site.carrel("return", "\(id)")
        }
    }

    @Test("NO_COLOR leaves colours out, and a server that goes away is said, not the end")
    func quiet() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            let terminal = try Self.terminal(site, ["NO_COLOR": "1"])
            try await eventually("it draws") { terminal.text.contains("1 free") }
            #expect(!terminal.text.contains("\u{1B}[1m") && !terminal.text.contains("\u{1B}[7m"))
            await site.killLauncher(SIGTERM)
            try await eventually("it says so") { terminal.text.contains("no answer from the server") }
            try await site.up()
            terminal.forget()
            try await eventually("it goes on") {
                terminal.text.contains("1 free") && !terminal.text.contains("no answer from the server")
            }
            kill(terminal.pid, SIGTERM)
            #expect(await terminal.exitCode() == 0)
            #expect(terminal.isUsual)
            await terminal.clear()
        }
    }
}
