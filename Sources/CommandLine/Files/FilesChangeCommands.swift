package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel files mkdir`: makes a folder.
package struct FilesMakeCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "mkdir", abstract: "Make a folder in one that is there; with --parents those above it as well.",
        aliases: ["makedir"])

    @Argument(help: "The folder: my/data.")
    package var path: String

    @Flag(name: .shortAndLong, help: "Also the folders above it; one that is there is no mistake.")
    package var parents = false

    @OptionGroup var paths: PathOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws { try FilePlaces.check(path) }

    package mutating func run() async throws {
        let address = FilePlaces.address(path, isEscaped: paths.escaped)
        let parents = parents
        try await Exit.with(server) { client in
            guard parents else {
                _ = try await client.send(.post, FilePlaces.call(address), nil, as: FileEntryView.self)
                return
            }
            let parts = address.split(separator: "/"), top = parts.first == "teams" ? 2 : 1
            for end in parts.indices where end >= top {
                try await Self.make(parts[...end].joined(separator: "/"), client)
            }
        }
    }

    /// Unless it is there.
    private static func make(_ address: String, _ client: CheckoutClient) async throws {
        do throws(ClientError) {
            _ = try await client.send(.post, FilePlaces.call(address), nil, as: FileEntryView.self)
        } catch {
            guard case .problem(let problem) = error, problem.type.hasSuffix("file-exists"),
                try await client.get(FilePlaces.call(address, "about=1", "limit=1"), as: FileListView.self).entry.kind
                    == "folder"
            else { throw error }
        }
    }
}

/// `carrel files rm`: removes a file or a folder.
package struct FilesRemoveCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rm", abstract: "Remove a file or an empty folder; with --recursive a folder with all that is in it.",
        aliases: ["remove", "delete"])

    @Argument(help: "The file or folder: my/data/old.csv.")
    package var path: String

    @Flag(name: .shortAndLong, help: "A folder with all that is in it.")
    package var recursive = false

    @OptionGroup var paths: PathOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws { try FilePlaces.check(path) }

    package mutating func run() async throws {
        let address = FilePlaces.address(path, isEscaped: paths.escaped), all = recursive ? "recursive=1" : ""
        try await Exit.with(server) { client in
            let gone = try await client.send(
                .delete, FilePlaces.call(address, all), nil, as: FilesRemoved.self, wait: .seconds(900))
            if gone.removed > 1 { Terminal.write("\(gone.removed) files and folders are gone.\n") }
        }
    }
}

/// `carrel files use`: what files take, and what there is room for.
package struct FilesUseCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "use", abstract: "Show what your files take, what is free, and your quota where there is one.",
        aliases: ["df", "du"])

    @Argument(help: "A folder: my/data; without one all your places.")
    package var path: String?

    @OptionGroup var paths: PathOptions
    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws { if let path { try FilePlaces.check(path) } }

    package mutating func run() async throws {
        let given = path.map { FilePlaces.address($0, isEscaped: paths.escaped) }, output = output
        try await Exit.with(server) { client in
            let all = given == nil ? try await client.get("/v1/files", as: FilePlaceList.self).places.map(\.path) : []
            var views: [FileUseView] = []
            for path in given.map({ [$0] }) ?? all {
                views.append(try await client.get(FilePlaces.call(path, route: "file-use"), as: FileUseView.self))
            }
            try output.show(
                FileUses(use: views), Self.table(views),
                csv: .list(
                    "use",
                    columns: [
                        "path", "usedBytes", "files", "folders", "whole", "freeBytes", "totalBytes", "quotaUsedBytes",
                        "quotaBytes",
                    ]))
        }
    }

    /// A list inside an object, as everywhere.
    private struct FileUses: Encodable { let use: [FileUseView] }

    private static func table(_ views: [FileUseView]) -> Table {
        let rows = views.map { view in
            [
                view.path, (view.whole ? "" : "over ") + MemoryBytes(view.usedBytes).text, "\(view.files)",
                MemoryBytes(view.freeBytes).text,
                view.quotaBytes.map { "\(MemoryBytes(view.quotaUsedBytes ?? 0).text) of \(MemoryBytes($0).text)" } ?? "none",
            ]
        }
        return Table(["PLACE", "USED", "FILES", "FREE", "QUOTA"], rows, whenEmpty: "")
    }
}
