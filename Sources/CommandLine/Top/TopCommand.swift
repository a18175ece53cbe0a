package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel top`: what every GPU does, now.
package struct TopCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "top", abstract: "Watch what each GPU does: use, memory, power, temperature, and who has it.",
        usage: "carrel top [--once] [--interval 2s] [options]",
        discussion: """
            Ends with q or Ctrl-C. Without a terminal it shows it once. What is not known is a dash and never 0. A GPU is unused \
            when somebody holds it and nothing ran on it in the newest minute. A narrow terminal leaves columns out; --json has all. \
            NO_COLOR turns colours off.
            """)

    @Flag(help: "Show it once.")
    package var once = false

    @Option(help: "How often it is shown anew: 2s, at least 1s.")
    package var interval = "2s"

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws { _ = try pause() }

    private func pause() throws -> Duration {
        let span: TimeSpan
        do throws(TimeSpan.ParseError) { span = try TimeSpan(parsing: interval) } catch {
            throw ValidationError(error.words("interval"))
        }
        guard span >= .seconds(1), span <= .hours(1) else {
            throw ValidationError("--interval \(interval) is not between 1s and 1h.")
        }
        return .milliseconds(span.milliseconds)
    }

    package mutating func run() async throws {
        let pause = try pause()
        try await Exit.with(server) { client in
            let first = try await client.get(Self.path, as: TelemetryNow.self)
            guard !once, !output.isData, Screen.isThere else { return try show(first) }
            try await TopLoop(client: client, pause: pause).run(first)
        }
    }

    static let path = "/v1/telemetry/now"

    private func show(_ now: TelemetryNow) throws {
        let picture = TopPicture(now, unicode: Glyphs.areUnicode)
        try output.show(now, picture.table, csv: .list("devices", columns: GPUsCommand.csvColumns))
        if !output.isData {
            Terminal.write(Wrapping.wrapped(picture.totals.joined(separator: "\n"), width: Terminal.width(of: 1)) + "\n")
        }
    }
}
