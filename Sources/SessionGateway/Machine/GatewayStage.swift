/// Where a client's connection stands.
package enum GatewayStage: Sendable, Equatable {
    /// Waits for a request. `hasServed`: it is not the first.
    case idle(hasServed: Bool)
    /// The door was asked.
    case deciding(RequestFacts)
    /// What stands above serves the request.
    case passing(Passing)
    /// A connection to the backend is being made.
    case connecting(Exchange)
    /// Request and answer go through.
    case exchanging(Exchange)
    /// The answer was given; the end of the request is still to be taken.
    case skipping
    /// Bytes both ways.
    case tunnel(Tunnel)
    /// The last answer is on its way.
    case closing
    case closed

    package struct Passing: Sendable, Equatable {
        var requestIsOpen = true
        var responseIsOpen = true
    }

    package struct Exchange: Sendable, Equatable {
        package enum Response: Sendable, Equatable {
            case awaited
            /// 101 was passed on; the tunnel begins when its head is over.
            case upgraded
            case open(backendKeepsAlive: Bool, isLast: Bool)
        }

        let request: RequestFacts
        var requestIsOpen = true
        var response = Response.awaited
        var isReused = false
        var isSecondTry = false
        /// 100, 102 and 103 that were passed on.
        var informational = 0
    }

    package struct Tunnel: Sendable, Equatable {
        var clientIsOpen = true
        var backendIsOpen = true
    }
}
