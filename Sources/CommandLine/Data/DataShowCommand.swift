package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel data show`: one data set, whole.
package struct DataShowCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one data set.")

    @Argument(help: "Its name.")
    package var name: String

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            let list = try await client.get("/v1/data", as: DataSetList.self)
            guard let set = list.data.first(where: { $0.name == name }) else {
                Exit.say("There is no data set \(name.shown) for you; carrel data lists those that there are.")
                throw ExitCode(1)
            }
            try output.show(set, set.details, csv: .fields)
        }
    }
}

extension DataSetView {
    static let closedWords =
        "not every user of the machine may read all of this folder: work of one who may not enter it is not started with it, and files in it that are closed to them stay closed; `chmod -R o+rX` opens all"

    var details: Table {
        var rows = [
            ["data set", name], ["about", about ?? ""], ["folder", folder], ["shown at", path],
            ["size", size + (files.map { ", \($0) file\($0 == 1 ? "" : "s"), when it was added" } ?? "")],
            ["for", audience], ["added", "\(LocalTime.text(addedAt)) by \(addedBy)"],
            ["in use", usedBy == 0 ? "by nobody now" : "by \(usedBy) request\(usedBy == 1 ? "" : "s")"],
        ]
        if let copy { rows.append(["copy", copy.words]) }
        if !readableByAll { rows.append(["rights", Self.closedWords]) }
        rows.removeAll { $0 == ["about", ""] }
        return Table(["", ""], rows, whenEmpty: "")
    }
}

extension DataCopyView {
    fileprivate var words: String {
        guard whole else { return "to be made: carrel data cache makes it, and so does the next request for the set" }
        let size = sizeBytes.map { MemoryBytes($0).text } ?? "", made = madeAt.map { LocalTime.text($0) } ?? ""
        return "\(size), \(files ?? 0) file\(files == 1 ? "" : "s"), on this machine's disk since \(made)"
    }
}
