import Foundation
import Glibc
import Testing

/// `carrel shell`, `run --tty` and `attach`, each on a real terminal.
@Suite("Terminals")
struct TerminalTests {
    private static let leave = "\u{1D}d"

    private func terminal(_ site: Site, _ words: String..., rows: UInt16 = 24, columns: UInt16 = 100) throws
        -> PseudoTerminal
    {
        try PseudoTerminal(
            ["env", "-C", "/var/tmp", CarrelBinary.path] + words,
            environment: [
                "CARREL_DATA_DIR": site.directory, "HOME": "/tmp", "SHELL": "/bin/bash", "PS1": "> ", "TERM": "xterm",
            ], rows: rows, columns: columns)
    }

    private func until(
        _ terminal: PseudoTerminal, shows text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        do {
            try await eventually("“\(text)” is shown", sourceLocation: sourceLocation) { terminal.text.contains(text) }
        } catch {
            print("the terminal shows: \(terminal.text.debugDescription)")
            throw error
        }
    }

    /// A shell that has said something.
    private func shell(_ site: Site, _ body: (PseudoTerminal) async throws -> Void) async throws {
        let terminal = try terminal(site, "shell", "--gpus", "0", "--cpus", "0.25")
        do {
            try await until(terminal, shows: "lease 1 on")
            try await until(terminal, shows: "Ctrl-] then d")
            terminal.type("echo her''e\r")
            try await until(terminal, shows: "here\r\n")
            try await body(terminal)
        } catch {
            await terminal.clear()
            throw error
        }
        await terminal.clear()
    }

    @Test("a shell has the size of the user's window, follows it, takes Ctrl-C as a key and passes its exit code on")
    func shell() async throws {
        try await Site.with { site async throws in
            try await shell(site) { terminal in
                terminal.type("stty size; tty\r")
                try await until(terminal, shows: "24 100\r\n/dev/pts/0\r\n")
                terminal.resize(rows: 40, columns: 132)
                try await eventually("the new size is there") {
                    terminal.forget()
                    terminal.type("stty size\r")
                    try await Task.sleep(for: .milliseconds(200))
                    return terminal.text.contains("40 132\r\n")
                }
                // A number that no other test's work has: what is typed goes to the shell until this very program runs.
                terminal.type("sleep 1731; echo interrupt''ed $?\r")
                try await eventually("it sleeps") { try await site.processes(named: "sleep 1731") > 0 }
                terminal.type("\u{3}")
                try await eventually("it sleeps no more") { try await site.processes(named: "sleep 1731") == 0 }
                terminal.type("echo after $?\r")
                try await until(terminal, shows: "after 130\r\n")
                terminal.type("exit 5\r")
                #expect(await terminal.exitCode() == 5)
                #expect(terminal.isUsual)
                #expect(try await site.json("show", "1")["exitCode"] as? Int == 5)
            }
        }
    }

    @Test("leaving ends nothing, and attach comes back with what was on the screen; two may sit at one terminal")
    func leaveAndAttach() async throws {
        try await Site.with { site async throws in
            try await shell(site) { terminal in
                terminal.type("word=kept; echo before''hand\r")
                try await until(terminal, shows: "beforehand\r\n")
                terminal.type(Self.leave)
                #expect(await terminal.exitCode() == 0)
                #expect(terminal.isUsual && terminal.text.contains("carrel attach 1"))
                // On a line of its own, not behind the prompt.
                #expect(terminal.text.contains("\r\ncarrel: left;"), "\(terminal.text.debugDescription)")
            }
            let first = try terminal(site, "attach", "1"), second = try terminal(site, "attach", "1", rows: 30, columns: 90)
            for one in [first, second] { try await until(one, shows: "beforehand\r\n") }
            first.type("echo $word-by-fir''st\r")
            for one in [first, second] { try await until(one, shows: "kept-by-first\r\n") }
            second.type("echo $word-by-seco''nd\r")
            for one in [first, second] { try await until(one, shows: "kept-by-second\r\n") }
            // However slowly.
            first.type(String(Self.leave.prefix(1)))
            try await Task.sleep(for: .milliseconds(1_300))
            first.type(String(Self.leave.suffix(1)))
            #expect(await first.exitCode() == 0)
            second.type("exit\r")
            #expect(await second.exitCode() == 0)
            #expect(first.isUsual && second.isUsual)
            await first.clear()
            await second.clear()
        }
    }

