package import ArgumentParser

/// `carrel report`: what became of things over a span of time.
package struct ReportCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Report on a span of time: carrel report idle --last 7d.",
        subcommands: [IdleReportCommand.self, EnergyReportCommand.self])

    package init() {}
}
