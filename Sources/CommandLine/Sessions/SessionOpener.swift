import ArgumentParser
import Foundation
import WireClient
import WireModel

/// Waits for a session and prints the address that leads into it.
struct SessionOpener {
    let client: CheckoutClient
    let id: Int64
    let json: Bool

    /// How long a program may take to listen once it runs, before its output is worth a look.
    private static let patience = Duration.seconds(120)

    func run() async throws {
        let request = try await untilRunning()
        let entrance = try await entrance()
        if json { return try OutputOptions.showJSON(entrance) }
        Terminal.write(entrance.url + "\n")
        defer { tellTheWay(to: entrance.url) }
        guard entrance.url.contains("/.carrel/") else {
            return Exit.say(
                "this address opens \(request.name) (request \(id)) in a browser, once you have signed in there. It goes on until "
                    + "\(LocalTime.text(request.lease?.endsAt)), or until `carrel return \(id)`.")
        }
        Exit.say(
            "this address opens \(request.name) (request \(id)) in a browser, once, until \(LocalTime.text(entrance.expiresAt)); "
                + "`carrel open \(id)` makes another. It goes on until \(LocalTime.text(request.lease?.endsAt)), or until "
                + "`carrel return \(id)`.")
    }

    /// Whoever came by ssh most likely has the browser elsewhere.
    private func tellTheWay(to url: String) {
        guard ProcessInfo.processInfo.environment["SSH_CONNECTION"] != nil else { return }
        let host: String?
        if case .unixSocket = client.address { host = ProcessInfo.processInfo.hostName } else { host = nil }
        if let words = Self.way(to: url, host: host ?? "HOST") { Exit.say(words) }
    }

    /// How a browser on another machine comes to an address of this one's own; nil: it comes there by itself.
    static func way(to url: String, host: String) -> String? {
        guard let parts = URLComponents(string: url), let name = parts.host,
            let port = parts.port ?? defaultPort(parts.scheme),
            name == "localhost" || name.hasSuffix(".localhost") || name.hasPrefix("127.") || name == "[::1]" || name == "::1"
        else { return nil }
        return "the address is this machine's own: on the computer with the browser, first run "
            + "`ssh -N -L \(port):127.0.0.1:\(port) \(host)` and leave it open"
    }

    private static func defaultPort(_ scheme: String?) -> Int? { scheme == "http" ? 80 : scheme == "https" ? 443 : nil }

    private func untilRunning() async throws -> RequestView {
        var request = try await client.get("/v1/requests/\(id)", as: RequestView.self)
        guard request.session != nil else {
            Exit.say("Request \(id) is nothing that is entered through the browser. `carrel notebook` starts what is.")
            throw ExitCode(1)
        }
        var told = ""
        while !["running", "ending"].contains(request.state) {
            if request.isOver || request.state == "verifying" { throw try await failure(request) }
            if request.words != told {
                Exit.say(request.words)
                told = request.words
            }
            let state = request.state
            request = try await client.get(
                "/v1/requests/\(id)?unless=\(state)&wait=25", as: RequestView.self, wait: .seconds(60))
        }
        return request
    }

    private func entrance() async throws -> EntranceView {
        let begin = ContinuousClock.now
        while true {
            do throws(ClientError) {
                return try await client.send(.post, "/v1/requests/\(id)/entrance", nil, as: EntranceView.self)
            } catch {
                switch error {
                case .problem(let problem) where problem.type.hasSuffix("session-starting"):
                    if ContinuousClock.now - begin > Self.patience {
                        Exit.say(
                            "its program runs and takes no connections yet; `carrel logs \(id)` shows what it says, and "
                                + "`carrel open \(id)` tries again")
                        throw ExitCode(75)
                    }
                case .problem(let problem) where problem.type.hasSuffix("session-over"):
                    throw try await failure(try await client.get("/v1/requests/\(id)", as: RequestView.self))
                default: throw error
                }
            }
            try await Task.sleep(for: .milliseconds(300))
        }
    }

    /// It ended before anybody could enter.
    private func failure(_ request: RequestView) async throws -> ExitCode {
        var request = request
        while !request.isOver {
            request = try await client.get(
                "/v1/requests/\(id)?unless=\(request.state)&wait=25", as: RequestView.self, wait: .seconds(60))
        }
        Exit.say(request.words)
        if request.lease != nil {
            let words = await lastWords(of: request)
            Exit.say(
                words.isEmpty
                    ? "`carrel logs \(id)` shows what it said"
                    : "it said at last, and `carrel logs \(id)` shows all of it:\n" + words.joined(separator: "\n"))
        }
        return ExitCode(request.exitCode.flatMap { $0 == 0 ? nil : $0 } ?? 1)
    }
}
