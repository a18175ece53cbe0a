package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel files put`: sends files.
package struct FilesPutCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "put", abstract: "Send files into a folder.",
        usage: "carrel files put FILE ... [my/FOLDER/ | my/NAME | teams/NAME/…] [--replace]",
        discussion: """
            Without a place they go into my/. A place that ends with / is a folder that is there; else it is the file's new name. - \
            is standard input. A file appears under its name when all of it has arrived, and nothing is replaced unasked.

            Examples:
              carrel files put train.py data.csv
              carrel files put data.csv my/data/
              tar c src | carrel files put - my/src.tar
            """, aliases: ["upload", "send"])

    @Argument(help: "Files of this machine, and then where to.")
    package var words: [String]

    @Flag(help: "Replace files that are there.")
    package var replace = false

    @OptionGroup var paths: PathOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    /// A last word that begins with a place, and is no file here, says where to.
    private var parts: (files: [String], place: String) {
        guard words.count > 1, let last = words.last, FilePlaces.isPlace(last, of: "files"),
            !["my", "teams"].contains(last) || !LocalFile(path: last).isFile
        else {
            return (words, "my/")
        }
        return (Array(words.dropLast()), last)
    }

    package mutating func validate() throws {
        let (files, place) = parts
        try FilePlaces.check(place)
        if files.count > 1, !FilePlaces.isFolder(place) {
            throw ValidationError("Several files go into a folder: write \(place)/")
        }
        if files.contains("-"), FilePlaces.isFolder(place) {
            throw ValidationError("Standard input needs a name: carrel files put - my/NAME")
        }
    }

    package mutating func run() async throws {
        let (files, place) = parts
        let replace = replace, isEscaped = paths.escaped
        let isFolder = FilePlaces.isFolder(place)
        // All of them before the first is sent: what is half done is harder to set right.
        let sources = files.map(LocalFile.init)
        var mistakes = sources.compactMap(\.mistake)
        if isFolder { mistakes += LocalFile.doubled(sources) }
        guard mistakes.isEmpty else {
            for mistake in mistakes { Exit.say(mistake) }
            Exit.say("Nothing was sent.")
            throw ExitCode(66)
        }
        let folder = FilePlaces.address(place, isEscaped: isEscaped)
        try await Exit.with(server) { client in
            for source in sources {
                let address =
                    isFolder ? folder.trimmingSlash + "/" + FilePlaces.address(source.name, isEscaped: false) : folder
                try await Self.send(
                    source, to: address, shown: isFolder ? place.trimmingSlash + "/" + source.name : place, replace, client)
            }
        }
    }

    private static func send(
        _ source: LocalFile, to address: String, shown: String, _ replace: Bool, _ client: CheckoutClient
    ) async throws {
        guard let (handle, length) = source.open() else {
            Exit.say("\(source.path.shown) is not there any more, or another file. It was not sent.")
            throw ExitCode(66)
        }
        let progress = TransferProgress(FilePlaces.name(shown).shown, of: length)
        let view: FileEntryView
        do {
            view = try await client.upload(
                handle, length: length, to: FilePlaces.call(address, replace ? "replace=1" : ""), as: FileEntryView.self,
                sent: { progress.moved(to: $0) })
        } catch {
            progress.end()
            throw await Self.pointed(error, at: shown, address, source, client)
        }
        progress.end()
        Terminal.write("\(shown.shown)  \(MemoryBytes(view.sizeBytes).text)\n")
    }

    /// Where a folder has the file's new name, the file was most often to go into it.
    private static func pointed(
        _ error: any Error, at shown: String, _ address: String, _ source: LocalFile, _ client: CheckoutClient
    ) async -> any Error {
        guard case ClientError.problem(var problem) = error,
            ["file-exists", "not-a-file"].contains(where: problem.type.hasSuffix),
            let there = try? await client.get(FilePlaces.call(address, "about=1", "limit=1"), as: FileListView.self).entry,
            there.kind == "folder"
        else { return error }
        problem.detail =
            "\(shown.shown) is a folder, and nothing was sent. Into it: carrel files put \(source.path.shown) \(shown.shown)/"
        return ClientError.problem(problem)
    }
}

extension String {
    fileprivate var trimmingSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
