import NIOCore
import NIOHTTP1

extension GatewayHandler {
    func perform(_ action: GatewayAction, _ cargo: Cargo) {
        switch action {
        case .ask: ask(cargo)
        case .passHead: if let head = current.head { pass(.head(head)) }
        case .passPart: passPart(cargo)
        case .passFault: context?.fireErrorCaught(cargo.error ?? HTTPParserError.invalidEOFState)
        case .passInputClosed: context?.fireUserInboundEventTriggered(ChannelEvent.inputClosed)

        case .connect(let mayReuse): connect(mayReuse: mayReuse)
        case .abandonConnection: awaited &+= 1
        case .sendHead: sendHead()
        case .sendBody: if case .bytes(let bytes) = cargo { backend?.send(.body(.byteBuffer(bytes))) }
        case .sendEnd: sendEnd(cargo)
        case .releaseBackend:
            if let backend { shelf.put(backend) }
            backend = nil
        case .closeBackend:
            backend?.close()
            backend = nil
        case .closeBackendOutput: backend?.closeOutput()
        case .finishBackend:
            backend?.finish(within: gateway.settings.spans.linger)
            backend = nil

        case .answerInformational, .answerUpgrade: answerHead(cargo, isLast: false)
        case .answerHead(let isLast): answerHead(cargo, isLast: isLast)
        case .answerBody: if case .bytes(let bytes) = cargo { answerBody(bytes) }
        case .answerEnd: answerEnd(cargo)
        case .refuse(let isLast): if let refusal = current.refusal { answer(refusal, isLast: isLast) }
        case .explain(let trouble, let isLast):
            if case .fault(let error) = cargo { current = Current(fault: RequestFault(error)) }
            answer(gateway.settings.words(trouble, current.fault), isLast: isLast)
        case .startTunnel: startTunnel()

        case .finishClient: afterWrites { $0.close(mode: .output, promise: nil) }
        case .endClient: afterWrites { $0.close(promise: nil) }
        case .closeClientOutput: afterWrites { $0.close(mode: .output, promise: nil) }
        case .closeClient: context?.close(promise: nil)
        }
    }

    // Upwards.

    private func pass(_ part: HTTPServerRequestPart) {
        hasPassed = true
        context?.fireChannelRead(wrapInboundOut(part))
    }

    private func passPart(_ cargo: Cargo) {
        switch cargo {
        case .bytes(let bytes): pass(.body(bytes))
        case .trailers(let trailers): pass(.end(trailers))
        default: break
        }
    }

    // To the backend.

    private func sendHead() {
        guard let backend, let head = current.head, let route = current.route else { return }
        let asksUpgrade = if case .exchanging(let exchange) = machine.stage { exchange.request.asksUpgrade } else { false }
        let headers = route.rules.request(
            head.headers, framing: current.framing, method: head.method, asksUpgrade: asksUpgrade)
        if !RequestInspection.repeatable.contains(head.method) { route.noteUse?() }
        backend.send(.head(HTTPRequestHead(version: .http1_1, method: head.method, uri: head.uri, headers: headers)))
    }

    private func sendEnd(_ cargo: Cargo) {
        var trailers: HTTPHeaders?
        if case .trailers(let given?) = cargo, current.framing == .chunked, let rules = current.route?.rules {
            trailers = rules.trailers(given)
        }
        backend?.send(.end(trailers))
    }

    // To the client.

    private var allocator: ByteBufferAllocator { context?.channel.allocator ?? ByteBufferAllocator() }

    private func answerHead(_ cargo: Cargo, isLast: Bool) {
        guard case .response(let head, let framing) = cargo, let route = current.route, let request = current.head else {
            return
        }
        let status = Int(head.status.code)
        // HTTP/1.0 knows one answer to one request.
        if status < 200, status != 101, request.version != .http1_1 { return }
        current.answer = framing
        let headers = route.rules.response(head.headers, status: status, framing: framing, isLast: isLast)
        write(ResponseBytes.head(status, head.status.reasonPhrase, headers, allocator))
    }

    private func answerBody(_ bytes: ByteBuffer) {
        switch current.answer {
        case .none: break
        case .length, .untilClose: write(bytes)
        case .chunked:
            guard bytes.readableBytes > 0 else { return }
            var head = ResponseBytes.chunkHead(bytes.readableBytes, allocator)
            write(head)
            write(bytes)
            head.moveReaderIndex(to: head.writerIndex - 2)
            write(head)
        }
    }

    private func answerEnd(_ cargo: Cargo) {
        guard current.answer == .chunked else { return }
        var trailers = HTTPHeaders()
        if case .trailers(let given?) = cargo, let rules = current.route?.rules { trailers = rules.trailers(given) }
        write(ResponseBytes.lastChunk(trailers, allocator))
    }

    private func answer(_ refusal: GatewayRefusal, isLast: Bool) {
        write(ResponseBytes.refusal(refusal, of: current.head?.method, isLast: isLast, allocator))
    }

    func write(_ bytes: ByteBuffer) { wire?.write(NIOAny(bytes), promise: nil) }

    private func afterWrites(_ act: @escaping (ChannelHandlerContext) -> Void) {
        wire?.afterWrites {
            if let wire = self.wire { act(wire) }
        }
    }

    private func startTunnel() {
        backend?.becomeTunnel()
        if let head = current.head, HeaderTokens.all(head.headers, "upgrade") == ["websocket"] {
            current.frames = PersonFrames(least: current.route?.leastFrame ?? 1)
        }
        // Gives what it has read beyond the request, and then every byte as it comes.
        context?.pipeline.syncOperations.removeHandler(decoder, promise: nil)
    }
}

extension RequestFault {
    /// What the parser or the inspection found.
    init(_ error: any Error) {
        switch error {
        case let fault as RequestFault: self = fault
        case HTTPParserError.headerOverflow: self = .headTooLarge
        case HTTPParserError.unexpectedContentLength, HTTPParserError.invalidContentLength: self = .badFraming
        default: self = .malformed
        }
    }
}
