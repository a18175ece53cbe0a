import NIOCore
import NIOHTTP1

// The question at the door, the way to the backend, and what comes from there.
extension GatewayHandler {
    func ask(_ cargo: Cargo) {
        guard case .request(let head, let framing) = cargo else { return }
        current = Current(head: head, framing: framing)
        awaited &+= 1
        let question = awaited
        let request = GatewayRequest(head: head, clientAddress: context?.remoteAddress?.ipAddress)
        switch gateway.door(request) {
        case .now(let decision): decided(decision)
        case .later(let ask):
            guard let loop = context?.eventLoop else { return }
            loop.makeFutureWithTask { await ask() }.assumeIsolated().whenSuccess { decision in
                if question == self.awaited { self.decided(decision) }
            }
        }
    }

    private func decided(_ decision: GatewayDecision) {
        switch decision {
        case .pass:
            letGo()
            feed(.passed)
        case .refuse(let refusal):
            letGo()
            current.refusal = refusal
            feed(.refused)
        case .forward(let route):
            guard hang(on: route.tether) else {
                current.refusal = gateway.settings.words(.cut, nil)
                return feed(.refused)
            }
            current.route = route
            feed(.forwarded)
        }
    }

    /// False: it was cut.
    private func hang(on next: GatewayTether?) -> Bool {
        if let tether, tether.tether === next, !tether.tether.isCut { return true }
        letGo()
        guard let next, let loop = context?.eventLoop else { return true }
        let me = NIOLoopBound(self, eventLoop: loop)
        let number = next.attach { loop.execute { me.value.feed(.cut) } }
        guard let number else { return false }
        tether = (next, number)
        return true
    }

    func letGo() {
        tether?.tether.detach(tether?.number ?? 0)
        tether = nil
    }

    func connect(mayReuse: Bool) {
        guard let route = current.route, let loop = context?.eventLoop else { return }
        awaited &+= 1
        let attempt = awaited
        if mayReuse, let known = shelf.take(route.backend.key) {
            return adopt(known, isReused: true)
        }
        gateway.connector.connect(to: route.backend, on: loop).assumeIsolated().whenComplete { result in
            switch result {
            case .success(let made) where attempt == self.awaited && self.context != nil:
                self.adopt(made.value, isReused: false)
            case .success(let made): made.value.close()
            case .failure: if attempt == self.awaited { self.feed(.unreachable) }
            }
        }
    }

    private func adopt(_ backend: BackendHandler, isReused: Bool) {
        guard backend.isActive else { return feed(.unreachable) }
        self.backend = backend
        backend.owner = self
        feed(.connected(isReused: isReused))
    }
}

extension GatewayHandler: BackendOwner {
    var readsBackend: Bool { machine.readsBackend }

    func backend(_ backend: BackendHandler, said part: HTTPClientResponsePart) {
        guard backend === self.backend else { return }
        switch part {
        case .head(let head):
            guard let request = current.head, let (facts, framing) = ResponseInspection.inspect(head, of: request) else {
                return feed(.responseFault)
            }
            feed(.responseHead(facts), .response(head, framing), flushes: false)
        case .body(let bytes): feed(.responseBody, .bytes(bytes), flushes: false)
        case .end(let trailers): feed(.responseEnd, .trailers(trailers))
        }
    }

    func backend(_ backend: BackendHandler, sent bytes: ByteBuffer) {
        guard backend === self.backend, machine.isTunnel else { return }
        wire?.writeAndFlush(NIOAny(bytes), promise: nil)
        feed(.tunnelled, flushes: false)
    }

    func backend(_ backend: BackendHandler, met event: GatewayEvent) {
        guard backend === self.backend else { return }
        if event == .backendGone { self.backend = nil }
        feed(event)
    }

    func backendReadComplete() { wire?.flush() }
}
