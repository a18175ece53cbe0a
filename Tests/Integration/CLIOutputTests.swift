import Foundation
import Testing

/// What the verbs print: data for programs, words for people.
@Suite("What the command line prints")
struct CLIOutputTests {
    /// Rows of a text by RFC 4180.
    static func rows(_ text: String) -> [[String]] {
        var rows: [[String]] = [], row: [String] = [], cell = "", isQuoted = false
        var rest = Array(text.unicodeScalars)[...]
        while let next = rest.popFirst() {
            switch (next, isQuoted) {
            case ("\"", true) where rest.first == "\"":
                cell.append("\"")
                rest.removeFirst()
            case ("\"", _): isQuoted.toggle()
            case (",", false):
                row.append(cell)
                cell = ""
            case ("\r", false): continue
            case ("\n", false):
                rows.append(row + [cell])
                (row, cell) = ([], "")
            default: cell.unicodeScalars.append(next)
            }
        }
        return rows
    }

    /// What the JSON has at a path of keys, as a CSV cell writes it.
    private static func cell(_ value: Any?, _ path: ArraySlice<Substring>) -> String {
        if let list = value as? [Any] { return list.map { cell($0, path) }.joined(separator: " ") }
        if let key = path.first { return cell((value as? [String: Any])?[String(key)], path.dropFirst()) }
        if let text = value as? String { return "=+-@".contains(text.first ?? " ") ? "'" + text : text }
        guard let number = value as? NSNumber else { return "" }
        return String(cString: number.objCType) == "c" ? (number.boolValue ? "true" : "false") : "\(number)"
    }

