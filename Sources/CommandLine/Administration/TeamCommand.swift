package import ArgumentParser
import FleetModel
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

        /// Missing where it came last: an option that takes several names has taken it.
        @Argument(help: "The team's name, before the options.")
        package var name: String?

        @Option(parsing: .unconditional, help: "GPUs that the team gets first.")
        package var guarantee: Int?

        @Option(parsing: .unconditional, help: "GPUs that the team may hold at once.")
        package var limit: Int?

        @Flag(help: "Take the limit away.")
        package var noLimit = false

        @Option(name: .customLong("add"), parsing: .upToNextOption, help: "Members to add: alice bob, or alice,bob.")
        package var adding: [String] = []

        @Option(name: .customLong("remove"), parsing: .upToNextOption, help: "Members to take out.")
        package var removing: [String] = []

        @OptionGroup package var output: OutputOptions
        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func validate() throws {
            if name == nil { throw ValidationError(missingName) }
            if noLimit, limit != nil { throw ValidationError("--limit and --no-limit: say one of them.") }
            (adding, removing) = (try Self.names(adding, of: "--add"), try Self.names(removing, of: "--remove"))
            for both in adding where removing.contains(both) {
                throw ValidationError("--add \(both.shown) --remove \(both.shown): say one of them.")
            }
        }

        private var missingName: String {
            guard let last = removing.last ?? adding.last else {
                return "Which team? Example: carrel team set vision --guarantee 2 --add alice"
            }
            let option = removing.isEmpty ? "--add" : "--remove"
            let others = (removing.isEmpty ? adding : removing).dropLast()
            return "The team's name comes first: carrel team set \(last.shown) \(option) "
                + (others.isEmpty ? "NAME" : others.joined(separator: " ").shown)
        }

        private static func names(_ words: [String], of option: String) throws -> [String] {
            try words.flatMap { word in
                let names = word.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
                guard names.allSatisfy({ $0.contains { !$0.isWhitespace } }) else {
                    throw ValidationError("\(option) “\(word.shown)”: a name in it is empty. Example: \(option) alice bob")
                }
                return names
            }
        }

        package mutating func run() async throws {
            let body = TeamBody(
                guarantee: guarantee, limit: limit, noLimit: noLimit ? true : nil, adding: adding, removing: removing)
            let name = name ?? ""
            try await Exit.with(server) { client in
                let path = "/v1/teams/\(name.percentEscaped())"
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
                let path = "/v1/teams/\(name.percentEscaped())"
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
