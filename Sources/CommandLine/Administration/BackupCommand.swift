package import ArgumentParser
import FleetModel
import Foundation
import Synchronization
import WireClient

/// `carrel backup`: a copy of the ledger, taken while the server runs.
package struct BackupCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the ledger into a file, while work goes on.",
        discussion: """
            The file holds every event, the commands and environments of work that is not over, and digests of tokens: keep \
            it where only you can read it. Output of work is not in it. `carrel restore FILE` puts it back.
            """)

    @Argument(help: "Where to write it; - for standard output.")
    package var file: String

    @Flag(help: "Write over a file that is there.")
    package var replace = false

    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            if file == "-" {
                try await client.download("/v1/backup") { try FileHandle.standardOutput.write(contentsOf: $0) }
                return
            }
            let size = try await Download(to: file, replace: replace).run { sink in
                try await client.download("/v1/backup", sink)
            }
            let text = ByteCountFormatStyle(style: .decimal).format(Int64(size))
            Terminal.write("Backed the ledger up to \(file) (\(text)). Output of work is not in it.\n")
        }
    }
}

/// `carrel export`: the events as lines of JSON.
package struct ExportCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write every event as a line of JSON.",
        discussion: """
            Each line has sequence, at (UTC), kind, version, request where there is one, and body. Events never change: go on \
            later with --after and the last sequence that you have. Events are kept for 400 days unless carrel up --keep-events \
            says otherwise; an --after from before that is refused, and without it the first one that is kept comes first.
            """)

    @Argument(help: "Where to write it; standard output unless given.")
    package var file: String?

    @Option(help: "Only events above this sequence; all that are kept unless given.")
    package var after: Int64?

    @Flag(help: "Write over a file that is there.")
    package var replace = false

    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws {
        guard after ?? 0 >= 0 else { throw ValidationError("--after is the number of an event; it can't be negative.") }
    }

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            let path = "/v1/export" + (after.map { "?after=\($0)" } ?? "")
            guard let file, file != "-" else {
                return try await client.download(path) { try FileHandle.standardOutput.write(contentsOf: $0) }
            }
            let lines = LineCount()
            let size = try await Download(to: file, replace: replace).run { sink in
                try await client.download(path) { piece in
                    lines.count(piece)
                    try sink(piece)
                }
            }
            let bytes = ByteCountFormatStyle(style: .decimal).format(Int64(size))
            Exit.say("wrote \(lines.total.counted("event")) to \(file) (\(bytes))")
        }
    }
}

/// How many lines went by.
private final class LineCount: Sendable {
    private let lines = Atomic(0)

    var total: Int { lines.load(ordering: .relaxed) }

    func count(_ piece: Data) {
        lines.add(piece.count { $0 == UInt8(ascii: "\n") }, ordering: .relaxed)
    }
}
