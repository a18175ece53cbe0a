package import ArgumentParser
import WireClient
import WireModel

/// `carrel attach`: comes back to work that runs.
package struct AttachCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "Come back to work that runs: its output, its exit code, Ctrl-C.",
        discussion: """
            The output is shown from its beginning, a terminal's from its last screens on. Leaving ends nothing. On a terminal all \
            who are attached see the same and may type; its size is that of whoever came or changed theirs last.
            """)

    @Argument(help: "The request's number.")
    package var id: Int64

    @Flag(help: "Don't pass standard input on.")
    package var noInput = false

    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            if !noInput, Terminal.inputIsTerminal, let terminal = try await Self.terminal(of: id, client) {
                return try await TerminalFollower.run(client, id, isNew: false, old: terminal.written)
            }
            let follower = WorkFollower(
                client, id, isTalkative: Terminal.errorIsTerminal, isKnown: false, timeIsDefault: false)
            let end = try await follower.follow(sendInput: !noInput && Terminal.inputIsTerminal)
            try RunCommand.leave(try await RunCommand.followOn(end, client, isTalkative: Terminal.errorIsTerminal))
        }
    }

    /// nil: it has none, or is over.
    private static func terminal(of id: Int64, _ client: CheckoutClient) async throws(ClientError) -> TerminalView? {
        do throws(ClientError) { return try await client.get("/v1/leases/\(id)/terminal", as: TerminalView.self) } catch {
            guard case .problem(let problem) = error, [404, 409].contains(problem.status) else { throw error }
            // What else is amiss, following it tells.
            return nil
        }
    }
}
