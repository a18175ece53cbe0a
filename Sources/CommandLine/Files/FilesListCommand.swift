package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel files list`: what is in a folder.
package struct FilesListCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List a folder; without one, the places there are and what is in my/.",
        aliases: ["ls"])

    @Argument(help: "The folder: my/data or teams/NAME.")
    package var path: String?

    @OptionGroup var paths: PathOptions
    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws { if let path { try FilePlaces.check(path) } }

    package mutating func run() async throws {
        let path = path, output = output, isEscaped = paths.escaped
        try await Exit.with(server) { client in
            let places = path == nil ? try await client.get("/v1/files", as: FilePlaceList.self).places : []
            let address = FilePlaces.address(path ?? "my", isEscaped: isEscaped)
            var view = try await Self.page(address, nil, client)
            while let next = view.next {
                let more = try await Self.page(address, next, client)
                view.entries += more.entries
                (view.next, view.cut) = (more.next, more.cut)
            }
            try output.show(
                view, Self.table(view), csv: .list("entries", columns: ["name", "kind", "sizeBytes", "changedAt", "path"]))
            guard !output.isData else { return }
            if view.cut { Exit.say("the folder holds more; only the first 100000 names are listed") }
            let others = places.filter { $0.team != nil }.map(\.path)
            if !others.isEmpty { Terminal.write("Also: \(others.joined(separator: ", ").shown)\n") }
        }
    }

    static func page(_ address: String, _ after: String?, _ client: CheckoutClient) async throws -> FileListView {
        var view = try await client.get(
            FilePlaces.call(address, "about=1", after.map { "after=\($0.percentEscaped())" } ?? ""), as: FileListView.self)
        if view.entry.kind != "folder" { view.entries = [view.entry] }
        return view
    }

    private static func table(_ view: FileListView) -> Table {
        let rows = view.entries.map { entry in
            [
                entry.name.shown + (entry.kind == "folder" ? "/" : ""),
                entry.kind == "file" ? MemoryBytes(entry.sizeBytes).text : entry.kind,
                LocalTime.text(entry.changedAt),
            ]
        }
        return Table(
            ["NAME", "SIZE", "CHANGED"], rows,
            whenEmpty: "\(view.entry.path.shown) is empty. Send something: carrel files put FILE \(view.entry.path.shown)/")
    }
}
