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

    /// Of all points: what lies between two looks is shared out to the minutes that it touches.
    private static func joules(_ site: Site, _ path: String) async throws -> Double {
        try await series(site, path).reduce(0) { $0 + ($1["energyJoules"] as? Double ?? 0) }
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
            // A look may fall between two of the values above: wait for all four.
            try await eventually("top shows it") {
                let now = try await seen()
                return now?["utilization"] as? Int == 73 && now?["memoryUsedBytes"] as? Int == 8_589_934_592
                    && now?["powerWatts"] as? Double == 412.5 && now?["temperature"] as? Int == 66
            }
            let device = try #require(try await seen())
            #expect(device["lease"] as? Int == id && device["name"] as? String == "training")
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
            let line = plain.split(separator: "\n").first { $0.hasPrefix("used ") } ?? ""
            #expect(line.utf8.allSatisfy { $0 < 128 } && line.contains("73 % at most"), "\(plain)")

            let path = "/v1/leases/\(id)/telemetry?step=60"
            #expect(try await !Self.series(site, path).isEmpty)
            let server = try site.serverPID
            kill(server, SIGKILL)
            try await eventually("another server answers") {
                guard let now = try? site.serverPID, now != server else { return false }
                return try await site.carrel("gpus").code == 0
            }
            let kept = try await Self.series(site, path)
            let peaks = kept.compactMap { ($0["utilization"] as? [String: Any])?["max"] as? Double }
            #expect(peaks.max() == 73, "\(kept)")
            #expect(try await !Self.series(site, "/v1/devices/\(uuid)/telemetry?step=60").isEmpty)

            #expect(try await site.carrel("policy", "--electricity-price", "0.30", "--currency", "eur").code == 0)
            // 1.5 kWh more than at the start.
            try machine.set("gpu \(index) energy", "5401000000")
            try await eventually("the counter is seen") {
                try await Self.joules(site, path) > 5_000_000
            }
            _ = try await site.carrel("return", "\(id)")
            for (name, value) in [("util", "0"), ("used", "1048576")] { try machine.set("gpu \(index) \(name)", value) }
            try await site.untilState(id, "closed")
            #expect(try await !Self.series(site, path).isEmpty, "what a lease did stays after its end")
            let receipt = try await site.json("receipt", "\(id)")
            let cost = receipt["energyCost"] as? [String: Any]
            #expect(cost?["amount"] as? Double == 0.45 && cost?["currency"] as? String == "EUR", "\(receipt)")
            let energy = receipt["energy"] as? String ?? ""
            #expect(energy.hasPrefix("1.50 kWh, by the GPU's counter, ") && energy.hasSuffix("; 0.45 EUR"), "\(energy)")
            #expect(try await site.carrel("show", "\(id)").output.contains("0.45 EUR"))
            let report = try await site.carrel("report", "energy").output
            #expect(report.contains("1.50 kWh") && report.contains("0.45 EUR"), "\(report)")
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

    @Test("work says how far it is, its receipt tells the energy of a step, and nothing that it writes there does harm")
    func progress() async throws {
        try await ReturnTests.with { site, machine in
            let nasty = """
                p=$CARREL_PROGRESS; echo 'step=120 of=1000 samples=7680' > $p
                until [ -e go ]; do sleep 0.1; done
                rm $p; ln -sf /etc/passwd $p; mkfifo $p; mv /etc/hostname $p; chmod 0 $p
                head -c 3000000 /dev/urandom > $p; truncate -s 100G $p; touch done
                until [ -e on ]; do sleep 0.1; done
                chmod 600 $p; echo '{"step": 500, "of": 1000, "samples": 32000}' > $p; sleep 1000
                """
            let folder = "/var/tmp/carrel-progress-\(UUID().uuidString.prefix(8))"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            chmod(folder, 0o777)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let start = try await site.carrel("run", "--detach", "--", "sh", "-c", nasty, in: folder)
            #expect(start.code == 0, "\(start.errors)")
            func percent() async throws -> Int? {
                (try await site.json("show", "1")["progress"] as? [String: Any])?["percent"] as? Int
            }
            try await eventually("12 %") { try await percent() == 12 }
            #expect(try await site.carrel("ps").output.contains("running 12 %"))
            #expect(try await site.carrel("show", "1").output.contains("step 120 of 1000, 7680 samples"))
            #expect(try await Self.top(site).contains { $0["progressPercent"] as? Int == 12 })
            // The same by the API; what the file said before doesn't come back.
            func say(_ body: String) async throws -> Int {
                try await HTTPTests.curl(site, "/v1/leases/1/progress", HTTPTests.post(""), input: body).status
            }
            for _ in 0..<2 { #expect(try await say(#"{"step": 300, "steps": 1000, "samples": 19200}"#) == 200) }
            for bad in [#"{"steps": 1000}"#, #"{"step": -1}"#, #"{"samples": 9007199254740993}"#] {
                #expect((400...422).contains(try await say(bad)), "\(bad)")
            }
            try await Task.sleep(for: .seconds(6))
            #expect(try await percent() == 30)
            #expect(FileManager.default.createFile(atPath: folder + "/go", contents: nil))
            try await eventually("it did its worst") { FileManager.default.fileExists(atPath: folder + "/done") }
            let file = site.directory + "/attempts/1/1/progress"
            try await eventually("the file is emptied") {
                (try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? .max) <= 1 << 20
            }
            #expect(try FileManager.default.attributesOfItem(atPath: file)[.type] as? FileAttributeType == .typeRegular)
            #expect(FileManager.default.createFile(atPath: folder + "/on", contents: nil))
            try await eventually("50 %") { try await percent() == 50 }
            let held = try await site.json("show", "1")["lease"] as? [String: Any]
            let uuid = try #require(((held?["devices"] as? [[String: Any]])?.first)?["uuid"] as? String)
            let index = uuid.hasPrefix("GPU-1") ? 0 : 1
            try machine.set("gpu \(index) energy", "17000000")
            // What is between the last look and the end is shared out by time.
            try await eventually("the counter is seen") {
                try await Self.joules(site, "/v1/leases/1/telemetry?step=60") > 15_000
            }
            _ = try await site.carrel("return", "1")
            try await site.untilState(1, "closed")
            let receipt = try await site.json("receipt", "1")
            #expect((receipt["progress"] as? [String: Any])?["step"] as? Int == 500, "\(receipt)")
            // 16 kJ more than at the start.
            #expect(receipt["energyPerStepJoules"] as? Double == 32, "\(receipt)")
            #expect(receipt["energyPerSampleJoules"] as? Double == 0.5, "\(receipt)")
        }
    }

    private static func terminal(
        _ site: Site, _ environment: [String: String] = [:], columns: UInt16 = 170
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
