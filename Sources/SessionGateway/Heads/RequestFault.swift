/// Why a request is not one that anybody shall see: a reader behind the gateway could understand it otherwise.
package enum RequestFault: Error, Sendable, Equatable {
    /// No HTTP/1.1 by its grammar.
    case malformed
    /// The head is longer than this server reads.
    case headTooLarge
    /// Content-Length and Transfer-Encoding contradict each other, or themselves.
    case badFraming
    /// A transfer coding other than `chunked`.
    case unknownCoding
    /// HTTP/1.1 names the host exactly once.
    case badHost
    /// A target that names a host of its own, or none of this server's.
    case badTarget
    /// CONNECT: this server is nobody's way to other machines.
    case tunnelToOthers

    /// The status code that says so.
    package var status: Int {
        switch self {
        case .malformed, .badFraming, .badHost, .badTarget: 400
        case .headTooLarge: 431
        case .unknownCoding: 501
        case .tunnelToOthers: 405
        }
    }

    /// What a person reads.
    package var words: String {
        switch self {
        case .malformed: "This request is no valid HTTP/1.1. Nothing of it was passed on."
        case .headTooLarge:
            "The head of this request is too large. Nothing of it was passed on. Delete this site's cookies and try again."
        case .badFraming: "The length of this request's body is not clear. Nothing of it was passed on."
        case .unknownCoding: "This request's body is coded in a way that is not known here. Send it plain or chunked."
        case .badHost: "This request doesn't name exactly one host. Nothing of it was passed on."
        case .badTarget: "This request's target does not begin with a slash. Nothing of it was passed on."
        case .tunnelToOthers: "CONNECT is not served here."
        }
    }
}
