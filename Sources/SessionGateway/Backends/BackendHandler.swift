import NIOCore
import NIOHTTP1

/// Who a backend's connection works for at the moment; on the same event loop.
protocol BackendOwner: AnyObject {
    var readsBackend: Bool { get }
    func backend(_ backend: BackendHandler, said part: HTTPClientResponsePart)
    func backend(_ backend: BackendHandler, sent bytes: ByteBuffer)
    func backend(_ backend: BackendHandler, met event: GatewayEvent)
    func backendReadComplete()
}

/// The end of a connection to a backend: HTTP parts first, and after an upgrade bytes.
///
/// It takes what comes as `Any`: a message of another type than expected is then an error, and not the end of the server.
final class BackendHandler: ChannelDuplexHandler {
    typealias InboundIn = Any
    typealias OutboundIn = Never
    typealias OutboundOut = HTTPClientRequestPart

    let key: String
    var owner: (any BackendOwner)?
    /// Where it lies while nobody uses it.
    weak var shelf: BackendShelf?
    private(set) var isActive = false
    private let encoder: HTTPRequestEncoder
    private let decoder: ByteToMessageHandler<HTTPResponseDecoder>
    private var context: ChannelHandlerContext?
    /// What is written from there goes out as it is.
    private var wire: ChannelHandlerContext?
    private var readIsPending = false

    private init(key: String, _ encoder: HTTPRequestEncoder, _ decoder: ByteToMessageHandler<HTTPResponseDecoder>) {
        self.key = key
        self.encoder = encoder
        self.decoder = decoder
    }

    /// Adds the codec and itself to a fresh channel.
    static func install(on channel: any Channel, key: String, limits: NIOHTTPDecoderLimitConfiguration) throws
        -> BackendHandler
    {
        var framing = HTTPRequestEncoder.Configuration()
        framing.automaticallySetFramingHeaders = false
        let encoder = HTTPRequestEncoder(configuration: framing)
        let decoder = ByteToMessageHandler(
            HTTPResponseDecoder(
                leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .forward, limitConfiguration: limits))
        let handler = BackendHandler(key: key, encoder, decoder)
        try channel.pipeline.syncOperations.addHandlers([encoder, decoder, handler])
        return handler
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        wire = try? context.pipeline.syncOperations.context(handler: encoder)
        isActive = context.channel.isActive
    }

    func handlerRemoved(context: ChannelHandlerContext) { forget() }

    func channelActive(context: ChannelHandlerContext) {
        isActive = true
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        forget()
        context.fireChannelInactive()
    }

    private func forget() {
        isActive = false
        context = nil
        wire = nil
        shelf?.remove(self)
        shelf = nil
        owner?.backend(self, met: .backendGone)
        owner = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let owner else {
            // It was not asked for anything.
            context.close(promise: nil)
            return
        }
        switch unwrapInboundIn(data) {
        case let part as HTTPClientResponsePart: owner.backend(self, said: part)
        case let data as IOData:
            if case .byteBuffer(let bytes) = data { owner.backend(self, sent: bytes) }
        default: context.close(promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { owner?.backendReadComplete() }

    func read(context: ChannelHandlerContext) {
        if owner?.readsBackend ?? true {
            context.read()
        } else {
            readIsPending = true
        }
    }

    /// Reads on where that was put off and is wanted now.
    func resume() {
        guard readIsPending, owner?.readsBackend ?? true else { return }
        readIsPending = false
        context?.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        owner?.backend(self, met: .backendWritable(context.channel.isWritable))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else {
            return context.fireUserInboundEventTriggered(event)
        }
        if let owner {
            owner.backend(self, met: .backendInputClosed)
        } else {
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.invalidEOFState: owner?.backend(self, met: .backendGone)
        case is HTTPParserError, is NIOHTTPDecoderError, is ByteToMessageDecoderError:
            owner?.backend(self, met: .responseFault)
        default: break
        }
        context.close(promise: nil)
    }

    // What its owner does with it. Nothing of this does anything once the connection has gone.

    var isWritable: Bool { context?.channel.isWritable ?? false }

    func send(_ part: HTTPClientRequestPart) { context?.write(wrapOutboundOut(part), promise: nil) }

    func send(_ bytes: ByteBuffer) { wire?.writeAndFlush(NIOAny(bytes), promise: nil) }

    func flush() { context?.flush() }

    /// From here on both ends send bytes.
    func becomeTunnel() { context?.pipeline.syncOperations.removeHandler(decoder, promise: nil) }

    func closeOutput() { afterWrites { $0.close(mode: .output, promise: nil) } }

    /// Nobody waits for it any more: what was written goes out, within the span, and the connection ends.
    func finish(within span: TimeAmount) {
        owner = nil
        afterWrites { $0.close(promise: nil) }
        guard let context else { return }
        context.eventLoop.assumeIsolated().scheduleTask(in: span) { self.close() }
        resume()
    }

    func close() {
        owner = nil
        context?.close(promise: nil)
    }

    private func afterWrites(_ act: @escaping (ChannelHandlerContext) -> Void) {
        wire?.afterWrites {
            if let wire = self.wire { act(wire) }
        }
    }
}
