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
            let here = try WorkHere()
            let devices = try await client.get("/v1/devices", as: DeviceList.self).devices
            let places = on.isEmpty ? Self.places(devices) : on
            var runs: [ShortRun] = [], refused: [(place: String, words: String)] = []
            for place in places {
                if !output.isData {
                    Exit.say("running it on \(place == "cpu" ? "the processor alone" : place), for \(span.text) at most")
                }
                var run: ShortRun
                do throws(ClientError) {
                    // What concerns them all is said with the first.
                    run = try await ShortRun.run(
                        request(place, span, here), at: place, in: folder, client, isFirst: runs.isEmpty)
                } catch {
                    // One that can't be had doesn't spoil the others.
                    guard case .problem(let problem) = error, places.count > 1 else { throw error }
                    refused.append((place, problem.detail))
                    continue
                }
                if run.isFailed {
                    run.lastWords = await SessionOpener(client: client, id: run.end.id, json: false).lastWords(of: run.end)
                }
                runs.append(run)
            }
            let report = CompareReport(runs, refused: refused, devices: devices)
            try output.show(
                report, report.table,
                csv: .list(
                    "runs",
                    columns: [
                        "on", "request", "outcome", "seconds", "wholeSeconds", "wholeJoules", "wholeCost.amount",
                        "wholeCost.currency", "rented.least.amount",
                        "rented.most.amount", "rented.least.currency",
                    ]))
            if !output.isData {
                let width = Terminal.width(of: 1)
                for run in report.runs {
                    guard let detail = run.detail else { continue }
                    Terminal.write("\n" + Wrapping.wrapped("\(run.on): \(detail.withoutControls)", width: width) + "\n")
                    for line in run.lastWords ?? [] { Terminal.write(line + "\n") }
                }
                Terminal.write("\n" + Wrapping.wrapped(report.words, width: width) + "\n")
                if !report.notes.isEmpty { Terminal.write("\n" + Advised.lines("Notes", report.notes)) }
            }
            if !runs.contains(where: { $0.isDone || $0.isCut }) { throw ExitCode(1) }
        }
    }

    /// The processor, and each model of GPU that can be had.
    private static func places(_ devices: [DeviceView]) -> [String] {
        var models: [String] = []
        for device in devices where !["quarantined", "missing", "frozen"].contains(device.state) {
            if !models.contains(device.model) { models.append(device.model) }
        }
        return ["cpu"] + models
    }

    private func request(_ place: String, _ span: TimeSpan, _ here: WorkHere) -> NewRequest {
        var request = NewRequest(
            name: "compare: \(place)", command: command, directory: here.directory, environment: here.environment,
            gpus: place == "cpu" ? "0" : place.contains(":") ? place : place + ":1", cpus: cpus, memory: memory,
            time: "\(span.milliseconds / 1_000)s")
        software.add(to: &request)
        sets.add(to: &request)
        return request
    }
}
