/// Where people and programs reach the server from outside, as they write it: `https://gpu.example.org`. Behind a proxy it is
/// another address than the one that the server listens on.
package struct PublicAddress: Hashable, Sendable {
    package enum Scheme: String, Sendable {
        case http, https

        package var usualPort: Int { self == .https ? 443 : 80 }
    }

    package enum ParseError: Error, Hashable, Sendable {
        /// Not `https://HOST` or `http://HOST`, perhaps with a port.
        case notAnAddress(String)
        /// Carrel is at the top of its host: pages, cookies and session hosts can't live beneath a path.
        case hasPath(String)
    }

    package let scheme: Scheme
    /// In lower case; of IPv6 with its brackets.
    package let host: String
    package let port: Int

    package init(scheme: Scheme, host: String, port: Int) {
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = port
    }

    package init(parsing text: String) throws(ParseError) {
        let halves = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, let scheme = Scheme(rawValue: halves[0].lowercased()) else { throw .notAnAddress(text) }
        var rest = halves[1]
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard !rest.contains("/"), !rest.contains("?"), !rest.contains("#") else { throw .hasPath(text) }
        let bracket = rest.lastIndex(of: "]")
        let colon = rest.lastIndex(of: ":").flatMap { colon in bracket.map { colon > $0 } ?? true ? colon : nil }
        let host = colon.map { rest[..<$0] } ?? rest
        let port = colon.map { Int(rest[rest.index(after: $0)...]) } ?? scheme.usualPort
        guard let port, (1...65_535).contains(port), Self.isHost(host) else { throw .notAnAddress(text) }
        self.init(scheme: scheme, host: String(host), port: port)
    }

    /// As browsers write it in `Host`: without the port where it is the usual one.
    package var authority: String { port == scheme.usualPort ? host : "\(host):\(port)" }

    /// `https://gpu.example.org`; nothing follows the host and port. It is what browsers call the origin.
    package var text: String { "\(scheme.rawValue)://\(authority)" }

    /// Reached from this machine alone.
    package var isLoopback: Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host.hasPrefix("127.") || host == "[::1]"
    }

    /// An address in numbers, below which there are no names.
    var isNumeric: Bool { host.hasPrefix("[") || host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e } }

    private static func isHost(_ host: Substring) -> Bool {
        let isLong = host.hasPrefix("[") && host.hasSuffix("]")
        let inner = isLong ? host.dropFirst().dropLast() : host
        return (1...253).contains(inner.utf8.count)
            && inner.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."): true
                case UInt8(ascii: ":"): isLong
                case UInt8(ascii: "-"), UInt8(ascii: "_"): !isLong
                default: false
                }
            }
    }
}
