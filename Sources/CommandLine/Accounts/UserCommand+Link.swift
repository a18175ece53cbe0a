package import ArgumentParser
import FleetModel
import WireClient
import WireModel

extension UserCommand {
    package struct Link: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "link", abstract: "Print a link that signs a browser in, once, until tomorrow.",
            discussion: "Without a name: as yourself, on the server's machine. For somebody else: for administrators.")

        @Argument(help: "The account; yourself unless given.")
        package var name: String?

        @OptionGroup package var output: OutputOptions
        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func run() async throws {
            try await Exit.with(server) { client in
                let ticket = try await client.send(.post, "/v1/tickets", TicketBody(user: name), as: TicketView.self)
                if output.isData { return try output.show(ticket, Table([], [], whenEmpty: ""), csv: .fields) }
                Terminal.write(ticket.url + "\n")
                Exit.say(
                    "Open it in a browser: it signs in as \(ticket.user), once, until \(LocalTime.text(ticket.expiresAt)). Whoever "
                        + "opens it first is signed in. Links made for \(ticket.user) before are worthless now.")
                guard let host = ticket.url.loopbackPort else { return }
                Exit.say(
                    "The address is this machine's own. From your desk, first: ssh -L \(host):127.0.0.1:\(host) THIS-MACHINE"
                )
            }
        }
    }

    package struct Password: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "password", abstract: "Set a password for the sign-in page; it is asked for, or read from a pipe.",
            discussion: "Signs the account out everywhere. Without a name: your own. For somebody else: for administrators.")

        @Argument(help: "The account; yourself unless given.")
        package var name: String?

        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func run() async throws {
            let password = try HiddenInput.newPassword()
            try await Exit.with(server) { client in
                let user: String
                if let name { user = name } else { user = try await client.get("/v1/session", as: WhoView.self).user }
                try await client.tell(
                    .put, "/v1/accounts/\(user.percentEscaped())/password", PasswordBody(password: password))
                Exit.say("The password of \(user) is set. It was signed out everywhere.")
            }
        }
    }

    package struct Sessions: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "sessions", abstract: "List the browsers that are signed in as you.")

        @Argument(help: "Another account; for administrators.")
        package var name: String?

        @Flag(help: "Everybody's; for administrators.")
        package var all = false

        @OptionGroup package var output: OutputOptions
        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func run() async throws {
            let query = all ? "?all=1" : name.map { "?user=\($0.percentEscaped())" } ?? ""
            try await Exit.with(server) { client in
                let list = try await client.get("/v1/sessions" + query, as: BrowserSessionList.self)
                let rows = list.sessions.map { session in
                    [
                        "\(session.id)", session.user, LocalTime.text(session.createdAt), LocalTime.text(session.lastSeenAt),
                        session.address, session.agent,
                    ]
                }
                try output.show(
                    list,
                    Table(
                        ["ID", "USER", "SINCE", "LAST SEEN", "FROM", "BROWSER"], rows,
                        whenEmpty: "No browser is signed in. A link for one: carrel user link"),
                    csv: .list(
                        "sessions",
                        columns: ["id", "user", "createdAt", "lastSeenAt", "expiresAt", "address", "agent"]))
            }
        }
    }

    package struct SignOut: AsyncParsableCommand {
        package static let configuration = CommandConfiguration(
            commandName: "sign-out", abstract: "Sign out everywhere, or one browser: carrel user sign-out --session 7",
            discussion: "Tokens stay: carrel token revoke ends those.")

        @Argument(help: "Another account; for administrators.")
        package var name: String?

        @Option(parsing: .unconditional, help: "Only this one, by its number in `carrel user sessions`.")
        package var session: Int64?

        @OptionGroup package var server: ServerOptions

        package init() {}

        package mutating func validate() throws {
            if session != nil, name != nil { throw ValidationError("Name an account or a session: a session has one user.") }
        }

        package mutating func run() async throws {
            try await Exit.with(server) { client in
                if let session { return try await client.tell(.delete, "/v1/sessions/\(session)", nil) }
                let query = name.map { "?user=\($0.percentEscaped())" } ?? ""
                let ended = try await client.send(.delete, "/v1/sessions" + query, nil, as: EndedSessions.self).ended
                Exit.say("\(ended.counted("browser")) signed out, and links that nobody has used are worthless.")
            }
        }
    }
}

extension String {
    /// Of `http://127.0.0.1:8642/…`: 8642; nil: other machines reach it.
    var loopbackPort: String? {
        guard hasPrefix("http://127.") || hasPrefix("http://[::1]") || hasPrefix("http://localhost:") else { return nil }
        let host = dropFirst(7).prefix { $0 != "/" }
        return host.lastIndex(of: ":").map { String(host[host.index(after: $0)...]) }
    }
}
