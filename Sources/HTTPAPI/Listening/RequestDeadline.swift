import HTTPTypes
import NIOCore
import NIOHTTPTypes
import SessionGateway

/// Closes a connection whose request doesn't arrive in time, so that clients that send a byte now and then can't hold
/// all connections. An idle time-out alone would count each byte as life.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How long each part of a request may take.
    struct Spans: Sendable {
        /// From the connection to the end of its first request's header.
        var firstHead = TimeAmount.seconds(20)
        /// From an answer to the end of the next request's header.
        var nextHead = TimeAmount.seconds(120)
        /// From the header to the end of the body.
        var body = TimeAmount.seconds(60)
    }

    private let spans: Spans
    private var alarm: Scheduled<Void>?
    /// Each part of the body has its time, and not all of it together.
    private var isPatient = false

    init(_ spans: Spans = Spans()) { self.spans = spans }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { set(spans.firstHead, context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        set(spans.firstHead, context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            isPatient = false
            set(spans.body, context)
        case .body: if isPatient { set(spans.body, context) }
        case .end: alarm?.cancel()
        }
        context.fireChannelRead(data)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is PatientBody else { return context.triggerUserOutboundEvent(event, promise: promise) }
        isPatient = true
        promise?.succeed()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { set(spans.nextHead, context) }
        context.write(data, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        alarm?.cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { alarm?.cancel() }

    private func set(_ span: TimeAmount, _ context: ChannelHandlerContext) {
        alarm?.cancel()
        alarm = context.eventLoop.assumeIsolated().scheduleTask(in: span) { context.close(promise: nil) }
    }
}
