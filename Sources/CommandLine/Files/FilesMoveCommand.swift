package import ArgumentParser
import WireClient
import WireModel

/// `carrel files mv`: another name or another folder.
package struct FilesMoveCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "mv", abstract: "Give a file or a folder another name, or put it into another folder.",
        usage: "carrel files mv FROM TO [--replace]",
        discussion: """
            Both are in the same place, my/ or your team's. A TO that ends with / is a folder that is there; else it is the new \
            name. Links are moved and not followed, and nothing is replaced unasked.

            Examples:
              carrel files mv my/run1 my/run1-old
              carrel files mv my/model.pt my/models/
            """, aliases: ["move", "rename"])

    @Argument(help: "What is there: my/run1.")
    package var from: String

    @Argument(help: "What it is to be called, or the folder that it is to be in: my/old/")
    package var to: String

    @Flag(help: "A file may take the place of a file that is there.")
    package var replace = false

    @OptionGroup var paths: PathOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws {
        try FilePlaces.check(from)
        // As people say it who are used to `mv old new`.
        if !to.contains("/"), !FilePlaces.isPlace(to, of: "files") {
            let folder = from.split(separator: "/").dropLast().joined(separator: "/")
            throw ValidationError(
                "“\(to.shown)” is no path on the server. Write the whole of it: \(folder.shown)/\(to.shown)")
        }
        try FilePlaces.check(to)
    }

    package mutating func run() async throws {
        let target = FilePlaces.isFolder(to) ? Self.inside(to, FilePlaces.name(from)) : to
        let address = FilePlaces.address(from, isEscaped: paths.escaped), replace = replace ? "replace=1" : ""
        let body = FileMove(to: FilePlaces.address(target, isEscaped: paths.escaped))
        try await Exit.with(server) { client in
            let moved = try await client.send(
                .post, FilePlaces.call(address, replace, route: "file-move"), body, as: FileEntryView.self)
            Terminal.write("\(from.shown) is now \(target.shown)\(moved.kind == "folder" ? "/" : "")\n")
        }
    }

    private static func inside(_ folder: String, _ name: String) -> String {
        (folder.hasSuffix("/") ? folder : folder + "/") + name
    }
}