    /// Two answers may show one moment a millisecond apart: the wall clock is measured anew for each.
    private static func masked(_ cell: String) -> String {
        cell.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) == nil ? cell : "a time in UTC"
    }

    @Test("CSV holds the JSON's keys and values: times in UTC, bytes, seconds; names can't pass for formulas")
    func csvOfLists() async throws {
        try await Site.with(simulate: "a100:2") { site async throws in
            #expect(try await site.carrel("run", "--name", "say \"hi\", twice", "--", "true").code == 0)
            let running = try await site.detach("--gpus", "2", "--", "sleep", "600")
            try await site.untilState(running, "running")
            _ = try await site.detach("--name", "=1+2", "--", "true")
            _ = try await site.carrel("team", "set", "vision", "--guarantee", "1", "--add", "alice", "bob")
            _ = try await site.carrel("token", "create", "@laptop")
            let verbs: [(command: [String], list: String)] = [
                (["gpus"], "devices"), (["top"], "devices"), (["ps", "--all"], "requests"), (["queue"], "requests"),
                (["team"], "teams"),
                (["token"], "tokens"), (["doctor"], "findings"),
            ]
            for verb in verbs {
                let csv = try site.start(verb.command + ["--csv"]), json = try site.start(verb.command + ["--json"])
                #expect(await csv.exitCode() == 0, "\(verb.command): \(csv.errors)")
                #expect(await json.exitCode() == 0, "\(verb.command): \(json.errors)")
                let rows = Self.rows(csv.output)
                let heading = try #require(rows.first)
                let answer = try JSONSerialization.jsonObject(with: json.outputBytes) as? [String: Any]
                let elements = try #require(answer?[verb.list] as? [[String: Any]])
                #expect(!elements.isEmpty && rows.count == elements.count + 1, "\(verb.command)")
                #expect(csv.output.hasSuffix("\r\n"))
                for element in elements {
                    let missing = element.keys.filter { key in !heading.contains { $0 == key || $0.hasPrefix(key + ".") } }
                    #expect(missing.isEmpty, "\(verb.command) leaves out \(missing)")
                }
                for (row, element) in zip(rows.dropFirst(), elements) where verb.list != "findings" {
                    let expected = heading.map { Self.cell(element, $0.split(separator: ".")[...]) }
                    #expect(row.map(Self.masked) == expected.map(Self.masked), "\(verb.command)")
                }
            }
            let requests = Self.rows(try await site.carrel("ps", "--all", "--csv").output)
            let name = try #require(requests[0].firstIndex(of: "name"))
            #expect(requests.dropFirst().map { $0[name] } == ["'=1+2", "sleep", "say \"hi\", twice"])
            let until = try #require(requests[0].firstIndex(of: "lease.endsAt"))
            #expect(requests[2][until].wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
            let memory = try #require(
                Self.rows(try await site.carrel("gpus", "--csv").output)[1].firstIndex(of: "85899345920"))
            #expect(memory > 0)
        }
    }

    @Test("CSV of one thing is a table of fields and values, all that the JSON has")
    func csvOfFields() async throws {
        try await Site.with { site async throws in
            #expect(try await site.carrel("run", "--time", "90m", "--", "true").code == 0)
            try await site.untilState(1, "closed")
            for verb in [["show", "1"], ["receipt", "1"], ["why", "1"], ["policy"]] {
                let csv = try site.start(verb + ["--csv"])
                #expect(await csv.exitCode() == 0, "\(verb): \(csv.errors)")
                let rows = Self.rows(csv.output)
                #expect(rows.first == ["field", "value"])
                #expect(rows.allSatisfy { $0.count == 2 && !$0[0].isEmpty })
                let json = try await site.json(verb[0], verb.count > 1 ? verb[1] : "--json")
                for key in json.keys {
                    #expect(rows.contains { $0[0] == key || $0[0].hasPrefix(key + ".") }, "\(verb) leaves out \(key)")
                }
            }
            let show = Self.rows(try await site.carrel("show", "1", "--csv").output)
            #expect(show.contains(["durationSeconds", "5400"]))
            #expect(show.contains { $0[0] == "lease.memoryBytes" && Int($0[1]) != nil })
        }
    }

    @Test("empty lists still have their headings")
    func emptyLists() async throws {
        try await Site.with { site async throws in
            for verb in ["ps", "queue", "team", "token"] {
                let rows = Self.rows(try await site.carrel(verb, "--csv").output)
                #expect(rows.count == 1 && (rows.first?.count ?? 0) > 4, "\(verb)")
            }
        }
    }

    @Test("people read durations and amounts in one way")
    func units() async throws {
        try await Site.with { site async throws in
            #expect(try await site.carrel("run", "--time", "90m", "--memory", "1GB", "--", "true").code == 0)
            try await site.untilState(1, "closed")
            let show = try await site.carrel("show", "1").output
            #expect(show.contains("for 1h 30m\n") && show.contains("1 GB of memory"), "\(show)")
            #expect(try await site.carrel("gpus").output.contains("  85.9 GB  "))
            let never = try await site.carrel("run", "--gpus", "90GB..", "--", "true")
            #expect(never.code == 119 && never.errors.contains("they have 85.9 GB of memory"), "\(never.errors)")
            let receipt = try await site.carrel("receipt", "1").output
            #expect(receipt.firstMatch(of: /GPU time +[\d.a-z ]+s\n/) != nil, "\(receipt)")
        }
    }

    /// Runs the program on a terminal of 80 columns.
    private static let onTerminal = """
        import fcntl, os, pty, struct, sys, termios, time
        child, end = pty.fork()
        if child == 0:
            time.sleep(0.3)
            os.execv(sys.argv[1], sys.argv[1:])
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        while True:
            try: piece = os.read(end, 65536)
            except OSError: break
            if not piece: break
            os.write(1, piece)
        """

    @Test("tables and sentences fit a terminal of 80 columns; elsewhere nothing is left out")
    func terminal() async throws {
        try await Site.with(simulate: "h100:2") { site async throws in
            for _ in 0..<2 { _ = try await site.detach("--name", "a-rather-long-name-for-work", "--", "sleep", "600") }
            try await site.untilState(2, "running")
            let waiting = try await site.detach("--gpus", "2", "--", "true")
            let environment = ["CARREL_DATA_DIR": site.directory]
            for verb in [
                ["gpus"], ["ps"], ["queue"], ["why", "\(waiting)"], ["show", "1"], ["doctor"], ["policy"], ["token"],
            ] {
                let process = try ChildProcess(
                    ["python3", "-c", Self.onTerminal, CarrelBinary.path] + verb, environment: environment)
                #expect(await process.exitCode() == 0, "\(process.errors)")
                let lines = process.output.replacing("\r\n", with: "\n").split(separator: "\n")
                #expect(!lines.isEmpty && lines.allSatisfy { $0.count <= 80 }, "\(verb): \(process.output)")
                if verb == ["gpus"] { #expect(lines.count { $0.contains("(simulated)") } == 2, "\(process.output)") }
            }
            #expect(try await site.carrel("gpus").output.contains("NVIDIA H100 80GB HBM3 (simulated)"))
            #expect(try await site.carrel("gpus").output.contains("UUID"))
        }
    }

    @Test("gpus says how many cores and how much memory of a node are free")
    func freeShare() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            func node() async throws -> [String: Any] {
                try #require((try await site.json("gpus")["nodes"] as? [[String: Any]])?.first)
            }
            let before = try await node()
            let name = try #require(before["name"] as? String), cores = try #require(before["cores"] as? Double)
            #expect(before["coresFree"] as? Double == cores)
            _ = try await site.detach("--gpus", "0", "--cpus", "0.25", "--memory", "64MB", "--", "sleep", "600")
            try await site.untilState(1, "running")
            let after = try await node()
            #expect(after["coresFree"] as? Double == cores - 0.25)
            let bytes = try #require(before["memoryFreeBytes"] as? Int)
            #expect(after["memoryFreeBytes"] as? Int == bytes - 64_000_000)
            let table = try await site.carrel("gpus").output
            let line = try #require(table.split(separator: "\n").first { $0.hasPrefix(name + ": ") }, "\(table)")
            #expect(line.contains("\(Int(cores) - 1).75 of \(Int(cores)) cores and "), "\(line)")
            #expect(line.hasSuffix(" of memory are free."), "\(line)")
        }
    }

    @Test("the receipt of a lease without a GPU lists no checks of devices")
    func deviceless() async throws {
        try await Site.with { site async throws in
            #expect(try await site.carrel("run", "--gpus", "0", "--", "true").code == 0)
            try await site.untilState(1, "closed")
            let receipt = try await site.carrel("receipt", "1").output
            #expect(!receipt.contains("not checked") && !receipt.contains("energy"), "\(receipt)")
            #expect(receipt.contains("passed: processes gone") && receipt.contains("shown clean by 1 check."), "\(receipt)")
            #expect(try await site.json("receipt", "1")["verdict"] as? String == "clean")
        }
    }

    @Test("a token is explained on standard error; standard output holds nothing else")
    func token() async throws {
        try await Site.with { site async throws in
            let made = try await site.carrel("token", "create", "laptop")
            #expect(made.output.split(separator: "\n").count == 1)
            for words in ["only now", "no HTTP address", "token revoke 1"] {
                #expect(made.errors.contains(words), "\(made.errors)")
            }
            #expect(!made.errors.contains(made.output.trimmingCharacters(in: .whitespacesAndNewlines)))
            #expect(try await site.carrel("token", "create", "ci", "--time", "1s").code == 0)
            try await eventually("the name is free again") { try await site.carrel("token", "create", "ci").code == 0 }
            let which = try await site.carrel("token", "revoke", "ci")
            #expect(which.code == 1 && which.errors.contains("2 of your tokens are called \"ci\": numbers 2, 3"))
            #expect(try await site.carrel("token", "revoke", "3").code == 0)
            #expect(try await site.carrel("token").output.contains("ci"))
        }
    }

    @Test("a lease whose time nobody named is announced with its end")
    func defaultTime() async throws {
        try await Site.with { site async throws in
            let script = "sleep 2"
            let unnamed = try await site.carrel("run", "--verbose", "--", "sh", "-c", script)
            #expect(unnamed.errors.contains("; --time to change"), "\(unnamed.errors)")
            #expect(unnamed.errors.contains(" tomorrow"), "\(unnamed.errors)")
            let named = try await site.carrel("run", "--verbose", "--time", "1h", "--", "sh", "-c", script)
            #expect(named.errors.contains("until") && !named.errors.contains("--time"), "\(named.errors)")
            #expect(try await site.carrel("run", "--", "true").errors.isEmpty)
        }
    }

    @Test("a wait is said once also where nobody sits at a terminal, and its end; nothing else is")
    func quietWait() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            let holder = try await site.detach("--", "sleep", "600")
            try await site.untilState(holder, "running")
            let client = try site.start(["run", "--", "sleep", "3"])
            try await eventually("the wait is said") { client.errors.contains("\n") }
            #expect(client.errors.hasPrefix("carrel: request 2 waits. It needs 1 GPU"), "\(client.errors)")
            #expect(client.errors.contains("Request 2 is first in line"), "\(client.errors)")
            #expect(try await site.carrel("return", "\(holder)").code == 0)
            #expect(await client.exitCode() == 0)
            let lines = client.errors.split(separator: "\n")
            #expect(lines.count == 2 && lines.last?.hasPrefix("carrel: lease 2 on ") == true, "\(client.errors)")
        }
    }

    @Test("tables have words and not keys, and no exit code of what never ran")
    func endedBy() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            #expect(try await site.carrel("run", "--", "no-such-program-here").code == 127)
            let holder = try await site.detach("--", "sleep", "600")
            try await site.untilState(holder, "running")
            let cancelled = try await site.detach("--", "true")
            #expect(try await site.carrel("return", "\(cancelled)").code == 0)
            try await site.untilState(1, "closed")
            let list = try await site.carrel("ps", "--all").output
            #expect(list.contains("127   launch failed") && !list.contains("launchFailed"), "\(list)")
            #expect(list.contains("cancelled") && !list.contains("143"), "\(list)")
            for verb in ["show", "receipt"] {
                #expect(try await site.carrel(verb, "1").output.contains("127  (launch failed)"), "\(verb)")
            }
            #expect(try await !site.carrel("show", "\(cancelled)").output.contains("exit code"))
            #expect(try await site.json("show", "1")["endedBy"] as? String == "launchFailed")
        }
    }

    @Test("ps has the newest first, the queue whoever is next")
    func order() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            let holder = try await site.detach("--", "sleep", "600")
            try await site.untilState(holder, "running")
            let second = try await site.detach("--", "true"), third = try await site.detach("--", "true")
            func ids(_ verb: String) async throws -> [Int] {
                (try await site.json(verb)["requests"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? Int }
            }
            #expect(try await ids("ps") == [third, second, holder])
            #expect(try await ids("queue") == [second, third])
            for (verb, words) in [("ps", "Newest first"), ("queue", "the next one first")] {
                #expect(try await site.carrel(verb, "--help").output.contains(words))
            }
            let page = try await site.carrel("ps", "--limit", "1")
            #expect(page.output.contains("carrel ps --before \(third)"), "\(page.output)")
        }
    }
}
