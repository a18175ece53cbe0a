package import ArgumentParser
import WireClient
import WireModel

/// `carrel data add`: makes a data set of a folder.
package struct DataAddCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make a data set of a folder: carrel data add imagenet /srv/imagenet",
        usage: "carrel data add NAME FOLDER [--about TEXT] [--team TEAM]... [options]",
        discussion: """
            For administrators. The folder stays where it is and as it is; work sees it read-only. What the rights of its files \
            forbid to the work's user stays forbidden. --team says who may ask for it; where others can reach the folder by \
            itself, that keeps nobody from reading it there.
            """)

    @Argument(help: "What people ask for it by: letters, digits and . _ -")
    package var name: String

    @Argument(help: "The folder on the node.")
    package var folder: String

    @Option(help: "What it holds, in a sentence.")
    package var about: String?

    @Option(name: .customLong("team"), help: "Only for this team; may be given several times. Without it for everybody.")
    package var teams: [String] = []

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        let body = NewDataSet(
            name: name, folder: SoftwareOptions.absolute(folder), about: about, teams: teams.isEmpty ? nil : teams)
        try await Exit.with(server) { client in
            let set = try await client.send(.post, "/v1/data", body, as: DataSetView.self)
            if output.isData { return try output.show(set, set.details, csv: .fields) }
            Terminal.write(
                "Data set \(set.name): \(set.size), for \(set.audience). carrel run --data \(set.name) shows it.\n")
            if set.folder != body.folder { Exit.say("that is a link; what is shown is \(set.folder.shown)") }
            if !set.readableByAll { Exit.say(DataSetView.closedWords) }
        }
    }
}
