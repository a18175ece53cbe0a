package import NIOHTTP1

/// Looks at the head of a backend's answer: what it means for the connection, and how its body goes to the client.
package enum ResponseInspection {
    package enum Framing: Sendable, Equatable {
        case none
        /// As many bytes as the header says, and it goes through.
        case length
        case chunked
        /// For clients that know no chunks: the end of the connection is the end of the body.
        case untilClose
    }

    /// Nil: what the backend said can't be given to a client without a guess.
    ///
    /// - Parameters:
    ///   - request: the request that is answered.
    package static func inspect(
        _ head: HTTPResponseHead, of request: HTTPRequestHead
    ) -> (facts: ResponseFacts, framing: Framing)? {
        let status = Int(head.status.code)
        let codings = head.headers["transfer-encoding"], lengths = head.headers[canonicalForm: "content-length"]
        guard codings.count <= 1, codings.allSatisfy({ $0.lowercased() == "chunked" }) else { return nil }
        guard lengths.count <= 1, lengths.allSatisfy({ HeaderTokens.length($0) != nil }) else { return nil }
        guard codings.isEmpty || lengths.isEmpty else { return nil }
        if status == 101 {
            // Without this NIO's parser reads on as HTTP.
            guard HeaderTokens.all(head.headers, "connection").contains("upgrade"), head.headers.contains(name: "upgrade") else {
                return nil
            }
            return (.init(status: status, keepsAlive: false), .none)
        }
        guard (100..<600).contains(status) else { return nil }
        let hasNoBody = request.method == .HEAD || status < 200 || status == 204 || status == 304
        let isDelimited = hasNoBody || !codings.isEmpty || !lengths.isEmpty
        let closes = HeaderTokens.all(head.headers, "connection").contains("close")
        let keepsAlive = isDelimited && head.version == .http1_1 && !closes
        let framing: Framing =
            hasNoBody ? .none : !lengths.isEmpty ? .length : request.version == .http1_1 ? .chunked : .untilClose
        return (.init(status: status, keepsAlive: keepsAlive), framing)
    }
}
