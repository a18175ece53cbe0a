/// The rules by which one client's connection is served: events in, actions out. It knows no sockets, no clock and no bytes.
///
/// One request at a time: what a client sends before it has its answer waits with the handler. `Docs/gateway.md` has the
/// picture.
package struct GatewayMachine: Sendable, Equatable {
    package private(set) var stage = GatewayStage.idle(hasServed: false)
    package internal(set) var clientIsWritable = true
    package internal(set) var backendIsWritable = true
    /// The next answer is the last one on this connection.
    var isEnding = false
    /// The client says no more, and what it said before was not all taken.
    package internal(set) var owesInputClosed = false
    /// Counts what happened within the stage, so that deadlines of silence begin anew.
    package private(set) var progress: UInt64 = 0

    /// Answers of one request that are none yet; a backend that sends more is broken.
    static let mostInformational = 16

    package init() {}

    /// Whether parts of a request that came are to be handed in now.
    package var takesParts: Bool {
        switch stage {
        case .idle, .skipping, .closing: true
        case .passing(let passing): passing.requestIsOpen
        case .exchanging(let exchange): exchange.requestIsOpen
        case .deciding, .connecting, .tunnel, .closed: false
        }
    }

    /// Whether the client shall be read. `isHolding`: parts wait to be taken.
    package func readsClient(isHolding: Bool) -> Bool {
        switch stage {
        case .idle, .skipping, .closing: true
        case .deciding, .passing, .connecting: !isHolding
        case .exchanging(let exchange): !isHolding && (!exchange.requestIsOpen || backendIsWritable)
        case .tunnel(let tunnel): !isHolding && tunnel.clientIsOpen && backendIsWritable
        case .closed: false
        }
    }

    /// Whether the backend of this connection shall be read.
    package var readsBackend: Bool {
        switch stage {
        case .exchanging: clientIsWritable
        case .tunnel(let tunnel): tunnel.backendIsOpen && clientIsWritable
        default: false
        }
    }

    /// What the handler hands up as HTTP from here, and lets pass from above.
    package var isPassing: Bool {
        if case .passing = stage { true } else { false }
    }

    /// Whether what stands above may write now.
    package var letsAnswer: Bool {
        if case .passing(let passing) = stage { passing.responseIsOpen } else { false }
    }

    /// Whether the client's end, put off behind its requests, is to be told now.
    package var wantsInputClosed: Bool {
        guard owesInputClosed else { return false }
        switch stage {
        case .idle, .passing: return true
        default: return false
        }
    }

    package var isTunnel: Bool {
        if case .tunnel = stage { true } else { false }
    }

    package var isClosed: Bool { stage == .closed }

    /// Whether the answer that is being given from above must say that it is the last.
    package var answersLast: Bool { isEnding }

    /// What would be waited for too long; nil: there is nothing to wait for that somebody else doesn't watch.
    package var deadline: GatewayDeadline? {
        switch stage {
        case .idle(let hasServed): hasServed ? .nextHead : .firstHead
        case .deciding: .decision
        case .passing(let passing): passing.requestIsOpen ? .passedBody : nil
        case .connecting: .connection
        case .exchanging(let exchange): deadline(of: exchange)
        case .skipping: .nextHead
        case .tunnel(let tunnel): deadline(of: tunnel)
        case .closing: clientIsWritable ? .linger : .stall
        case .closed: nil
        }
    }

    private func deadline(of exchange: GatewayStage.Exchange) -> GatewayDeadline? {
        if !clientIsWritable { return .stall }
        if exchange.requestIsOpen { return backendIsWritable ? .requestBody : .stall }
        if case .open = exchange.response { return nil }
        return .responseHead
    }

    private func deadline(of tunnel: GatewayStage.Tunnel) -> GatewayDeadline? {
        if !clientIsWritable || !backendIsWritable { return .stall }
        return tunnel.clientIsOpen && tunnel.backendIsOpen ? nil : .halfOpen
    }

    /// Takes in what happened, and says what to do. Events that come too late for their stage do nothing.
    package mutating func handle(_ event: GatewayEvent) -> [GatewayAction] {
        progress &+= 1
        switch event {
        case .clientWritable(let isWritable):
            clientIsWritable = isWritable
            return []
        case .backendWritable(let isWritable):
            backendIsWritable = isWritable
            return []
        case .clientGone: return clientGone()
        case .quiesce: return quiesce()
        default: break
        }
        switch stage {
        case .idle: return idle(event)
        case .deciding(let request): return deciding(request, event)
        case .passing(let passing): return self.passing(passing, event)
        case .connecting(let exchange): return connecting(exchange, event)
        case .exchanging(let exchange): return exchanging(exchange, event)
        case .skipping: return skipping(event)
        case .tunnel(let tunnel): return self.tunnel(tunnel, event)
        case .closing: return closing(event)
        case .closed: return []
        }
    }

    /// Enters a stage, and gives the actions on its threshold.
    mutating func enter(_ next: GatewayStage, _ actions: GatewayAction...) -> [GatewayAction] {
        stage = next
        return actions
    }

    private mutating func clientGone() -> [GatewayAction] {
        defer { stage = .closed }
        switch stage {
        case .connecting: return [.abandonConnection]
        case .exchanging, .tunnel: return [.closeBackend]
        default: return []
        }
    }

    private mutating func quiesce() -> [GatewayAction] {
        switch stage {
        case .idle: return enter(.closed, .closeClient)
        case .tunnel: return enter(.closed, .closeBackend, .closeClient)
        default:
            isEnding = true
            return []
        }
    }
}
