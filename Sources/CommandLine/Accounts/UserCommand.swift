package import ArgumentParser
import FleetModel
import WireClient
import WireModel

/// `carrel user`: who may sign in with a browser.
package struct UserCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Sign in with a browser, and manage who may.",
        discussion: """
            Who is logged in on the server's machine needs no account for the command line. `carrel user link` prints a link that \
            signs a browser in as the same person, once, until tomorrow.
            """,
        subcommands: [
            List.self, Show.self, Add.self, Set.self, Disable.self, Enable.self, Disconnect.self, Link.self, Password.self,
            Sessions.self, SignOut.self,
        ], defaultSubcommand: List.self)

    package init() {}

    package struct List: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the accounts; for administrators.")

        @OptionGroup package var output: OutputOptions
        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func run() async throws {
            try await Exit.with(server) { client in
                try output.show(accounts: try await client.get("/v1/accounts", as: AccountList.self))
            }
        }
    }

    package struct Add: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Invite somebody: carrel user add alice --team vision",
            usage: "carrel user add NAME [options]",
            discussion: """
                Prints a link that signs them in, once, until tomorrow; then they can set a password. For administrators.
                """)

        @Argument(help: "The account's name: letters of a to z, digits, and . _ - @ + inside.")
        package var name: String

        @Option(help: "member, operator (also devices and nodes) or administrator (everything).")
        package var role: String = "member"

        @Option(help: "What pages show beside the name: \"Alice Ng\".")
        package var displayName: String?

        @Option(help: "A team that they join.")
        package var team: String?

        @Option(
            help:
                "The Unix user that their work runs as, by name or number; the one of the same name where there is one, unless given. A system user's by number only."
        )
        package var unixUser: String?

        @OptionGroup package var output: OutputOptions
        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func validate() throws { try checkRole(role) }

        package mutating func run() async throws {
            let body = NewAccount(name: name, displayName: displayName, role: role, unixUser: unixUser, team: team)
            try await Exit.with(server) { client in
                let account = try await client.send(.post, "/v1/accounts", body, as: AccountView.self)
                if let warning = account.warning { Exit.say(warning) }
                if output.isData { return try output.show(account, AccountList(accounts: [account]).table, csv: .fields) }
                guard let link = account.link else {
                    return Exit.say(
                        "The account \(account.name) is made. The server has no HTTP address to sign in at; start it without "
                            + "`--listen none` for one, then: carrel user link \(account.name)")
                }
                Terminal.write(link + "\n")
                Exit.say(
                    "This link signs in as \(account.name), once, until \(LocalTime.text(account.linkExpiresAt)). Whoever opens it "
                        + "first is signed in: send it to them alone.")
                if let port = link.loopbackPort {
                    Exit.say(
                        "The address is this machine's own. From elsewhere, first: ssh -L \(port):127.0.0.1:\(port) THIS-MACHINE"
                    )
                }
                if account.unixID == nil {
                    Exit.say(
                        "This machine has no Unix user \(account.name): where Carrel runs as root, their work needs one. "
                            + "carrel user set \(account.name) --unix-user NAME, or carrel up --uid-range")
                }
            }
        }
    }

    package struct Set: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Change an account: carrel user set alice --role operator",
            usage: "carrel user set NAME [options]", discussion: "For administrators. What is not named stays as it is.")

        @Argument(help: "The account's name.")
        package var name: String

        @Option(help: "member, operator or administrator.")
        package var role: String?

        @Option(help: "What pages show beside the name.")
        package var displayName: String?

        @Option(help: "The Unix user that their work runs as, by name or number, or none.")
        package var unixUser: String?

        @Flag(help: "No password signs in any more; links do.")
        package var noPassword = false

        @OptionGroup package var output: OutputOptions
        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func validate() throws {
            if let role { try checkRole(role) }
            guard role != nil || displayName != nil || unixUser != nil || noPassword else {
                throw ValidationError(
                    "Nothing to change is named: use --role, --display-name, --unix-user or --no-password.")
            }
        }

        package mutating func run() async throws {
            let body = AccountBody(
                displayName: displayName, role: role, unixUser: unixUser, noPassword: noPassword ? true : nil)
            try await change(name, body, output, server)
        }
    }

    package struct Disable: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "disable", abstract: "Let an account do nothing any more; its work goes on until its lease ends.",
            discussion:
                "Ends where it is signed in; its tokens open nothing meanwhile. Not the only administrator's. For administrators."
        )

        @Argument(help: "The account's name.")
        package var name: String

        @OptionGroup package var output: OutputOptions
        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func run() async throws { try await change(name, AccountBody(disabled: true), output, server) }
    }

    package struct Enable: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "enable", abstract: "Let a disabled account in again; for administrators.")

        @Argument(help: "The account's name.")
        package var name: String

        @OptionGroup package var output: OutputOptions
        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func run() async throws { try await change(name, AccountBody(disabled: false), output, server) }
    }
}

/// Sends a change and shows the account as it is then.
private func change(_ name: String, _ body: AccountBody, _ output: OutputOptions, _ server: ServerOptions) async throws {
    try await Exit.with(server) { client in
        let account = try await client.send(.patch, "/v1/accounts/\(name.percentEscaped())", body, as: AccountView.self)
        if let warning = account.warning { Exit.say(warning) }
        try output.show(account, AccountList(accounts: [account]).table, csv: .fields)
    }
}

private func checkRole(_ role: String) throws {
    guard ["member", "operator", "administrator"].contains(role) else {
        throw ValidationError("“\(role.shown)” is no role; use member, operator or administrator.")
    }
}

extension OutputOptions {
    fileprivate func show(accounts list: AccountList) throws {
        try show(
            list, list.table,
            csv: .list(
                "accounts",
                columns: [
                    "name", "displayName", "role", "disabled", "hasPassword", "unixID", "team", "createdAt", "lastSignInAt",
                ]))
    }
}

extension AccountList {
    fileprivate var table: Table {
        let rows = accounts.map { account in
            [
                account.name, account.displayName, account.disabled ? "\(account.role), disabled" : account.role,
                account.team ?? "", account.unixID.map { "\($0)" } ?? "none", account.hasPassword ? "yes" : "no",
                account.lastSignInAt.map { LocalTime.text($0) } ?? "never",
            ]
        }
        return Table(
            ["NAME", "SHOWN AS", "ROLE", "TEAM", "UNIX USER", "PASSWORD", "LAST SIGN-IN"], rows,
            whenEmpty: "No accounts: nobody has signed in with a browser. Begin with: carrel user link",
            dispensable: ["PASSWORD", "SHOWN AS"])
    }
}
