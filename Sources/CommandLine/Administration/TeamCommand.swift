package import ArgumentParser
import WireClient
import WireModel

/// `carrel team`: who shares a guarantee.
package struct TeamCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "team", abstract: "Show and set teams: their guarantees, limits and members.",
        subcommands: [List.self, Set.self, Remove.self], defaultSubcommand: List.self)

    package init() {}

    package struct List: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(commandName: "list", abstract: "List the teams.")

        @OptionGroup package var output: OutputOptions
        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func run() async throws {
            try await Exit.with(server) { client in
                try output.show(teams: try await client.get("/v1/teams", as: TeamList.self))
            }
        }
    }

    package struct Set: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Make or change a team: carrel team set vision --guarantee 2 --add alice",
            usage: "carrel team set NAME [options]", discussion: "For administrators. What is not named stays as it is.")

        @Argument(help: "The team's name.")
        package var name: String

        @Option(parsing: .unconditional, help: "GPUs that the team gets first.")
        package var guarantee: Int?

        @Option(parsing: .unconditional, help: "GPUs that the team may hold at once.")
        package var limit: Int?

        @Flag(help: "Take the limit away.")
        package var noLimit = false

        @Option(name: .customLong("add"), parsing: .upToNextOption, help: "Members to add.")
        package var adding: [String] = []

        @Option(name: .customLong("remove"), parsing: .upToNextOption, help: "Members to take out.")
        package var removing: [String] = []

        @OptionGroup package var output: OutputOptions
        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func run() async throws {
            let body = TeamBody(
                guarantee: guarantee, limit: limit, noLimit: noLimit ? true : nil, adding: adding, removing: removing)
            try await Exit.with(server) { client in
                let path = "/v1/teams/\(name.queryEscaped)"
                let list = try await client.send(.patch, path, body, as: TeamList.self)
                try output.show(changed: list)
            }
        }
    }

    package struct Remove: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove a team; its members are then in `everyone`.",
            discussion: "Its folder stays, as do profiles and data sets that name it: the answer says which.")

        @Argument(help: "The team's name.")
        package var name: String

        @OptionGroup package var output: OutputOptions
        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func run() async throws {
            try await Exit.with(server) { client in
                let path = "/v1/teams/\(name.queryEscaped)"
                try output.show(changed: try await client.send(.delete, path, nil, as: TeamList.self))
            }
        }
    }
}

extension OutputOptions {
    fileprivate func show(changed list: TeamList) throws {
        try show(teams: list)
        if !json { for warning in list.warnings ?? [] { Exit.say("warning: " + warning) } }
    }

    fileprivate func show(teams list: TeamList) throws {
        let rows = list.teams.map { team in
            [
                team.name, "\(team.guarantee)", team.limit.map { "\($0)" } ?? "none", "\(team.holds)",
                team.members.joined(separator: " "),
            ]
        }
        try show(
            list,
            Table(
                ["TEAM", "GUARANTEE", "LIMIT", "HOLDS", "MEMBERS"], rows,
                whenEmpty:
                    "No teams: everybody shares the pool alike. Make one with:\n  carrel team set NAME --guarantee 2 --add USER"
            ), csv: .list("teams", columns: ["name", "guarantee", "limit", "holds", "members"]))
    }
}
