package import ArgumentParser
import Foundation
package import WireClient

/// How every verb finds its server.
package struct ServerOptions: ParsableArguments {
    @Option(name: .customLong("data-dir"), help: "The server's data directory; also CARREL_DATA_DIR.")
    package var dataDirectory: String?

    @Option(help: "A server on another machine, where `carrel login` was: http://gpu-1:8642; also CARREL_SERVER.")
    package var server: String?

    package init() {}

    package mutating func validate() throws {
        if server != nil, dataDirectory != nil {
            throw ValidationError("Name one server: by --server or by --data-dir.")
        }
        _ = try server.map(LoginAddress.init)
    }

    /// Where the server listens, whatever comes first: `--data-dir`, `--server`, CARREL_URL with CARREL_TOKEN,
    /// CARREL_DATA_DIR, CARREL_SERVER, the socket in the user's own or the machine's data directory, and the server of the
    /// last `carrel login`: who has a server on this machine means that one.
    package var address: ServerAddress {
        get throws {
            let environment = ProcessInfo.processInfo.environment
            if let dataDirectory { return .unixSocket(path: ServerLocation.socket(in: dataDirectory)) }
            if let server { return try Self.remote(server) }
            if let url = environment["CARREL_URL"], let token = environment["CARREL_TOKEN"] {
                return .url(url.hasSuffix("/") ? String(url.dropLast()) : url, token: token)
            }
            let found = ServerAddress.unixSocket(path: ServerLocation.socket(in: ServerLocation.found))
            if let folder = environment["CARREL_DATA_DIR"], !folder.isEmpty { return found }
            if let server = environment["CARREL_SERVER"], !server.isEmpty { return try Self.remote(server) }
            // The work of a lease doesn't see the socket, and is told so.
            if ServerLocation.isHere || environment["CARREL_LEASE_ID"] != nil { return found }
            guard let login = try Logins.read().login(nil) else { return found }
            return .url(login.url, token: login.token)
        }
    }

    private static func remote(_ text: String) throws -> ServerAddress {
        let base = try LoginAddress(text).base
        if let login = try Logins.read().login(base) { return .url(login.url, token: login.token) }
        if let token = ProcessInfo.processInfo.environment["CARREL_TOKEN"] { return .url(base, token: token) }
        Exit.say("You are not logged in at \(base). Nothing was asked. First: carrel login \(base)")
        throw ExitCode(77)
    }
}

/// Where the server's data lies.
package enum ServerLocation {
    package static let ofMachine = "/var/lib/carrel"

    package static func socket(in directory: String) -> String {
        (directory as NSString).standardizingPath + "/carrel.sock"
    }

    /// Where `up` keeps its data when it is not told.
    package static var ownDefault: String {
        let environment = ProcessInfo.processInfo.environment
        if let given = environment["CARREL_DATA_DIR"], !given.isEmpty { return given }
        if geteuid() == 0 { return ofMachine }
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + "/carrel" }
        return (environment["HOME"] ?? "/tmp") + "/.local/share/carrel"
    }

    /// Whether a client finds a server's socket on this machine.
    static var isHere: Bool { FileManager.default.fileExists(atPath: socket(in: found)) }

    /// Where a client looks: its own default, and the machine's server where that has no socket.
    static var found: String {
        let own = ownDefault
        if ProcessInfo.processInfo.environment["CARREL_DATA_DIR"] != nil { return own }
        let hasOwn = FileManager.default.fileExists(atPath: socket(in: own))
        return !hasOwn && FileManager.default.fileExists(atPath: socket(in: ofMachine)) ? ofMachine : own
    }
}
