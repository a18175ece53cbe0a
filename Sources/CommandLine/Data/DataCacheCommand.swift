package import ArgumentParser
import FleetModel
import Foundation
import WireClient
import WireModel

/// `carrel data cache`: a data set's copy on the node's own disk.
package struct DataCacheCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "cache", abstract: "Copy a data set to the node's own disk, for folders on slow file servers.",
        usage: "carrel data cache NAME [--remove] [--detach]",
        discussion: """
            For administrators. Work that asks for the set is shown the copy once it is whole, at the same place and to the same \
            people. The copying is work without a GPU; its words come out here, and Ctrl-C ends it. Where files came to the set's \
            folder or went since, work is shown the folder itself, and the next request has it copied again; after a change \
            further down give this command again: what was deleted or closed there stays readable in the copy until then. Copies \
            that were not used for longest go when another needs their room. A copying may take 24 hours.

            Only what everybody may read is copied (chmod -R a+rX).

            Examples:
              carrel data cache imagenet
              carrel data cache imagenet --remove
            """)

    @Argument(help: "The data set's name.")
    package var name: String

    @Flag(help: "Delete the copy; the set and its folder stay.")
    package var remove = false

    @Flag(name: .shortAndLong, help: "Print the request's number and leave; carrel attach comes back.")
    package var detach = false

    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            let path = "/v1/data/\(name.percentEscaped())/copy"
            let view =
                remove
                ? try await client.send(.delete, path, nil, as: RequestView.self)
                : try await client.send(
                    .post, path, nil, as: RequestView.self, headers: ["idempotency-key": UUID().uuidString])
            try await EnvCreateCommand.follow(view, client, detach: detach)
        }
    }
}
