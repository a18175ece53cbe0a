/// Who serves a request.
package enum GatewayDecision: Sendable {
    /// The server itself: what stands above the gateway.
    case pass
    /// Nobody: the gateway answers so.
    case refuse(GatewayRefusal)
    /// A backend.
    case forward(GatewayRoute)
}

/// The door's answer. What is known on the spot costs nothing; what must be asked suspends only this connection.
package enum GatewayAnswer: Sendable {
    case now(GatewayDecision)
    case later(@Sendable () async -> GatewayDecision)
}

/// Says of each request who may enter and where to. Called on the connection's event loop: it must not block.
package typealias GatewayDoor = @Sendable (GatewayRequest) -> GatewayAnswer

/// The way of one request to a backend.
package struct GatewayRoute: Sendable {
    package var backend: GatewayBackend
    package var rules: HeaderRules
    /// What ends the way before its time; nil: nothing does.
    package var tether: GatewayTether?
    /// Called on the event loop when somebody does something there: a request that isn't made for reading alone, or a WebSocket
    /// frame with data.
    package var noteUse: (@Sendable () -> Void)?
    /// Frames with fewer bytes are no use.
    package var leastFrame = 1

    package init(
        to backend: GatewayBackend, rules: HeaderRules, tether: GatewayTether? = nil, noteUse: (@Sendable () -> Void)? = nil
    ) {
        self.backend = backend
        self.rules = rules
        self.tether = tether
        self.noteUse = noteUse
    }
}
