package import ArgumentParser

/// `carrel report`: what became of things over a span of time.
package struct ReportCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Report on a span of time: carrel report idle --last 7d.",
        subcommands: [IdleReportCommand.self, EnergyReportCommand.self, AccuracyReportCommand.self])

    @Flag(help: "The same as carrel report accuracy.")
    package var accuracy = false

    @OptionGroup package var options: AccuracyOptions

    package init() {}

    package mutating func validate() throws {
        guard !accuracy else { return try options.check() }
        if options.since != AccuracyOptions.usual {
            throw ValidationError("Report on what? carrel report energy, idle or accuracy.")
        }
    }

    package mutating func run() async throws {
        guard accuracy else { throw CleanExit.helpRequest(Self.self) }
        try await options.run()
    }
}
