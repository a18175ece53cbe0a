package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel data remove`: a folder is no data set any more.
package struct DataRemoveCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take a data set away; its folder and files stay.",
        discussion: "For administrators. It is refused while requests ask for it, unless --force says otherwise.")

    @Argument(help: "Its name.")
    package var name: String

    @Flag(help: "Also while requests ask for it: what runs keeps what it is shown, what waits will not start.")
    package var force = false

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        let path = "/v1/data/\(name.percentEscaped())" + (force ? "?force=1" : "")
        try await Exit.with(server) { client in
            let list = try await client.send(.delete, path, nil, as: DataSetList.self)
            if output.isData { return try output.show(data: list) }
            Terminal.write("\(name.shown) is no data set any more; its folder and its files are as they were.\n")
        }
    }
}
