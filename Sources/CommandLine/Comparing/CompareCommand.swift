package import ArgumentParser
import FleetModel
import Foundation
import WireClient
import WireModel

/// `carrel compare`: one's own program, briefly, on a processor and on each type of GPU.
package struct CompareCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Run a program briefly without a GPU and on each type of GPU, and compare time, energy and cost.",
        usage: "carrel compare [--for 60s] [--on cpu --on a100 ...] -- PROGRAM [ARGUMENTS]",
        discussion: """
            The program runs unchanged, on one after the other, each under a lease of its own that ends by itself. One that takes \
            longer than --for is stopped; if it writes its steps into $CARREL_PROGRESS (step=120 of=1000), the whole run is \
            reckoned from them. Its output is in its log: carrel logs ID.

            Examples:
              carrel compare -- python train.py --epochs 1
              carrel compare --for 2m --on cpu --on a100 -- python train.py
            """)

    @Option(name: .customLong("for"), parsing: .unconditional, help: "How long it may run on each.")
    package var limit = "60s"
    @Option(
        parsing: .unconditionalSingleValue,
        help: "cpu, or a GPU as --gpus names it; may be given several times. Otherwise all there are.")
    package var on: [String] = []
    @Option(parsing: .unconditional, help: "Processor cores for each run.")
    package var cpus: String?
    @Option(parsing: .unconditional, help: "Memory for each run.")
    package var memory: String?
    @Option(parsing: .unconditional, help: "Where it begins.")
    package var folder: String?

    @OptionGroup package var software: SoftwareOptions
    @OptionGroup package var sets: DataOptions
    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    @Argument(parsing: .captureForPassthrough, help: "The program and its arguments, after --.")
    package var command: [String] = []

    package init() {}

    package mutating func validate() throws {
        if command.first == "--" { command.removeFirst() }
        if let first = command.first, ["-h", "--help"].contains(first) { throw CleanExit.helpRequest(Self.self) }
        guard !command.isEmpty else {
            throw ValidationError("There is no program to run. Example: carrel compare -- python train.py")
        }
        let span = try span()
        guard span >= .seconds(1), span <= .hours(24) else {
            throw ValidationError("--for \(limit) is not between 1s and 24h.")
        }
    }

    private func span() throws -> TimeSpan {
        do throws(TimeSpan.ParseError) { return try TimeSpan(parsing: limit) } catch {
            throw ValidationError(error.words("length of time for --for"))
        }
    }

    package mutating func run() async throws {
        let span = try span()
        try await Exit.with(server) { client in
            let places = on.isEmpty ? try await Self.places(client) : on
            var runs: [ShortRun] = []
            for place in places {
                if !output.isData {
                    Exit.say("running it on \(place == "cpu" ? "the processor alone" : place), for \(span.text) at most")
                }
                runs.append(try await ShortRun.run(try request(place, span), at: place, in: folder, client))
            }
            let report = CompareReport(runs)
            try output.show(
                report, report.table,
                csv: .list(
                    "runs",
                    columns: [
                        "on", "request", "outcome", "seconds", "wholeSeconds", "wholeJoules", "wholeCost.amount",
                        "wholeCost.currency",
                    ]))
            if !output.isData {
                let width = Terminal.width(of: 1)
                for run in report.runs {
                    if let detail = run.detail {
                        Terminal.write("\n" + Wrapping.wrapped("\(run.on): \(detail.withoutControls)", width: width) + "\n")
                    }
                }
                Terminal.write("\n" + Wrapping.wrapped(report.words, width: width) + "\n")
            }
            if !runs.contains(where: { $0.isDone || $0.isCut }) { throw ExitCode(1) }
        }
    }

    /// The processor, and each model of GPU that can be had.
    private static func places(_ client: CheckoutClient) async throws(ClientError) -> [String] {
        let list = try await client.get("/v1/devices", as: DeviceList.self)
        var models: [String] = []
        for device in list.devices where !["quarantined", "missing", "frozen"].contains(device.state) {
            if !models.contains(device.model) { models.append(device.model) }
        }
        return ["cpu"] + models
    }

    private func request(_ place: String, _ span: TimeSpan) throws -> NewRequest {
        let here = try WorkHere()
        var request = NewRequest(
            name: "compare: \(place)", command: command, directory: here.directory, environment: here.environment,
            gpus: place == "cpu" ? "0" : place.contains(":") ? place : place + ":1", cpus: cpus, memory: memory,
            time: "\(span.milliseconds / 1_000)s")
        software.add(to: &request)
        sets.add(to: &request)
        return request
    }
}

