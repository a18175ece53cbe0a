import NIOCore

extension ChannelHandlerContext {
    /// Once everything that was written before has gone out, or can't any more. On the channel's own loop.
    func afterWrites(_ act: @escaping () -> Void) {
        let written = eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in act() }
        writeAndFlush(NIOAny(ByteBuffer()), promise: written)
    }
}
