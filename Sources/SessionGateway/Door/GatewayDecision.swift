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

    package init(to backend: GatewayBackend, rules: HeaderRules, tether: GatewayTether? = nil) {
        self.backend = backend
        self.rules = rules
        self.tether = tether
    }
}
