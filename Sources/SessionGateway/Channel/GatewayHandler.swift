import NIOCore
import NIOHTTP1

/// One client's connection, between the HTTP codec and what serves ordinary requests. It decides nothing: it tells the
/// machine what happened and does what the machine says.
///
/// It takes what comes as `Any`: a message of another type than expected is then an error, and not the end of the server.
final class GatewayHandler: ChannelDuplexHandler {
    typealias InboundIn = Any
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// What belongs to an event and is none of the machine's business.
    enum Cargo {
        case none
        case request(HTTPRequestHead, RequestInspection.Framing)
        case bytes(ByteBuffer)
        case trailers(HTTPHeaders?)
        case response(HTTPResponseHead, ResponseInspection.Framing)
        case fault(any Error)

        var error: (any Error)? { if case .fault(let error) = self { error } else { nil } }
    }

    struct Signal {
        let event: GatewayEvent
        let cargo: Cargo
    }

    /// The request that is served, and what was decided about it.
    struct Current {
        var head: HTTPRequestHead?
        var framing = RequestInspection.Framing.none
        var fault: RequestFault?
        var refusal: GatewayRefusal?
        var route: GatewayRoute?
        var answer = ResponseInspection.Framing.none
        /// Once it is a tunnel of a WebSocket.
        var frames: PersonFrames?
    }

    let gateway: SessionGateway
    let encoder: HTTPResponseEncoder
    let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    let shelf: BackendShelf
    var machine = GatewayMachine()
    var current = Current()
    var backend: BackendHandler?
    var context: ChannelHandlerContext?
    /// What is written from there goes out as it is, past the encoder.
    var wire: ChannelHandlerContext?
    /// Counts questions and connections that are waited for: an answer to an older one comes too late.
    var awaited: UInt64 = 0
    var tether: (tether: GatewayTether, number: UInt64)?
    /// Asked of the system once, and not for each request.
    private(set) var clientAddress: String?
    let watch: DeadlineWatch
    /// Parts of requests that wait for the answer before them. One read of the socket at most: then reading pauses.
    private var parts = CircularBuffer<Signal>()
    private var signals = CircularBuffer<Signal>()
    private var isRunning = false
    private var readIsPending = false
    /// Parts went up since what stands above was told that there are no more for now. It may wait for that.
    var hasPassed = false

    init(
        _ gateway: SessionGateway, _ encoder: HTTPResponseEncoder, _ decoder: ByteToMessageHandler<HTTPRequestDecoder>,
        _ shelf: BackendShelf
    ) {
        self.gateway = gateway
        self.encoder = encoder
        self.decoder = decoder
        self.shelf = shelf
        watch = DeadlineWatch(gateway.settings.spans)
    }

    /// Tells the machine, in order, and does what it says. `flushes`: nothing further comes at this moment.
    func feed(_ event: GatewayEvent, _ cargo: Cargo = .none, flushes: Bool = true) {
        signals.append(Signal(event: event, cargo: cargo))
        run(flushes: flushes)
    }

    private func run(flushes: Bool) {
        guard !isRunning else { return }
        isRunning = true
        var mustFlush = flushes
        while let signal = signals.popFirst() ?? nextPart() {
            for action in machine.handle(signal.event) {
                perform(action, signal.cargo)
                mustFlush = mustFlush || action.endsSomething
            }
            if signals.isEmpty, parts.isEmpty, machine.wantsInputClosed {
                signals.append(Signal(event: .inputClosed(isBehind: false), cargo: .none))
            }
        }
        isRunning = false
        if mustFlush { flushAll() }
        if flushes { passReadComplete() }
        settle()
    }

    private func nextPart() -> Signal? { machine.takesParts ? parts.popFirst() : nil }

    func flushAll() {
        wire?.flush()
        backend?.flush()
    }

    /// What follows from the state and not from an event: who is read, and until when.
    private func settle() {
        guard let context else { return }
        if readIsPending, readsClient {
            readIsPending = false
            context.read()
        }
        backend?.resume()
        watch.set(machine, on: context.eventLoop)
    }

    private var readsClient: Bool { machine.readsClient(isHolding: !parts.isEmpty) }

    // From the client.

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        wire = try? context.pipeline.syncOperations.context(handler: encoder)
        clientAddress = context.remoteAddress?.ipAddress
        watch.ring = { [weak self] in self?.feed(.expired($0)) }
        settle()
    }

    func handlerRemoved(context: ChannelHandlerContext) { forget() }

    func channelActive(context: ChannelHandlerContext) {
        clientAddress = context.remoteAddress?.ipAddress
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        forget()
        context.fireChannelInactive()
    }

    private func forget() {
        feed(.clientGone)
        watch.stop()
        letGo()
        parts.removeAll()
        current = Current()
        context = nil
        wire = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case let part as HTTPServerRequestPart: take(part)
        case let data as IOData:
            guard machine.isTunnel, case .byteBuffer(let bytes) = data else { return }
            backend?.send(bytes)
            if current.frames?.take(bytes) == true { current.route?.noteUse?() }
            feed(.tunnelled, flushes: false)
        default: context.close(promise: nil)
        }
    }

    private func take(_ part: HTTPServerRequestPart) {
        // Bytes were expected: two readers of this connection disagree.
        guard !machine.isTunnel else { return feed(.fault) }
        switch part {
        case .head(let head):
            do throws(RequestFault) {
                let (facts, framing) = try RequestInspection.inspect(head)
                parts.append(Signal(event: .head(facts), cargo: .request(head, framing)))
            } catch {
                parts.append(Signal(event: .fault, cargo: .fault(error)))
            }
        case .body(let bytes): parts.append(Signal(event: .body, cargo: .bytes(bytes)))
        case .end(let trailers): parts.append(Signal(event: .end, cargo: .trailers(trailers)))
        }
        run(flushes: false)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flushAll()
        passReadComplete()
    }

    private func passReadComplete() {
        guard hasPassed else { return }
        hasPassed = false
        context?.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if readsClient { context.read() } else { readIsPending = true }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is PatientBody else { return context.triggerUserOutboundEvent(event, promise: promise) }
        watch.isPatient = machine.isPassing
        promise?.succeed()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        feed(.clientWritable(context.channel.isWritable))
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            return feed(.inputClosed(isBehind: !parts.isEmpty))
        }
        if event is ChannelShouldQuiesceEvent { return feed(.quiesce) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError || error is ByteToMessageDecoderError else {
            context.fireErrorCaught(error)
            context.close(promise: nil)
            return
        }
        guard !machine.isTunnel else { return feed(.fault) }
        parts.append(Signal(event: .fault, cargo: .fault(error)))
        run(flushes: true)
    }

    // From above.

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard machine.letsAnswer else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head) where machine.answersLast && head.status.code >= 200:
            head.headers.replaceOrAdd(name: "Connection", value: "close")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            context.write(data, promise: promise)
            feed(.answered)
        default: context.write(data, promise: promise)
        }
    }
}

extension GatewayAction {
    /// Whoever gets it waits for nothing more of this message, or for something before the next.
    var endsSomething: Bool {
        switch self {
        case .sendEnd, .answerEnd, .answerInformational, .answerUpgrade, .refuse, .explain: true
        default: false
        }
    }
}
