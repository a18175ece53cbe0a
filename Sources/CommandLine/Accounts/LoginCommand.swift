package import ArgumentParser
import Foundation
import WireClient
import WireModel

/// `carrel login`: from another machine, as yourself.
package struct LoginCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Use a server on another machine: carrel login http://gpu-1:8642",
        discussion: """
            Takes a sign-in link (carrel user link prints one on the server's machine), a name and a password, or with --token a \
            token. What it keeps is a token for that server, in ~/.config/carrel/logins.json, which only you can read. From then on \
            every verb goes there where this machine has no server of its own; --server URL or CARREL_SERVER choose one.
            """)

    @Argument(help: "The server's address, or a sign-in link.")
    package var url: String

    @Flag(help: "Ask for a token, or read it from a pipe, instead of a name and a password.")
    package var token = false

    @Option(help: "What the token may do: read, work or admin (all that you may, but making new ways in).")
    package var scope: String = "work"

    @Option(parsing: .unconditional, help: "How long it is valid.")
    package var time: String = "90d"

    package init() {}

    package mutating func validate() throws {
        guard ["read", "work", "admin"].contains(scope) else {
            throw ValidationError("“\(scope.shown)” is no scope; use read, work or admin.")
        }
        _ = try LoginAddress(url)
    }

    package mutating func run() async throws {
        let address = try LoginAddress(url)
        if !address.isPrivate {
            Exit.say(
                "warning: \(address.base) is not encrypted: whoever is on the way can read your sign-in and act as you.")
        }
        try await Self.look(for: address)
        let secret: String
        if token {
            secret = try HiddenInput.line("Token: ").trimmingCharacters(in: .whitespaces)
        } else {
            secret = try await signedIn(at: address)
        }
        try await Exit.with(.url(address.base, token: secret)) { client in
            let who = try await client.get("/v1/session", as: WhoView.self)
            var logins = try Logins.read()
            logins.keep(Logins.Login(url: address.base, token: secret, user: who.user))
            try logins.write()
            Exit.say(
                "Signed in at \(address.base) as \(who.user). `carrel gpus --server \(address.base)` goes there, and so does every "
                    + "verb where this machine has no server of its own. `carrel logout` forgets it.")
        }
    }

    /// Whether a server is there at all, before anything is asked that somebody must type.
    private static func look(for address: LoginAddress) async throws {
        try await Exit.with(.url(address.base, token: "")) { client in
            do {
                _ = try await client.get("/v1/session", as: WhoView.self)
            } catch ClientError.problem(let problem) where problem.type.hasPrefix("urn:carrel:problem:") {
                // Nobody is signed in yet.
                guard problem.status == 401 else { throw ClientError.problem(problem) }
            } catch ClientError.problem {
                throw refused(address)
            } catch ClientError.malformed {
                throw refused(address)
            }
        }
    }

    /// Any web server answers something: none but Carrel's is given a name and a password.
    private static func refused(_ address: LoginAddress) -> ExitCode {
        Exit.say(
            "What answers at \(address.base) is no Carrel server, or one of another version. Nothing of your sign-in was sent "
                + "there. Check the address and its port: `carrel up` printed it there when it started.")
        return ExitCode(76)
    }

    private func signedIn(at address: LoginAddress) async throws -> String {
        var body = LoginBody(tokenName: Self.tokenName, time: time, scope: scope)
        if let ticket = address.ticket {
            body.ticket = ticket
        } else {
            Exit.say("signing in at \(address.base); with a link instead: carrel login LINK")
            body.name = try HiddenInput.shown("Name: ")
            body.password = try HiddenInput.line("Password: ")
        }
        var secret = ""
        try await Exit.with(.url(address.base, token: "")) { [body] client in
            let made = try await client.send(.post, "/v1/sign-in", body, as: TokenView.self)
            secret = made.token ?? ""
        }
        return secret
    }

    /// Tells the tokens of several machines apart in `carrel token list`; two at once have two names.
    private static var tokenName: String {
        let host = ProcessInfo.processInfo.hostName.prefix(30)
        return "\(host) \(Date.now.formatted(.iso8601))"
    }
}

/// `carrel logout`: forgets a server.
package struct LogoutCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "Forget a server that you logged in at, and end the token.")

    @Argument(help: "The server's address; the last one that you logged in at unless given.")
    package var url: String?

    package init() {}

    package mutating func run() async throws {
        var logins = try Logins.read()
        let wanted = try url.map { try LoginAddress($0).base }
        guard let login = logins.login(wanted) else {
            Exit.say(
                "You are logged in at \(wanted.map { "no server \($0)" } ?? "no server"), so that there is nothing to forget."
            )
            throw ExitCode(1)
        }
        logins.forget(login.url)
        try logins.write()
        // The server may be away for good: the token is forgotten here in any case.
        let client = CheckoutClient(.url(login.url, token: login.token))
        if let id = try? await client.get("/v1/session", as: WhoView.self, wait: .seconds(5)).doorID {
            try? await client.tell(.delete, "/v1/tokens/\(id)", nil)
            Exit.say("Logged out at \(login.url); the token opens nothing any more.")
        } else {
            Exit.say("Forgot \(login.url). The server did not answer, so that the token is valid until it expires.")
        }
        await client.shutdown()
    }
}
