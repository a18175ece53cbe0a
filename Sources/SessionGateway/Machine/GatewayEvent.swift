/// What the machine must know of a request's head to serve it.
package struct RequestFacts: Sendable, Equatable {
    /// A body is announced, be it of length 0 or in chunks.
    package var hasBody: Bool
    /// The client asks for another protocol, of a kind that may go to a backend.
    package var asksUpgrade: Bool
    /// After this request the client's bytes are read as HTTP no more.
    package var isLast: Bool
    /// Sending it twice does what sending it once does, and nothing of it would have to be kept for that.
    package var isRepeatable: Bool

    package init(hasBody: Bool = false, asksUpgrade: Bool = false, isLast: Bool = false, isRepeatable: Bool = false) {
        self.hasBody = hasBody
        self.asksUpgrade = asksUpgrade
        self.isLast = isLast
        self.isRepeatable = isRepeatable
    }
}

/// What the machine must know of the head of a backend's answer.
package struct ResponseFacts: Sendable, Equatable {
    package var status: Int
    /// The backend reads another request on this connection.
    package var keepsAlive: Bool

    package init(status: Int, keepsAlive: Bool = true) {
        self.status = status
        self.keepsAlive = keepsAlive
    }
}

/// What happens to a client's connection. Bytes and headers stay with the handler.
package enum GatewayEvent: Sendable, Equatable {
    // The client. The first four come in the order of its bytes, and only while the machine takes them.
    case head(RequestFacts)
    case body
    case end
    /// What came is no request that anybody shall see.
    case fault
    /// The client says no more. `isBehind`: parts that the machine has not taken yet came before.
    case inputClosed(isBehind: Bool)
    case clientGone
    case clientWritable(Bool)

    // The door.
    case passed
    case refused
    case forwarded

    /// What stands above, Hummingbird, has answered to the end.
    case answered

    // The backend.
    case connected(isReused: Bool)
    case unreachable
    case responseHead(ResponseFacts)
    case responseBody
    case responseEnd
    /// What the backend said is no HTTP that the client could be given.
    case responseFault
    case backendInputClosed
    case backendGone
    case backendWritable(Bool)

    /// Bytes went through a tunnel.
    case tunnelled
    case expired(GatewayDeadline)
    /// Whoever is connected may be so no longer: the lease ended, or a share was revoked.
    case cut
    /// The server wants to end.
    case quiesce
}

/// What is not waited for without end.
package enum GatewayDeadline: Sendable, Equatable, CaseIterable {
    /// From the connection to the end of its first request's head.
    case firstHead
    /// From an answer to the end of the next request's head.
    case nextHead
    /// From the head of a request that Hummingbird answers to the end of its body.
    case passedBody
    case decision
    case connection
    /// Between two parts of a body that goes to a backend.
    case requestBody
    /// From the end of a request to the head of its answer.
    case responseHead
    /// For a client or a backend that takes nothing.
    case stall
    /// Silence in a tunnel of which one end has said its last.
    case halfOpen
    /// For the last answer to arrive and the client to close.
    case linger
}
