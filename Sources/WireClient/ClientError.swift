package import WireModel

/// Why a call did not give what was asked.
package enum ClientError: Error, Equatable, Sendable {
    /// The server said no, in words.
    case problem(Problem)
    /// Nobody answers there.
    case unreachable(address: String, detail: String)
    /// What answers does not prove to be that server, or speaks no TLS.
    case untrusted(address: String, detail: String)
    /// The connection broke in the middle; asking again is safe.
    case interrupted(detail: String)
    /// What came is not what this version understands.
    case malformed(detail: String)
}
