package import ArgumentParser
import WireClient
import WireModel

/// `carrel token`: personal access tokens for the HTTP address.
package struct TokenCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make, list and revoke your tokens for the HTTP address.",
        subcommands: [Create.self, List.self, Revoke.self], defaultSubcommand: List.self)

    package init() {}

    package struct Create: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make a token; it is shown once and never again.")

        @Argument(help: "What it is for, such as laptop.")
        package var name: String

        @Option(parsing: .unconditional, help: "How long it is valid: 30d. Without it, until revoked.")
        package var time: String?

        @OptionGroup package var output: OutputOptions
        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func run() async throws {
            try await Exit.with(server) { client in
                let token = try await client.send(.post, "/v1/tokens", TokenBody(name: name, time: time), as: TokenView.self)
                if output.isData {
                    try output.show(token, TokenList(tokens: [token]).table, csv: .fields)
                } else {
                    Terminal.write((token.token ?? "") + "\n")
                }
                Exit.say(Self.note(token))
            }
        }

        private static func note(_ token: TokenView) -> String {
            """
            This token is shown only now: keep it like a password. It stands for you at the server's HTTP address, \
            which `carrel up` printed:
              export CARREL_URL=http://127.0.0.1:8642 CARREL_TOKEN=...
              curl -H "Authorization: Bearer $CARREL_TOKEN" $CARREL_URL/v1/devices
            It is valid \(token.expiresAt.map { "until " + LocalTime.text($0) } ?? "until it is revoked"); \
            `carrel token revoke \(token.id)` ends it.
            """
        }
    }

    package struct List: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(commandName: "list", abstract: "List your tokens.")

        @OptionGroup package var output: OutputOptions
        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func run() async throws {
            try await Exit.with(server) { client in
                let list = try await client.get("/v1/tokens", as: TokenList.self)
                try output.show(
                    list, list.table,
                    csv: .list("tokens", columns: ["id", "name", "user", "createdAt", "expiresAt", "lastUsedAt"]))
            }
        }
    }

    package struct Revoke: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "Make a token worthless.")

        @Argument(help: "The token's number, as listed.")
        package var id: Int64

        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func run() async throws {
            try await Exit.with(server) { client in try await client.tell(.delete, "/v1/tokens/\(id)", nil) }
        }
    }
}

extension TokenList {
    fileprivate var table: Table {
        let rows = tokens.map { token in
            [
                "\(token.id)", token.name, LocalTime.text(token.createdAt),
                token.expiresAt.map { LocalTime.text($0) } ?? "never",
                LocalTime.text(token.lastUsedAt),
            ]
        }
        return Table(
            ["ID", "NAME", "MADE", "EXPIRES", "LAST USED"], rows,
            whenEmpty: "You have no tokens. Make one with: carrel token create NAME")
    }
}
