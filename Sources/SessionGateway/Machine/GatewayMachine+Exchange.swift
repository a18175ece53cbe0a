// A request and its answer, to and from a backend.
extension GatewayMachine {
    mutating func connecting(_ exchange: GatewayStage.Exchange, _ event: GatewayEvent) -> [GatewayAction] {
        var exchange = exchange
        switch event {
        case .connected(let isReused):
            exchange.isReused = isReused
            backendIsWritable = true
            return enter(.exchanging(exchange)) + (exchange.requestIsOpen ? [.sendHead] : [.sendHead, .sendEnd])
        case .unreachable:
            // A second try: the first connection had been good, so that the backend has gone since.
            return explain(exchange, .unreachable)
        case .expired: return [.abandonConnection] + explain(exchange, .connectionTooSlow)
        case .cut:
            isEnding = true
            return [.abandonConnection] + explain(exchange, .cut)
        case .inputClosed: return enter(.closed, .abandonConnection, .closeClient)
        default: return []
        }
    }

    mutating func exchanging(_ exchange: GatewayStage.Exchange, _ event: GatewayEvent) -> [GatewayAction] {
        var next = exchange
        switch event {
        case .body: return exchange.requestIsOpen ? [.sendBody] : []
        case .end where exchange.requestIsOpen:
            next.requestIsOpen = false
            return enter(.exchanging(next), .sendEnd)
        case .head, .fault: return broken(exchange, .badRequest)
        // A half-closed connection looks like one that was closed. Who wants an answer keeps it open.
        case .inputClosed: return enter(.closed, .closeBackend, .closeClient)
        case .responseHead(let facts): return answerHead(exchange, facts)
        case .responseBody:
            if case .open = exchange.response { return [.answerBody] }
            return broken(exchange, .badAnswer)
        case .responseEnd: return answerEnd(exchange)
        case .responseFault: return broken(exchange, .badAnswer)
        case .backendGone, .backendInputClosed: return backendEnded(exchange)
        case .expired(.responseHead): return broken(exchange, .backendTooSlow)
        case .expired(.requestBody): return broken(exchange, .clientTooSlow)
        case .expired: return enter(.closed, .closeBackend, .closeClient)
        case .cut: return broken(exchange, .cut)
        default: return []
        }
    }

    private mutating func answerHead(_ exchange: GatewayStage.Exchange, _ facts: ResponseFacts) -> [GatewayAction] {
        var next = exchange
        guard exchange.response == .awaited else { return broken(exchange, .badAnswer) }
        switch facts.status {
        case 101:
            guard exchange.request.asksUpgrade, !exchange.requestIsOpen else { return broken(exchange, .badAnswer) }
            next.response = .upgraded
            return enter(.exchanging(next), .answerUpgrade)
        case 100..<200:
            next.informational += 1
            guard next.informational <= Self.mostInformational else { return broken(exchange, .badAnswer) }
            return enter(.exchanging(next), .answerInformational)
        default:
            // An answer before the end of the request: nobody knows how much more the client would send.
            let isLast = isEnding || exchange.requestIsOpen
            next.response = .open(backendKeepsAlive: facts.keepsAlive, isLast: isLast)
            return enter(.exchanging(next), .answerHead(isLast: isLast))
        }
    }

    private mutating func answerEnd(_ exchange: GatewayStage.Exchange) -> [GatewayAction] {
        switch exchange.response {
        // The end of an informational head is none.
        case .awaited: return []
        case .upgraded: return enter(.tunnel(.init()), .startTunnel)
        case .open(let backendKeepsAlive, let isLast):
            let mayServeOthers = backendKeepsAlive && !exchange.requestIsOpen
            isEnding = isEnding || isLast
            return [.answerEnd, mayServeOthers ? .releaseBackend : .closeBackend] + served()
        }
    }

    private mutating func backendEnded(_ exchange: GatewayStage.Exchange) -> [GatewayAction] {
        // The backend may have closed an idle connection at the moment when it was taken.
        let mayTryAgain =
            exchange.response == .awaited && exchange.informational == 0 && exchange.isReused && !exchange.isSecondTry
            && exchange.request.isRepeatable && !exchange.requestIsOpen
        guard mayTryAgain else { return broken(exchange, .backendDied) }
        var next = exchange
        next.isSecondTry = true
        next.isReused = false
        return enter(.connecting(next), .closeBackend, .connect(mayReuse: false))
    }

    /// An exchange that can't go on: words while there is room for some, and otherwise an end that shows as one.
    private mutating func broken(_ exchange: GatewayStage.Exchange, _ trouble: GatewayTrouble) -> [GatewayAction] {
        guard exchange.response == .awaited else { return enter(.closing, .closeBackend, .finishClient) }
        if [.cut, .badRequest, .clientTooSlow].contains(trouble) { isEnding = true }
        return [.closeBackend] + explain(exchange, trouble)
    }

    private mutating func explain(_ exchange: GatewayStage.Exchange, _ trouble: GatewayTrouble) -> [GatewayAction] {
        refuse(exchange.request, requestIsOpen: exchange.requestIsOpen) { .explain(trouble, isLast: $0) }
    }
}
