package import ArgumentParser

/// `carrel open`: another address for a session.
package struct OpenCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Print an address that opens a notebook or another session: carrel open 12.",
        discussion: """
            The address works once and for ten minutes. Sessions are notebooks (carrel notebook), and programs that listen for \
            browsers: carrel run --port 6006 -- tensorboard --logdir runs --port 6006
            """)

    @Argument(help: "The request's number.")
    package var id: Int64

    @Flag(help: "The address as JSON.")
    package var json = false

    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        try await Exit.with(server) { try await SessionOpener(client: $0, id: id, json: json).run() }
    }
}