/// What `carrel compare` found.
struct CompareReport: Encodable {
    struct Run: Encodable {
        let on: String
        let request: Int64
        /// `done`, `cut`, `failed` or `notRun`.
        let outcome: String
        let exitCode: Int32?
        /// How it ended, where that was not well.
        let detail: String?
        let seconds: Double?
        /// Missing: it failed, or was stopped and told no steps.
        let wholeSeconds: Double?
        let wholeJoules: Double?
        let wholeCost: CostView?
    }

    let runs: [Run]
    let words: String

    init(_ runs: [ShortRun]) {
        self.runs = runs.map { run in
            Run(
                on: run.place, request: run.end.id, outcome: Self.outcome(run), exitCode: run.end.exitCode,
                detail: run.isDone || run.isCut ? nil : run.end.words, seconds: run.seconds,
                wholeSeconds: run.wholeSeconds, wholeJoules: run.wholeJoules,
                wholeCost: run.wholeCost.map { CostView(amount: Double($0.micros) / 1_000_000, currency: $0.currency) })
        }
        words = Self.words(self.runs)
    }

    private static func outcome(_ run: ShortRun) -> String {
        run.isDone ? "done" : run.isCut ? "cut" : run.seconds == nil ? "notRun" : "failed"
    }

    static func words(_ runs: [Run]) -> String {
        let known = runs.filter { $0.wholeSeconds != nil }
        if let failed = runs.first(where: { $0.outcome == "failed" }), known.isEmpty {
            return "It failed: carrel logs \(failed.request) shows what it wrote."
        }
        guard let fastest = known.min(by: { ($0.wholeSeconds ?? 0) < ($1.wholeSeconds ?? 0) }) else {
            return
                "It was stopped before its end everywhere. Give it less to do, a longer --for, or have it write its steps into $CARREL_PROGRESS."
        }
        guard let processor = known.first(where: { $0.on == "cpu" }), let alone = processor.wholeSeconds,
            let best = fastest.wholeSeconds
        else {
            return known.count == runs.count
                ? "Fastest: \(fastest.on)."
                : "Of \(known.count) of \(runs.count) the whole run is known; the fastest of those is \(fastest.on)."
        }
        if known.count == 1 {
            return "It takes \(Rough.seconds(alone)) on the processor alone; nothing else was compared."
        }
        if fastest.on == "cpu" { return "You don't need a GPU for this: the processor alone is the fastest." }
        let times = alone / max(best, 1e-9)
        // Nobody notices less.
        if alone - best < 60, times < 2 {
            return
                "You don't need a GPU for this: \(fastest.on) saves \(Rough.seconds(alone - best)) of \(Rough.seconds(alone))."
        }
        return "Fastest: \(fastest.on), \(String(format: "%.1f", times)) times as fast as the processor alone."
    }

    var table: Table {
        Table(
            ["ON", "REQUEST", "OUTCOME", "RAN", "WHOLE RUN", "ENERGY", "COST OF ENERGY"],
            runs.map { run in
                [
                    run.on, "\(run.request)", Self.said(run), run.seconds.map(Rough.seconds) ?? "-",
                    run.wholeSeconds.map(Rough.seconds) ?? "not known",
                    run.wholeJoules.map { Energy(millijoules: Int64($0 * 1_000)).text } ?? "not measured",
                    run.wholeCost.map { Cost(micros: Int64(($0.amount * 1_000_000).rounded()), currency: $0.currency).text }
                        ?? "-",
                ]
            }, whenEmpty: "Nothing ran.", dispensable: ["REQUEST"])
    }

    private static func said(_ run: Run) -> String {
        switch run.outcome {
        case "done": "done"
        case "cut": "stopped"
        case "notRun": "did not run"
        default: run.exitCode.map { "failed with \($0)" } ?? "failed"
        }
    }
}
