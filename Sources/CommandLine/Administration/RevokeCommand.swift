package import ArgumentParser
import WireClient
import WireModel

/// `carrel revoke`: an administrator takes a lease, or cancels a request, and says why.
package struct RevokeCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Take a lease from its user, with a reason (administrators).",
        usage: "carrel revoke ID --reason TEXT [options]",
        discussion: """
            The work is asked to end and ended by force after the policy's grace; its output stays. A request that waits is \
            cancelled. The user reads who did it and why.

            Example: carrel revoke 7 --reason "node n1 is serviced at noon"
            """)

    @Argument(help: "The number, as carrel ps lists it.")
    package var id: Int64

    @Option(parsing: .unconditional, help: "Why, on one line; the lease's user reads it.")
    package var reason: String

    @OptionGroup package var output: OutputOptions
    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            let view = try await client.send(
                .post, "/v1/leases/\(id)/revoke", RevokeBody(reason: reason), as: RequestView.self)
            if output.isData { return try output.show(view, view.details, csv: .fields) }
            Terminal.write(view.words + "\n")
        }
    }
}
