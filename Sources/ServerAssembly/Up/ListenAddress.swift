/// `--listen`: where browsers and programs reach the server.
struct ListenAddress: Equatable {
    enum ParseError: Error, Equatable {
        case notAnAddress(String)
        case notLoopback(String)
    }

    static let defaultPort = 8642

    var host: String?
    var port: Int
    var portIsFixed: Bool

    /// Reads `127.0.0.1:8642`, `:8642`, `8642`, `localhost:0` and `none`. Anything but loopback needs `allowAnyHost`,
    /// since without TLS everybody on the network would read along.
    init(parsing text: String?, allowAnyHost: Bool) throws(ParseError) {
        guard let text else {
            self.init(host: "127.0.0.1", port: Self.defaultPort, portIsFixed: false)
            return
        }
        if text == "none" {
            self.init(host: nil, port: 0, portIsFixed: false)
            return
        }
        let colon = text.lastIndex(of: ":")
        let portText = colon.map { text[text.index(after: $0)...] } ?? text[...]
        var host = colon.map { String(text[..<$0]) } ?? ""
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard let port = Int(portText), (0...65_535).contains(port) else { throw .notAnAddress(text) }
        if host.isEmpty { host = "127.0.0.1" }
        let isLoopback = host == "localhost" || host == "::1" || host.hasPrefix("127.")
        guard isLoopback || allowAnyHost else { throw .notLoopback(host) }
        self.init(host: host, port: port, portIsFixed: port != 0)
    }

    private init(host: String?, port: Int, portIsFixed: Bool) {
        self.host = host
        self.port = port
        self.portIsFixed = portIsFixed
    }
}
