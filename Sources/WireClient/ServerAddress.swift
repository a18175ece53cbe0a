/// Where a server is.
package enum ServerAddress: Equatable, Sendable {
    /// The Unix socket of a data directory; the kernel tells the server who calls.
    case unixSocket(path: String)
    /// `http://127.0.0.1:8642`, with a token; empty: none, to sign in.
    case url(String, token: String)

    package var text: String {
        switch self {
        case .unixSocket(let path): path
        case .url(let url, _): url
        }
    }
}
