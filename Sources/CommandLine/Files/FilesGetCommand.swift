package import ArgumentParser
import FleetModel
import Foundation
import WireClient
import WireModel

/// `carrel files get`: fetches a file.
package struct FilesGetCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Fetch a file.",
        usage: "carrel files get my/PATH [--output FILE] [--replace]",
        discussion: """
            It appears under its name when all of it has arrived.

            Examples:
              carrel files get my/results/model.pt
              carrel files get my/log.txt -o -
            """, aliases: ["download", "fetch"])

    @Argument(help: "The file: my/results/model.pt.")
    package var path: String

    /// Where to, as `cp` takes it, or more files.
    @Argument(help: .hidden)
    package var others: [String] = []

    @Option(name: .shortAndLong, help: "Where to: a name, or - for standard output; else its own name, here.")
    package var output: String?

    @Flag(help: "Replace a file that is here.")
    package var replace = false

    @OptionGroup var paths: PathOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws {
        try FilePlaces.check(path)
        if let other = others.first {
            let isPlace = FilePlaces.isPlace(other, of: "files")
            throw ValidationError(
                isPlace
                    ? "One file at a time: carrel files get \(path.shown), then carrel files get \(other.shown)"
                    : "Where to is said by --output: carrel files get \(path.shown) -o \(other.shown)")
        }
        if paths.escaped, output == nil {
            throw ValidationError("A name that is no text needs another one here: --output NAME")
        }
    }

    package mutating func run() async throws {
        let address = FilePlaces.address(path, isEscaped: paths.escaped)
        let target = output ?? FilePlaces.name(path), replace = replace
        try await Exit.with(server) { client in
            let about = try await client.get(FilePlaces.call(address, "about=1", "limit=1"), as: FileListView.self).entry
            guard about.kind == "file" else {
                Exit.say(
                    "\(about.path.shown) is no ordinary file (\(about.kind)). Only these are fetched; work can pack a folder: tar cf results.tar results"
                )
                throw ExitCode(1)
            }
            if target == "-" {
                try await client.download(FilePlaces.call(address)) { try FileHandle.standardOutput.write(contentsOf: $0) }
                return
            }
            let progress = TransferProgress(FilePlaces.name(target).shown, of: about.sizeBytes)
            let count = TransferCount()
            let size = try await Download(to: target, replace: replace).run { sink in
                try await client.download(FilePlaces.call(address)) {
                    try sink($0)
                    progress.moved(to: count.add($0.count))
                }
            }
            progress.end()
            Terminal.write("\(target.shown)  \(MemoryBytes(Int64(size)).text)\n")
        }
    }
}
