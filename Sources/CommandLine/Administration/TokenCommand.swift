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

        @Option(help: "What it may do: read (look only), work (also ask and return), or admin (all that you may).")
        package var scope: String = "work"

        @OptionGroup package var output: OutputOptions
        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func validate() throws {
            guard ["read", "work", "admin"].contains(scope) else {
                throw ValidationError("“\(scope.shown)” is no scope; use read, work or admin.")
            }
        }

        package mutating func run() async throws {
            try await Exit.with(server) { client in
                let token = try await client.send(
                    .post, "/v1/tokens", TokenBody(name: name, time: time, scope: scope), as: TokenView.self)
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
            This token is shown only now: keep it like a password. \(use(token.url))
            It is valid \(token.expiresAt.map { "until " + LocalTime.text($0) } ?? "until it is revoked"); \
            `carrel token revoke \(token.id)` ends it.
            """
        }

        private static func use(_ url: String?) -> String {
            guard let url else {
                return "The server has no HTTP address where it could be used: start it without `--listen none` for one."
            }
            return """
                It stands for you at the server's HTTP address:
                  export CARREL_URL=\(url) CARREL_TOKEN=...
                  curl -H "Authorization: Bearer $CARREL_TOKEN" $CARREL_URL/v1/devices
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
                    csv: .list("tokens", columns: ["id", "name", "user", "scope", "createdAt", "expiresAt", "lastUsedAt"]))
            }
        }
    }

    package struct Revoke: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "Make a token worthless: carrel token revoke laptop.")

        @Argument(help: "The token's number or name, as listed. What is a number counts as one.")
        package var token: String

        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func run() async throws {
            try await Exit.with(server) { client in
                let id = try await number(client)
                try await client.tell(.delete, "/v1/tokens/\(id)", nil)
            }
        }

        private func number(_ client: CheckoutClient) async throws -> Int64 {
            if let number = Int64(token) { return number }
            let named = try await client.get("/v1/tokens", as: TokenList.self).tokens.filter { $0.name == token }
            if named.count == 1 { return named[0].id }
            Exit.say(
                named.isEmpty
                    ? "You have no token \"\(token.shown)\". Nothing was revoked. See: carrel token list"
                    : "\(named.count) of your tokens are called \"\(token.shown)\": numbers "
                        + named.map { "\($0.id)" }.joined(separator: ", ")
                        + ". Nothing was revoked. Name one by its number: carrel token revoke \(named[0].id)")
            throw ExitCode(1)
        }
    }
}

extension TokenList {
    fileprivate var table: Table {
        let rows = tokens.map { token in
            [
                "\(token.id)", token.name, token.scope ?? "", LocalTime.text(token.createdAt),
                token.expiresAt.map { LocalTime.text($0) } ?? "never",
                LocalTime.text(token.lastUsedAt),
            ]
        }
        return Table(
            ["ID", "NAME", "SCOPE", "MADE", "EXPIRES", "LAST USED"], rows,
            whenEmpty: "You have no tokens. Make one with: carrel token create NAME")
    }
}
