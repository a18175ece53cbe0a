package import ArgumentParser
import Foundation
import FleetModel
import WireClient
import WireModel

/// `carrel env remove`: deletes an environment.
package struct EnvRemoveCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Delete an environment. Work that runs in it will miss it.")

    @Argument(help: "Its name.")
    package var name: String

    @Flag(help: "The shared one of this name, for administrators.")
    package var shared = false

    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func run() async throws {
        var home = ProcessInfo.processInfo.environment["HOME"].map { "home=\($0.percentEscaped())" }
        if case .url = try server.address { home = nil }
        let query = shared ? "shared=1" : home ?? ""
        let path = "/v1/environments/\(name.percentEscaped())?\(query)"
        try await Exit.with(server) { client in
            let view = try await client.send(.delete, path, nil, as: RequestView.self)
            try await EnvCreateCommand.follow(view, client, detach: false)
        }
    }
}
