package import ArgumentParser
import Foundation
package import WireClient

/// How every verb finds its server.
package struct ServerOptions: ParsableArguments {
    @Option(name: .customLong("data-dir"), help: "The server's data directory; also CARREL_DATA_DIR.")
    package var dataDirectory: String?

    package init() {}

    /// Where the server listens: `--data-dir`, CARREL_URL with CARREL_TOKEN, CARREL_DATA_DIR, then the user's own and the
    /// machine's data directory, whichever has a socket.
    package var address: ServerAddress {
        let environment = ProcessInfo.processInfo.environment
        if let dataDirectory { return .unixSocket(path: ServerLocation.socket(in: dataDirectory)) }
        if let url = environment["CARREL_URL"], let token = environment["CARREL_TOKEN"] {
            return .url(url.hasSuffix("/") ? String(url.dropLast()) : url, token: token)
        }
        return .unixSocket(path: ServerLocation.socket(in: ServerLocation.found))
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

    /// Where a client looks: its own default, and the machine's server where that has no socket.
    static var found: String {
        let own = ownDefault
        if ProcessInfo.processInfo.environment["CARREL_DATA_DIR"] != nil { return own }
        let hasOwn = FileManager.default.fileExists(atPath: socket(in: own))
        return !hasOwn && FileManager.default.fileExists(atPath: socket(in: ofMachine)) ? ofMachine : own
    }
}
