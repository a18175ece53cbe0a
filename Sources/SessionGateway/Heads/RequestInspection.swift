package import NIOHTTP1

/// Looks at a request's head before anybody is asked about it.
///
/// NIO's parser refuses much; what it lets through and a backend could read otherwise is refused here. The tests hold both
/// together against raw bytes.
package enum RequestInspection {
    /// How the body of a message is delimited.
    package enum Framing: Sendable, Equatable {
        case none
        case length(Int)
        case chunked
    }

    /// The facts for the machine, and the framing of the body.
    package static func inspect(_ head: HTTPRequestHead) throws(RequestFault) -> (facts: RequestFacts, framing: Framing) {
        guard head.method != .CONNECT else { throw .tunnelToOthers }
        let hosts = head.headers[canonicalForm: "host"]
        guard hosts.count == 1 || (hosts.isEmpty && head.version == .http1_0) else { throw .badHost }
        guard hosts.allSatisfy({ !$0.utf8.contains(where: isForeign) }) else { throw .badHost }
        guard head.uri.utf8.first == UInt8(ascii: "/") || (head.uri == "*" && head.method == .OPTIONS) else {
            throw .badTarget
        }
        let framing = try framing(of: head)
        let connection = HeaderTokens.all(head.headers, "connection")
        let upgrade = head.headers.contains(name: "upgrade")
        // Of what a request without a body asks for, h2c and TLS would be other ways to speak HTTP, past every rule here.
        let asksUpgrade =
            upgrade && connection.contains("upgrade") && head.method == .GET && framing == .none && head.version == .http1_1
            && mayForward(upgrade: head.headers)
        let facts = RequestFacts(
            hasBody: framing != .none, asksUpgrade: asksUpgrade,
            isLast: upgrade || head.version != .http1_1 || connection.contains("close"),
            isRepeatable: framing == .none && !asksUpgrade && repeatable.contains(head.method))
        return (facts, framing)
    }

    /// What no host has in its name: `,`, `/`, `@`, blanks.
    private static func isForeign(_ byte: UInt8) -> Bool {
        byte == 0x2c || byte == 0x2f || byte == 0x40 || byte <= 0x20
    }

    /// Methods that ask and change nothing.
    static let repeatable: [HTTPMethod] = [.GET, .HEAD, .OPTIONS]

    private static func mayForward(upgrade headers: HTTPHeaders) -> Bool {
        let protocols = HeaderTokens.all(headers, "upgrade")
        return protocols.count == 1
            && protocols.allSatisfy {
                !$0.hasPrefix("h2") && !$0.hasPrefix("h3") && !$0.hasPrefix("http") && !$0.hasPrefix("tls")
            }
    }

    private static func framing(of head: HTTPRequestHead) throws(RequestFault) -> Framing {
        let lengths = head.headers[canonicalForm: "content-length"]
        let codings = head.headers["transfer-encoding"]
        if codings.isEmpty {
            guard let first = lengths.first else { return .none }
            guard lengths.count == 1, let length = HeaderTokens.length(first) else { throw .badFraming }
            return .length(length)
        }
        guard lengths.isEmpty, codings.count == 1, head.version == .http1_1 else { throw .badFraming }
        guard codings.allSatisfy({ $0.lowercased() == "chunked" }) else { throw .unknownCoding }
        return .chunked
    }
}
