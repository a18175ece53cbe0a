// From the first byte of a request to the moment when somebody serves it.
extension GatewayMachine {
    mutating func idle(_ event: GatewayEvent) -> [GatewayAction] {
        switch event {
        case .head(let request):
            isEnding = isEnding || request.isLast
            return enter(.deciding(request), .ask)
        case .fault: return enter(.closing, .explain(.badRequest, isLast: true), .finishClient)
        // An answer may still be on its way.
        case .inputClosed: return enter(.closing, .endClient)
        case .body, .end, .expired: return enter(.closed, .closeClient)
        default: return []
        }
    }

    mutating func deciding(_ request: RequestFacts, _ event: GatewayEvent) -> [GatewayAction] {
        switch event {
        case .passed: return enter(.passing(.init()), .passHead)
        case .refused: return refuse(request, requestIsOpen: true) { .refuse(isLast: $0) }
        case .forwarded where owesInputClosed: return enter(.closed, .closeClient)
        case .forwarded: return enter(.connecting(.init(request: request)), .connect(mayReuse: request.isRepeatable))
        case .inputClosed:
            owesInputClosed = true
            return []
        case .expired: return refuse(request, requestIsOpen: true) { .explain(.undecided, isLast: $0) }
        default: return []
        }
    }

    mutating func passing(_ passing: GatewayStage.Passing, _ event: GatewayEvent) -> [GatewayAction] {
        var passing = passing
        switch event {
        case .body: return [.passPart]
        case .end:
            passing.requestIsOpen = false
            return passed(passing, [.passPart])
        case .fault:
            // As without a gateway: what stands above says what is wrong, and that ends it.
            passing.requestIsOpen = false
            isEnding = true
            return passed(passing, [.passFault])
        case .answered:
            passing.responseIsOpen = false
            return passed(passing, [])
        case .inputClosed(let isBehind):
            owesInputClosed = isBehind
            return isBehind ? [] : [.passInputClosed]
        // Whoever reads the body must not take its end by force for its end.
        case .expired: return enter(.closed, .passFault, .closeClient)
        default: return []
        }
    }

    private mutating func passed(_ passing: GatewayStage.Passing, _ actions: [GatewayAction]) -> [GatewayAction] {
        if passing.requestIsOpen || passing.responseIsOpen {
            _ = enter(.passing(passing))
            return actions
        }
        return actions + served()
    }

    /// An answer is complete, and so is its request.
    mutating func served() -> [GatewayAction] {
        isEnding ? enter(.closing, .finishClient) : enter(.idle(hasServed: true))
    }

    /// Answers without a backend. A request with a body that nobody reads ends the connection; what is left of another one
    /// is its end.
    mutating func refuse(
        _ request: RequestFacts, requestIsOpen: Bool, _ action: (Bool) -> GatewayAction
    ) -> [GatewayAction] {
        if isEnding || (requestIsOpen && request.hasBody) {
            return enter(.closing, action(true), .finishClient)
        }
        return enter(requestIsOpen ? .skipping : .idle(hasServed: true), action(false))
    }

    mutating func skipping(_ event: GatewayEvent) -> [GatewayAction] {
        switch event {
        case .end: return served()
        case .fault, .head: return enter(.closing, .finishClient)
        case .inputClosed: return enter(.closing, .endClient)
        case .expired: return enter(.closed, .closeClient)
        default: return []
        }
    }

    mutating func closing(_ event: GatewayEvent) -> [GatewayAction] {
        switch event {
        case .inputClosed: [.endClient]
        case .expired: enter(.closed, .closeClient)
        default: []
        }
    }
}
