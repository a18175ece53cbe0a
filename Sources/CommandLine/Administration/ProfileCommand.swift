package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel profile`: sizes with names, for people to choose.
package struct ProfileCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "profile", abstract: "Show the sizes to ask for by name, or set them.",
        discussion: """
            A profile gives what carrel run --profile NAME leaves open. What is said beside it counts before it; limits hold \
            all the same (carrel policy).
            """,
        subcommands: [List.self, Set.self, Remove.self], defaultSubcommand: List.self)

    package init() {}

    package struct List: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the sizes that you may ask for.")

        @OptionGroup package var output: OutputOptions
        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func run() async throws {
            try await Exit.with(server) { client in
                try output.show(profiles: try await client.get("/v1/profiles", as: ProfileList.self))
            }
        }
    }

    package struct Set: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Make or replace a size: carrel profile set small --gpus 1 --time 4h --cpus 4 --memory 16GB",
            usage: "carrel profile set NAME --gpus 1 [options]", discussion: "For administrators.")

        @Argument(help: "1 to 32 small letters, digits and hyphens.")
        package var name: String

        @Option(parsing: .unconditional, help: "How many GPUs and which: 1, a100:2, 24GB..:1, 0 for none.")
        package var gpus = "1"

        @Option(parsing: .unconditional, help: "How long the lease may last: 4h. Without it the policy's default.")
        package var time: String?

        @Option(parsing: .unconditional, help: "Processor cores. Without it the GPUs' share of the node.")
        package var cpus: String?

        @Option(parsing: .unconditional, help: "Memory: 16GB. Without it the GPUs' share of the node.")
        package var memory: String?

        @Option(
            name: .customLong("for"), parsing: .unconditional,
            help: "Who may use it: role=member,team=vision; without it everybody may.")
        package var audience: String?

        @Option(help: "A sentence for those who choose.")
        package var note: String?

        @OptionGroup package var output: OutputOptions
        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func validate() throws {
            try GivenValue.check(gpus, of: "--gpus", example: "1")
            try GivenValue.check(time, of: "--time", example: "4h")
            try GivenValue.check(cpus, of: "--cpus", example: "4")
            try GivenValue.check(memory, of: "--memory", example: "16GB")
            _ = try profile()
        }

        package mutating func run() async throws {
            let body = try profile()
            try await Exit.with(server) { client in
                let path = "/v1/profiles/\(name.percentEscaped())"
                let all = try await client.send(.put, path, body, as: ProfileList.self)
                try output.show(profiles: all)
                if all.profiles.first(where: { $0.name == name })?.neverFits == true {
                    Exit.say(
                        "No node of this pool could ever give \(name.shown): who asks by it is refused unless they ask for less "
                            + "beside it. It is kept nevertheless; set it again with less, or carrel profile remove \(name.shown)"
                    )
                }
            }
        }

        private func profile() throws -> ProfileView {
            var view = ProfileView(gpus: gpus, cpus: cpus, memory: memory, time: time, note: note)
            for word in audience?.split(separator: ",") ?? [] {
                let pair = word.split(separator: "=", maxSplits: 1).map(String.init)
                switch (pair.first, pair.count) {
                case ("role", 2):
                    guard AccountRole(rawValue: pair[1]) != nil else {
                        throw ValidationError("--for \(word): use role=member, role=operator or role=administrator.")
                    }
                    view.roles = (view.roles ?? []) + [pair[1]]
                case ("team", 2): view.teams = (view.teams ?? []) + [pair[1]]
                default:
                    throw ValidationError("--for \(String(word).shown): write role=member, team=vision or several of them.")
                }
            }
            return view
        }
    }

    package struct Remove: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove a size; what was asked for by it stays as it is.")

        @Argument(help: "The profile's name.")
        package var name: String

        @OptionGroup package var output: OutputOptions
        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func run() async throws {
            try await Exit.with(server) { client in
                let path = "/v1/profiles/\(name.percentEscaped())"
                try output.show(profiles: try await client.send(.delete, path, nil, as: ProfileList.self))
            }
        }
    }
}

extension OutputOptions {
    fileprivate func show(profiles list: ProfileList) throws {
        let rows = list.profiles.map { profile in
            [
                profile.name ?? "", profile.neverFits == true ? "\(profile.gpus) (not in this pool)" : profile.gpus,
                profile.time ?? "default", profile.cpus ?? "share",
                profile.memory ?? "share", profile.audience, profile.note ?? "",
            ]
        }
        try show(
            list,
            Table(
                ["PROFILE", "GPUS", "TIME", "CPUS", "MEMORY", "FOR", "NOTE"], rows,
                whenEmpty:
                    "No sizes with names yet. An administrator makes one with:\n  carrel profile set small --gpus 1 --time 4h"
            ),
            csv: .list(
                "profiles", columns: ["name", "gpus", "time", "cpus", "memory", "roles", "teams", "note", "neverFits"]))
    }
}

extension ProfileView {
    /// `everybody`, `role member, team vision`.
    fileprivate var audience: String {
        let all = (roles ?? []).map { "role " + $0 } + (teams ?? []).map { "team " + $0.shown }
        return all.isEmpty ? "everybody" : all.joined(separator: ", ")
    }
}
