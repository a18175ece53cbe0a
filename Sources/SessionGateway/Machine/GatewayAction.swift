/// Why the gateway itself answers.
package enum GatewayTrouble: Sendable, Equatable, CaseIterable {
    /// The request is not one that may be forwarded; the handler knows which rule it breaks.
    case badRequest
    /// Who may enter could not be told in time.
    case undecided
    /// The client sent its request too slowly.
    case clientTooSlow
    /// The backend can't be connected to: it never started, or is starting again.
    case unreachable
    case connectionTooSlow
    /// The backend ended before it answered.
    case backendDied
    /// The backend took the request and did not answer in time.
    case backendTooSlow
    /// The backend answered what is no HTTP/1.1.
    case badAnswer
    /// The right to be here ended meanwhile.
    case cut
}

/// What the handler must do, in this order.
package enum GatewayAction: Sendable, Equatable {
    /// Ask the door about the request whose head came.
    case ask
    /// The request belongs to what stands above: hand its head up.
    case passHead
    /// Hand up the part that came.
    case passPart
    case passFault
    case passInputClosed

    case connect(mayReuse: Bool)
    /// Whatever a connection that is being made becomes, it is not wanted.
    case abandonConnection
    case sendHead
    case sendBody
    case sendEnd
    /// The backend's connection may serve others.
    case releaseBackend
    case closeBackend
    case closeBackendOutput
    /// Write what is to be written, then close the backend's connection.
    case finishBackend

    case answerInformational
    case answerUpgrade
    case answerHead(isLast: Bool)
    case answerBody
    case answerEnd
    /// Answer as the door decided.
    case refuse(isLast: Bool)
    /// Answer with words of the gateway's own.
    case explain(GatewayTrouble, isLast: Bool)
    /// From here on bytes are bytes.
    case startTunnel

    /// Write what is to be written, say that nothing follows, and read away what still comes.
    case finishClient
    /// Write what is to be written, then close: the client says no more.
    case endClient
    case closeClientOutput
    case closeClient
}
