package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel share`: who may enter a session beside its user.
package struct ShareCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "share",
        abstract: "Let a colleague into a notebook or another session, or no longer: carrel share 12 ben.",
        discussion: """
            Whoever is let in can do there whatever you can: a notebook runs their code as you. Without a name it lists who is let \
            in. What is no longer shared ends for them within a second or two.
            """)

    @Argument(help: "The request's number.")
    package var id: Int64

    @Argument(help: "An account's name.")
    package var user: String?

    @Flag(help: "Don't let them in any longer.")
    package var remove = false

    @Flag(help: "JSON.")
    package var json = false

    @OptionGroup package var server: ServerOptions

    package init() {}

    package mutating func validate() throws {
        if remove, user == nil { throw ValidationError("--remove whom? carrel share \(id) NAME --remove") }
    }

    package mutating func run() async throws {
        try await Exit.with(server) { client in
            let path = "/v1/requests/\(id)/shares"
            let list: ShareList
            if let user {
                list = try await client.send(
                    remove ? .delete : .put, path + "/" + user.percentEscaped(), nil, as: ShareList.self)
            } else {
                list = try await client.get(path, as: ShareList.self)
            }
            if json { return try OutputOptions.showJSON(list) }
            Terminal.write(
                list.users.isEmpty
                    ? "The session of request \(id) is shared with nobody.\n"
                    : "The session of request \(id) is shared with \(list.users.joined(separator: ", ")).\n")
        }
    }
}
