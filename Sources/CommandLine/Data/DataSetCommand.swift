package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel data set`: what is said about a data set, and whom it is for.
package struct DataSetCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change what is said about a data set, or whom it is for.",
        usage: "carrel data set NAME [--about TEXT] [--team TEAM]... [--everybody]",
        discussion: "For administrators. What runs keeps what it is shown; what waits for it is asked again when it starts.")

    @Argument(help: "Its name.")
    package var name: String

    @Option(help: "What it holds, in a sentence.")
    package var about: String?

    @Option(name: .customLong("team"), help: "From now on only for this team; may be given several times.")
    package var teams: [String] = []

    @Flag(help: "From now on for everybody.")
    package var everybody = false

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws {
        if everybody, !teams.isEmpty { throw ValidationError("Choose one of --team and --everybody.") }
        if about == nil, teams.isEmpty, !everybody {
            throw ValidationError("Say what to change: --about, --team or --everybody.")
        }
    }

    package mutating func run() async throws {
        let body = DataSetChange(about: about, teams: everybody ? [] : teams.isEmpty ? nil : teams)
        try await Exit.with(server) { client in
            let set = try await client.send(.patch, "/v1/data/\(name.percentEscaped())", body, as: DataSetView.self)
            try output.show(set, set.details, csv: .fields)
        }
    }
}
