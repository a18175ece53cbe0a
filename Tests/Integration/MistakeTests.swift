import Foundation
import Testing

/// Mistakes on the command line, which need no server.
@Suite("Mistakes on the command line")
struct MistakeTests {
    @Test(
        "an unknown verb is answered with what was meant",
        arguments: [
            ("lgos", "did you mean logs?"), ("que", "did you mean queue?"), ("retrun", "did you mean return?"),
            ("squeue", "did you mean queue or ps?"), ("sbatch", "did you mean run?"), ("scancel", "did you mean return?"),
            ("sinfo", "did you mean gpus?"), ("nvidia-smi", "did you mean gpus?"),
            ("status", "did you mean ps, queue or gpus?"), ("kill", "did you mean return?"), ("ls", "did you mean ps?"),
            ("ssh", "did you mean attach?"), ("frobnicate", "`carrel --help` lists all verbs"),
        ])
    func unknownVerbs(_ word: String, words: String) async throws {
        let outcome = try await Self.carrel(word)
        #expect(outcome.code == 64)
        #expect(outcome.errors.contains("no verb '\(word)'") && outcome.errors.contains(words), "\(outcome.errors)")
    }

    @Test("verbs of a verb are suggested too, and nothing is made up")
    func subverbs() async throws {
        #expect(try await Self.carrel("token", "crate", "x").errors.contains("did you mean create?"))
        #expect(try await !Self.carrel("frobnicate").errors.contains("did you mean"))
        #expect(try await Self.carrel("--help").code == 0)
        #expect(try await Self.carrel("help", "run").output.contains("Run a program"))
    }

    @Test("help about what is not there says so and suggests")
    func help() async throws {
        for (words, meant) in [(["lgos"], "logs"), (["squeue"], "queue or ps"), (["token", "crate"], "create")] {
            let outcome = try await Self.carrel(["help"] + words)
            #expect(outcome.code == 64 && outcome.errors.contains("did you mean \(meant)?"), "\(outcome.errors)")
        }
        for words in [[], ["help"], ["token"], ["token", "create"], ["--help"]] {
            #expect(try await Self.carrel(["help"] + words).code == 0, "\(words)")
        }
    }

    @Test("ps says what it was asked for and found nothing of")
    func emptyPages() async throws {
        #expect(try await Self.carrel("ps", "--limit", "0").errors.contains("--limit 0 would list nothing"))
        #expect(try await Self.carrel("ps", "--before", "0").code == 64)
        try await Site.with { site async throws in
            #expect(try await site.carrel("ps").output == "Nothing waits and nothing runs.\n")
            let user = try await site.carrel("ps", "--user", "nobody-here")
            #expect(user.code == 0 && user.output.contains("Nothing of user nobody-here waits or runs"), "\(user.output)")
            let all = try await site.carrel("ps", "--all", "--user", "nobody-here", "--before", "7")
            #expect(all.output.contains("no request of user nobody-here with a number below 7"), "\(all.output)")
            #expect(try await HTTPTests.curl(site, "/v1/requests?limit=0").status == 400)
        }
    }

    @Test(
        "negative numbers are answered as numbers",
        arguments: [
            (["extend", "1", "-1h"], "-1h: a time to add must be positive; to end early use carrel return 1"),
            (["extend", "--data-dir", "/nowhere", "7", "-30m"], "to end early use carrel return 7"),
            (["extend", "-1", "1h"], "-1: numbers of requests and leases start at 1"),
            (["show", "-5"], "start at 1"), (["return", "3", "-4"], "-4: numbers"),
            (["run", "--gpus", "--time", "2h", "--", "true"], "--gpus has no value: '--time' follows it"),
        ])
    func negatives(_ command: [String], words: String) async throws {
        let outcome = try await Self.carrel(command)
        #expect(outcome.code == 64)
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }

    @Test("a value that begins with a minus reaches its option, also where the program has one of the same name")
    func values() async throws {
        try await Site.with { site async throws in
            for (option, value, words) in [
                ("--gpus", "-1", "0 to run without a GPU"), ("--time", "-5m", "more than 0"),
                ("--memory", "-1GB", "no amount of memory"), ("--cpus", "-2", "no number of cores"),
            ] {
                let outcome = try await site.carrel("run", option, value, "--", "true")
                #expect(outcome.code == 64 && outcome.errors.contains(words), "\(option): \(outcome.errors)")
            }
            let limit = try await site.carrel("team", "set", "vision", "--guarantee", "-1")
            #expect(limit.code == 64 && limit.errors.contains("give 0 or more"), "\(limit.errors)")
            let echo = try await site.carrel("run", "--", "echo", "--time", "-5m", "-1h")
            #expect(echo.output == "--time -5m -1h\n", "\(echo.errors)")
        }
    }

    @Test(
        "a mistake in a verb shows that verb's own usage and where more is said",
        arguments: [
            (["run"], "run"), (["run", "--gpu", "1", "--", "true"], "run"), (["up", "--listen", "nowhere"], "up"),
            (["up", "--simulate", "warpdrive:1"], "up"), (["up", "--log-keep", "much"], "up"),
            (["up", "--keep-logs", "30"], "up"), (["up", "--keep-logs", "long"], "up"),
            (["up", "--logs-limit", "-1"], "up"),
            (["up", "--keep-events", "7d", "--keep-logs", "8d"], "up"),
            (["up", "--keep-events", "2d"], "up"), (["up", "--keep-events", "ever"], "up"),
            (["policy", "--grace", "soon"], "policy"), (["extend", "1"], "extend"), (["gpus", "--jsn"], "gpus"),
        ])
    func usage(_ command: [String], verb: String) async throws {
        let outcome = try await Self.carrel(command)
        #expect(outcome.code == 64)
        #expect(outcome.errors.contains("Usage: carrel \(verb) "), "\(outcome.errors)")
        #expect(outcome.errors.contains("See 'carrel \(verb) --help'"), "\(outcome.errors)")
    }

    @Test("a current folder that is gone is told as what it is, and not as a mistake on the command line")
    func goneFolder() async throws {
        let script = "d=/var/tmp/carrel-gone-$$; mkdir $d && cd $d && rmdir $d && exec \(CarrelBinary.path) run -- true"
        let process = try ChildProcess(["sh", "-c", script])
        #expect(await process.exitCode() == 126)
        #expect(process.errors.contains("the current folder is not there"), "\(process.errors)")
    }

    private static func carrel(_ words: String...) async throws -> Site.Outcome { try await carrel(words) }

    private static func carrel(_ words: [String]) async throws -> Site.Outcome {
        let process = try ChildProcess([CarrelBinary.path] + words)
        let code = await process.exitCode()
        return Site.Outcome(code: code, output: process.output, errors: process.errors)
    }
}
