package import ArgumentParser
import WireClient
import WireModel

/// `carrel logs`: what work has written.
package struct LogsCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show what work has written; -f follows it.",
        discussion: "Standard output and standard error come out on the same streams here.")

    @Argument(help: "The request's number.")
    package var id: Int64

    @Flag(name: .shortAndLong, help: "Follow until the work is over.")
    package var follow = false

    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            try await client.followConsole(id, output: 0, error: 0, follow: follow) { frame in
                switch frame.kind {
                case .standardOutput: Terminal.write(frame.payload, to: 1)
                case .standardError: Terminal.write(frame.payload, to: 2)
                case .outputGap, .errorGap:
                    Exit.say("\(String(decoding: frame.payload, as: UTF8.self)) bytes are not kept here")
                case .notice, .heartbeat, .end, .size: break
                }
            }
        }
    }
}
