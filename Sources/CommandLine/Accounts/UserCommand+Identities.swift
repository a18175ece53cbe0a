package import ArgumentParser
import FleetModel
import WireClient
import WireModel

extension UserCommand {
    package struct Show: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show an account: its role, how it comes in, and who it is at sign-in services outside.")

        @Argument(help: "The account's name; your own unless given. Others' are for administrators.")
        package var name: String?

        @OptionGroup package var output: OutputOptions
        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func run() async throws {
            let name = name
            try await Exit.with(server) { client in
                let account = try await client.get(
                    "/v1/accounts/\(try await own(name, client).percentEscaped())", as: AccountView.self)
                try output.show(account, account.facts, csv: .fields)
            }
        }
    }

    package struct Disconnect: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "disconnect", abstract: "Let a sign-in service outside sign nobody in as an account any more.",
            discussion:
                "Your own, where another way in stays or the service is set up no more; anybody's for administrators. What is "
                + "signed in stays: "
                + "`carrel user sign-out NAME` ends that.")

        @Argument(help: "The account's name; your own unless given.")
        package var name: String?

        @Option(help: "The service's address, as `carrel user show` has it, where there are several.")
        package var issuer: String?

        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func run() async throws {
            let name = name, query = issuer.map { "?issuer=\($0.percentEscaped())" } ?? ""
            try await Exit.with(server) { client in
                let account = try await own(name, client)
                try await client.tell(.delete, "/v1/accounts/\(account.percentEscaped())/identities" + query, nil)
                Exit.say(
                    "\(account.shown) is disconnected. Where they are signed in, they stay: carrel user sign-out \(account.shown)"
                )
            }
        }
    }
}

/// The name that was given, or the caller's.
private func own(_ name: String?, _ client: CheckoutClient) async throws -> String {
    if let name { return name }
    return try await client.get("/v1/session", as: WhoView.self).user
}

extension AccountView {
    fileprivate var facts: Table {
        var rows = [
            ["Name", name], ["Shown as", displayName], ["Role", disabled ? "\(role), disabled" : role],
            ["Team", team ?? "none"],
            ["Unix user", unixID.map { "\($0)" } ?? "none"], ["Password", hasPassword ? "yes" : "no"],
            ["Last sign-in", lastSignInAt.map { LocalTime.text($0) } ?? "never"],
        ]
        for identity in identities ?? [] {
            rows.append(
                [
                    "Sign-in service",
                    "\(identity.issuer) as \(identity.subject), since \(LocalTime.text(identity.connectedAt))",
                ])
        }
        return Table(["WHAT", "IS"], rows, whenEmpty: "")
    }
}