    @Test("a picture is drawn again for whoever comes, in the size of their window")
    func redraw() async throws {
        try await Site.with { site async throws in
            let script =
                #"draw() { printf '\033[2J\033[Hsize %s;' "$(stty size)"; }; trap draw WINCH; draw; while :; do sleep 0.05; done"#
            let id = try await site.detach("--tty", "--gpus", "0", "--cpus", "0.25", "--", "sh", "-c", script)
            try await site.untilState(id, "running")
            // Of the size that it has: nothing but the picture is news.
            let same = try terminal(site, "attach", "\(id)", rows: 24, columns: 80)
            try await eventually("it is drawn again") { same.text.components(separatedBy: "size 24 80;").count >= 3 }
            let other = try terminal(site, "attach", "\(id)", rows: 33, columns: 66)
            for one in [same, other] { try await until(one, shows: "size 33 66;") }
            same.resize(rows: 44, columns: 77)
            for one in [same, other] { try await until(one, shows: "size 44 77;") }
            for one in [same, other] {
                one.type(Self.leave)
                #expect(await one.exitCode() == 0)
                #expect(one.isUsual)
                await one.clear()
            }
            #expect(try await site.state(id) == "running")
        }
    }

    @Test("Ctrl-C while it waits cancels what was asked for, and leaves alone what was there")
    func waiting() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            let holder = try await site.detach("--", "sleep", "600")
            try await site.untilState(holder, "running")
            let waiting = try terminal(site, "shell")
            try await until(waiting, shows: "request 2 waits")
            #expect(waiting.isUsual)
            let looker = try terminal(site, "attach", "2")
            try await until(looker, shows: "request 2 waits")
            looker.type("\u{3}")
            #expect(await looker.exitCode() == 130)
            #expect(try await site.state(2) == "waiting")
            waiting.type("\u{3}")
            #expect(await waiting.exitCode() == 130)
            #expect(try await site.state(2) == "cancelled")
            await waiting.clear()
            await looker.clear()
        }
    }

    @Test("output without end is skipped rather than waited for, and Ctrl-C ends it at once")
    func flood() async throws {
        try await Site.with { site async throws in
            try await shell(site) { terminal in
                terminal.type("yes\r")
                try await Task.sleep(for: .seconds(3))
                terminal.type("\u{3}")
                terminal.forget()
                terminal.type("echo stopp''ed\r")
                try await until(terminal, shows: "stopped\r\n")
            }
        }
    }

    @Test(
        "whoever is ended or loses the terminal leaves it as it was, and the work goes on",
        arguments: [SIGTERM, SIGHUP, SIGINT])
    func signals(_ number: Int32) async throws {
        try await Site.with { site async throws in
            try await shell(site) { terminal in
                #expect(!terminal.isUsual)
                terminal.type("printf '\\033[?1049h\\033[?25l'\r")
                try await until(terminal, shows: "\u{1B}[?1049h")
                terminal.forget()
                kill(terminal.pid, number)
                #expect(await terminal.exitCode() == 128 + number)
                #expect(terminal.isUsual)
                try await until(terminal, shows: "\u{1B}[?1049l")
                #expect(terminal.text.contains("\u{1B}[?25h"))
            }
            #expect(try await site.state(1) == "running")
        }
    }

    @Test("a killed server and a killed launcher cost a pause")
    func kills() async throws {
        try await Site.with { site async throws in
            try await shell(site) { terminal in
                terminal.type("word=kept\r")
                kill(try site.serverPID, SIGKILL)
                terminal.type("echo $word-by-the-fir''st\r")
                try await until(terminal, shows: "kept-by-the-first\r\n")
                await site.killLauncher()
                try await site.up()
                terminal.type("echo $word-by-the-seco''nd\r")
                try await until(terminal, shows: "kept-by-the-second\r\n")
                #expect(terminal.text.components(separatedBy: "kept-by-the-first\r\n").count == 2, "once and not again")
                terminal.type("exit\r")
                #expect(await terminal.exitCode() == 0)
            }
        }
    }

    @Test("a lease that is returned while somebody sits at it ends with words and a terminal as before")
    func returned() async throws {
        try await Site.with { site async throws in
            try await shell(site) { terminal in
                _ = try await site.carrel("return", "1")
                // As a shell ends whose terminal is gone.
                #expect(await terminal.exitCode() == 129)
                #expect(terminal.isUsual)
            }
            #expect(try await site.json("show", "1")["endedBy"] as? String == "returned")
        }
    }

    @Test("much output, any bytes and characters that are cut in two arrive as they are")
    func bytes() async throws {
        try await Site.with { site async throws in
            let script = """
                stty raw -echo; i=0; while [ $i -lt 20000 ]; do printf '%049d\\n' $i; i=$((i+1)); done
                printf '\\303'; sleep 0.3; printf '\\251\\001\\377'; printf 'the end'
                """
            let terminal = try terminal(site, "run", "--tty", "--gpus", "0", "--cpus", "0.25", "--", "sh", "-c", script)
            #expect(await terminal.exitCode(within: 120) == 0)
            // What was drawn is read by a thread of its own.
            try await until(terminal, shows: "the end")
            let text = terminal.text
            for number in [0, 1, 9_999, 19_999] { #expect(text.contains(String(format: "%049d\n", number))) }
            #expect(text.contains("é\u{1}\u{FFFD}the end"))
            #expect(text.components(separatedBy: "\n").count > 20_000)
            #expect(terminal.isUsual)
            await terminal.clear()
            let logs = try await site.carrel("logs", "1")
            #expect(logs.output.contains("the end"))
        }
    }

    @Test("without a terminal it says what to do instead; with --detach it needs none")
    func noTerminal() async throws {
        try await Site.with { site async throws in
            for words in [["shell"], ["run", "--tty", "--", "true"]] {
                let process = try site.start(words)
                #expect(await process.exitCode() == 64)
                #expect(process.errors.contains("needs a terminal"), "\(process.errors)")
            }
            #expect((try await site.json("ps", "--all")["requests"] as? [Any])?.isEmpty ?? false)
            let id = try await site.detach("--tty", "--gpus", "0", "--", "sh", "-c", "stty size; cat")
            try await site.untilState(id, "running")
            try await eventually("it has a terminal") { try await site.carrel("logs", "\(id)").output.contains("24 80\r\n") }
        }
    }

    @Test("another user neither watches nor types", .enabled(if: geteuid() == 0))
    func strangers() async throws {
        try await Site.with { site async throws in
            let id = try await site.detach("--tty", "--gpus", "0", "--", "cat")
            try await site.untilState(id, "running")
            let attach = try await site.carrel("attach", "\(id)", as: 61_010)
            #expect(attach.code != 0 && attach.errors.contains("belongs to"), "\(attach.errors)")
            let socket = site.directory + "/carrel.sock", address = "http://carrel/v1/leases/\(id)/input?offset=0&writer=1"
            let curl = try ChildProcess(
                ["setpriv", "--reuid", "61010", "--regid", "61010", "--clear-groups", "--"]
                    + ["curl", "-s", "-w", "%{http_code}", "-X", "PUT", "--unix-socket", socket, "-d", "rm", address])
            _ = await curl.exitCode()
            #expect(curl.output.hasSuffix("403"), "\(curl.output)")
        }
    }
}

extension Site {
    /// How many processes have these words as their command line.
    fileprivate func processes(named words: String) async throws -> Int {
        let wanted = words.replacingOccurrences(of: " ", with: "\0") + "\0"
        return try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }.filter {
            FileManager.default.contents(atPath: "/proc/\($0)/cmdline") == Data(wanted.utf8)
        }.count
    }
}
