package import NIOHTTP1

/// Headers that concern one connection and not the next (RFC 9110, 7.6.1).
package enum HopByHop {
    private static let names: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "transfer-encoding",
        "upgrade", "http2-settings",
    ]

    /// `Connection` may name more of them, but none of these: dropping them would change what the message means.
    private static let essential: Set<String> = [
        "host", "content-length", "content-type", "content-encoding", "cookie", "set-cookie", "authorization", "origin",
    ]

    /// The further headers that `Connection` names, in lower case.
    package static func named(by headers: HTTPHeaders) -> [String] {
        HeaderTokens.all(headers, "connection").filter { !essential.contains($0) }
    }

    /// - Parameter word: a header's name in lower case.
    package static func isDropped(_ word: String, named: [String]) -> Bool {
        names.contains(word) || named.contains(word)
    }
}
