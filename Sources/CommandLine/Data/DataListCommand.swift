package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel data list`: those that you may use.
package struct DataListCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the data sets that you may use; administrators see all.")

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            let list = try await client.get("/v1/data", as: DataSetList.self)
            guard list.data.isEmpty, !output.isData else { return try output.show(data: list) }
            let who = try await client.get("/v1/session", as: WhoView.self)
            Terminal.write(
                who.administrator
                    ? "There are no data sets yet. Make one of a folder: carrel data add NAME FOLDER\n"
                    : "There are no data sets for you. An administrator makes one of a folder: carrel data add NAME FOLDER\n"
            )
        }
    }
}

extension OutputOptions {
    func show(data list: DataSetList) throws {
        let rows = list.data.map { set in
            [
                set.name, set.size, set.files.map { "\($0)" } ?? "", set.copyWord, set.audience, "\(set.usedBy)",
                LocalTime.text(set.addedAt), set.about ?? "",
            ]
        }
        try show(
            list,
            Table(
                ["NAME", "SIZE", "FILES", "COPY", "FOR", "IN USE", "ADDED", "ABOUT"], rows,
                whenEmpty: "There are no data sets any more.",
                dispensable: ["ADDED", "FILES", "IN USE"]),
            csv: .list(
                "data",
                columns: [
                    "name", "folder", "path", "sizeBytes", "files", "teams", "usedBy", "addedBy", "addedAt", "about", "copy",
                ]))
    }
}

extension DataSetView {
    var size: String { sizeBytes.map { MemoryBytes($0).text } ?? "not counted" }

    /// Whether it is read from the node's own disk.
    var copyWord: String { copy.map { $0.whole ? "yes" : "to be made" } ?? "no" }

    /// `everybody`, `vision, speech`.
    var audience: String { teams.map { $0.map(\.shown).joined(separator: ", ") } ?? "everybody" }
}
