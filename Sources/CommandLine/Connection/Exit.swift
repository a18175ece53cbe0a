import ArgumentParser
import Foundation
package import WireClient
import WireModel

/// The one place where errors become words on standard error and an exit code.
package enum Exit {
    /// Runs a verb's body with a client.
    package static func with(_ options: ServerOptions, _ body: (CheckoutClient) async throws -> Void) async throws {
        try await with(try options.address, body)
    }

    /// Runs a verb's body with a client of this server.
    static func with(_ address: ServerAddress, _ body: (CheckoutClient) async throws -> Void) async throws {
        var client = CheckoutClient(address)
        client.whenUnanswered = { left in
            say("no server answers at \(address.text); trying for another \(left.components.seconds + 1) s")
        }
        // The work of a lease doesn't see the socket, however long it looks.
        if insideLease != nil, case .unixSocket = address { client.patience = .zero }
        do {
            try await body(client)
            await client.shutdown()
        } catch let error as ClientError {
            await client.shutdown()
            throw report(error)
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// Says it and gives the code to leave with.
    static func report(_ error: ClientError) -> ExitCode {
        switch error {
        case .problem(let problem):
            say(problem.detail)
            return ExitCode(problem.exitCode ?? 1)
        case .unreachable(let address, _) where insideLease != nil && address.hasPrefix("/"):
            say(
                """
                This runs inside the work of lease \(insideLease ?? ""), which no server can be reached from: the work of a lease \
                doesn't see its socket. Ask Carrel outside, in a terminal of your own.
                A program in here can use the server's HTTP address where CARREL_URL and CARREL_TOKEN are set.
                """)
            return ExitCode(69)
        case .unreachable(let address, let detail) where address.hasPrefix("http"):
            say(
                "Nothing answers at \(address) (\(detail)).\nCheck the address and its port, whether that machine is on and Carrel runs there, and whether a firewall is in between. An address that goes through `ssh -L` needs that connection open."
            )
            return ExitCode(69)
        case .unreachable(let address, let detail):
            say(
                "No Carrel server answers at \(address) (\(detail)).\nStart one with `carrel up`, or name its data directory with --data-dir or CARREL_DATA_DIR, or a server on another machine with --server URL."
            )
            return ExitCode(69)
        case .untrusted(let address, let detail):
            say("\(address) was not asked: \(detail).")
            return ExitCode(69)
        case .interrupted(let detail):
            say("The connection to the server broke (\(detail)). Nothing that was taken in is lost; ask again.")
            return ExitCode(75)
        case .malformed(let detail):
            say("The server's answer was not understood: \(detail). Is it of another version? `carrel doctor` tells.")
            return ExitCode(76)
        }
    }

    /// The lease whose work this process is part of; nil: it is part of none.
    private static var insideLease: String? { ProcessInfo.processInfo.environment["CARREL_LEASE_ID"] }

    /// Words on standard error.
    package static func say(_ words: String) {
        let text = Wrapping.wrapped("carrel: " + words, width: Terminal.width(of: 2))
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
