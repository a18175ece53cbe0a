package import NIOHTTP1

/// An answer without a backend.
package struct GatewayRefusal: Sendable, Equatable {
    package var status: Int
    /// Beside the length, which is added. Must not say anything about framing.
    package var headers: HTTPHeaders
    package var body: String

    package init(status: Int, headers: HTTPHeaders, body: String) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// In plain words.
    package init(status: Int, words: String, retryAfterSeconds: Int? = nil) {
        var headers: HTTPHeaders = [
            "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
        ]
        if let retryAfterSeconds { headers.add(name: "Retry-After", value: "\(retryAfterSeconds)") }
        self.init(status: status, headers: headers, body: words + "\n")
    }

    /// What the gateway says of itself, where nobody gave it other words.
    package static func plain(_ trouble: GatewayTrouble, _ fault: RequestFault?) -> GatewayRefusal {
        switch trouble {
        case .badRequest:
            let fault = fault ?? .malformed
            return .init(status: fault.status, words: fault.words)
        case .undecided:
            return .init(
                status: 503, words: "It could not be told in time whether you may enter. Nothing was passed on; try again.",
                retryAfterSeconds: 5)
        case .clientTooSlow:
            return .init(status: 408, words: "The request did not arrive in time. Send it again.")
        case .unreachable:
            return .init(
                status: 502, words: "The program of this session can't be reached: it is starting, or it has ended. Reload in a moment.",
                retryAfterSeconds: 3)
        case .connectionTooSlow:
            return .init(
                status: 504, words: "The program of this session did not take the connection in time. Reload in a moment.",
                retryAfterSeconds: 5)
        case .backendDied:
            return .init(
                status: 502,
                words: "The program of this session closed the connection before it answered. Whether it did what was asked is not known.")
        case .backendTooSlow:
            return .init(
                status: 504,
                words: "The program of this session did not answer in time. Whether it did what was asked is not known.")
        case .badAnswer:
            return .init(status: 502, words: "The program of this session answered what is no valid HTTP/1.1.")
        case .cut:
            return .init(status: 403, words: "This session has ended, or is not shared with you any more.")
        }
    }
}
