import Foundation
import Testing

/// What is expected of work, warned of and held against what happened, on the real binary.
@Suite("Forecasts")
struct ForecastTests {
    private static let program = ["sh", "-c", "sleep 1"]

    private static func run(_ site: Site, _ words: [String]) async throws -> ChildProcess {
        let run = try site.start(["run"] + words)
        _ = await run.exitCode()
        return run
    }

    /// The newest request, as its user sees it.
    private static func newest(_ site: Site) async throws -> [String: Any] {
        let newest = try #require((try await site.json("ps", "--all")["requests"] as? [[String: Any]])?.first)
        // What is forecast of somebody's work is not in lists.
        #expect(newest["forecast"] == nil)
        return try await site.json("show", "\(newest["id"] as? Int ?? 0)")
    }

    private static func scores(_ site: Site) async throws -> [[String: Any]] {
        try await site.json("report", "accuracy")["scores"] as? [[String: Any]] ?? []
    }

    @Test(
        "the second run of a command is forecast from the first, and compared; also by a server that was killed in between")
    func history() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            #expect(await (try await Self.run(site, ["--"] + Self.program)).exitCode() == 0)
            #expect(try await site.json("show", "1")["forecast"] == nil)
            #expect(try await Self.scores(site).isEmpty)
            await site.killLauncher()
            try await site.up()
            // What ended before is read beside everything else.
            try await eventually("the first run is known again") {
                _ = try await Self.run(site, ["--"] + Self.program)
                return try await Self.newest(site)["forecast"] != nil
            }
            let newest = try #require(try await Self.newest(site)["id"] as? Int)
            let forecast = try #require(try await site.json("show", "\(newest)")["forecast"] as? [String: Any])
            let seconds = try #require(forecast["seconds"] as? [String: Any])
            // A busy machine takes note of a start late.
            #expect((seconds["expected"] as? Double ?? 0) >= 0.5 && (seconds["runs"] as? Int ?? 0) >= 1, "\(seconds)")
            #expect(try await site.carrel("receipt", "\(newest)").output.contains("expected"))
            let time = try #require(try await Self.scores(site).first { $0["quantity"] as? String == "time" })
            #expect(time["basis"] as? String == "history" && (time["forecasts"] as? Int ?? 0) >= 1, "\(time)")
            let shown = try await site.carrel("report", "--accuracy")
            #expect(
                shown.code == 0 && shown.output.contains("earlier runs") && shown.output.contains("MEAN ERROR"), "\(shown)")
            #expect(try await site.carrel("report", "accuracy", "--csv").output.hasPrefix("id,user,name"))

            // Another folder, another command, a trial: other work.
            for words in [["--", "sh", "-c", "sleep 1.1"], ["--folder", "/tmp", "--"] + Self.program] {
                _ = try await Self.run(site, words)
                #expect(try await Self.newest(site)["forecast"] == nil, "\(words)")
            }
            // Nor is what compare measures and what a trial cuts short.
            for words in [["compare", "--on", "a100:1", "--"], ["run", "--trial", "--"]] {
                let run = try site.start(words + Self.program)
                _ = await run.exitCode()
                #expect(!run.errors.contains("not be enough"), "\(run.errors)")
            }
            let trial = try await Self.newest(site)["id"] as? Int ?? 0
            #expect(try await site.json("show", "\(trial - 1)")["forecast"] == nil)
            // A lease that is too short for what earlier runs took, and work that fails.
            let short = try await Self.run(site, ["--time", "100ms", "--"] + Self.program)
            #expect(short.errors.contains("Its time will not be enough") && short.errors.contains("--time"), "\(short)")
            #expect(try await site.json("report", "accuracy")["notCompared"] as? Int == 1)
        }
    }

    @Test("a model that will not fit is warned of before it waits; what can't be reckoned asks for nothing")
    func fit() async throws {
        try await Site.with(simulate: "rtx3060:1,a100:1") { site async throws in
            let small = try await site.carrel(
                "run", "--gpus", "rtx3060", "--fit", "llama-3.1-8b --method lora", "--", "true")
            #expect(small.code == 0 && small.errors.contains("This will not fit"), "\(small)")
            #expect(small.errors.contains("carrel return 1"), "\(small)")
            let either = try await site.carrel("run", "--fit", "llama-3.1-8b --method lora", "--", "true")
            #expect(either.errors.contains("--gpus 80GB.."), "\(either)")
            let fits = try await site.carrel("run", "--gpus", "a100", "--fit", "llama-3.1-8b --method lora", "--", "true")
            #expect(!fits.errors.contains("fit"), "\(fits)")
            let detached = try await site.carrel(
                "run", "--detach", "--json", "--gpus", "rtx3060", "--fit",
                "--params 70B --layers 80 --hidden 8192 --method 'full'", "--", "true")
            let view = try #require(
                try JSONSerialization.jsonObject(with: Data(detached.output.utf8)) as? [String: Any], "\(detached)")
            #expect((view["warnings"] as? [[String: Any]])?.count == 1 && view["forecast"] != nil)
            // With an amount of work and one model of GPU also how long it takes, and the energy.
            let timed = try await site.carrel(
                "run", "--detach", "--json", "--gpus", "a100", "--time", "1h", "--fit",
                "llama-3.1-8b --method lora --tokens 1e9", "--", "sleep", "0.1")
            let forecast = try #require(
                (try JSONSerialization.jsonObject(with: Data(timed.output.utf8)) as? [String: Any])?["forecast"]
                    as? [String: Any])
            let seconds = try #require((forecast["seconds"] as? [String: Any])?["expected"] as? Double)
            #expect(seconds > 3_600 && forecast["energyJoules"] != nil, "\(forecast)")
            #expect(timed.errors.contains("Its time will not be enough"), "\(timed)")
            for wrong in [
                "", "nonsense-9000", "llama-3.1-8b --method flying", "'llama", "--list", "--", "--json x",
                "llama-3.1-8b --gpus 8",
            ] {
                let answer = try await site.carrel("run", "--fit", wrong, "--", "true")
                #expect(answer.code == 64, "\(wrong): \(answer)")
            }
            #expect((try await site.json("ps", "--all")["requests"] as? [[String: Any]])?.count == 5)
        }
    }

    @Test("the page asks once more before it asks for a GPU that the model will not fit")
    func page() async throws {
        try await PagesTests.with("rtx3060:1") { site, browser in
            let own = ["Origin: \(browser.address)"]
            let fields = ["gpus=1", "command=true", "directory=/tmp", "fit-model=llama-3.1-8b", "fit-method=lora"]
            let asked = try await browser.post("/get", fields, from: own)
            #expect(asked.status == 200 && asked.body.contains("Nothing was asked for yet"), "\(asked.body)")
            #expect(asked.body.contains("This will not fit") && asked.body.contains("name=\"anyway\""))
            let sign = String(try #require(asked.body.firstMatch(of: /name="anyway" value="([0-9a-f]+)"/)).output.1)
            // Another model than the one that was warned of is asked about again; a mistake in between forgets nothing.
            let other = try await browser.post(
                "/get", ["gpus=1", "command=true", "directory=/tmp", "fit-model=llama-3.1-70b", "anyway=\(sign)"], from: own)
            #expect(other.status == 200 && other.body.contains("Nothing was asked for yet"))
            let slip = try await browser.post("/get", fields + ["time=soon", "anyway=\(sign)"], from: own)
            #expect(slip.status == 400 && slip.body.contains("name=\"anyway\" value=\"\(sign)\""))
            #expect(asked.body.contains("value=\"llama-3.1-8b\"") && asked.body.contains("<details open"))
            #expect((try await site.json("ps", "--all")["requests"] as? [Any])?.isEmpty ?? false)
            let wrong = try await browser.post("/get", fields + ["fit-batch=many"], from: own)
            #expect(wrong.status == 400 && wrong.body.contains("batch is a whole number"), "\(wrong.body)")
            let unknown = try await browser.post(
                "/get", ["gpus=1", "command=true", "directory=/tmp", "fit-model=<b>x"], from: own)
            #expect(unknown.status == 400 && !unknown.body.contains("<b>x"), "\(unknown.body)")
            let anyway = try await browser.post("/get", fields + ["anyway=\(sign)"], from: own)
            #expect(anyway.status == 303, "\(anyway.body)")
            try await site.untilState(1, "closed")
            let page = try await browser.get(workPage("1"))
            #expect(page.body.contains("Expected") && page.body.contains("by what was said of it"), "\(page.body)")
            #expect(try await browser.get("/usage").body.contains("How near forecasts came"))
            // What fits is asked for at once.
            let fits = try await browser.post(
                "/get", ["gpus=1", "command=true", "directory=/tmp", "fit-model=resnet50"], from: own)
            #expect(fits.status == 303, "\(fits.body)")
        }
    }
}
