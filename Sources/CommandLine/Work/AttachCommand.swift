package import ArgumentParser
import WireClient
import WireModel

/// `carrel attach`: comes back to work that runs.
package struct AttachCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "Come back to work that runs: its output, its exit code, Ctrl-C.",
        discussion: "The output is shown from its beginning. Leaving ends nothing.")

    @Argument(help: "The request's number.")
    package var id: Int64

    @Flag(help: "Don't pass standard input on.")
    package var noInput = false

    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            let follower = WorkFollower(
                client, id, isTalkative: Terminal.errorIsTerminal, isKnown: false, timeIsDefault: false)
            let end = try await follower.follow(sendInput: !noInput && Terminal.inputIsTerminal)
            try RunCommand.leave(try await RunCommand.followOn(end, client, isTalkative: Terminal.errorIsTerminal))
        }
    }
}
