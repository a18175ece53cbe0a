import NIOCore
import NIOHTTP1
import NIOPosix

/// Makes connections to backends, on the event loop of the client that they are for.
struct BackendConnector: Sendable {
    let limits: NIOHTTPDecoderLimitConfiguration
    let span: TimeAmount

    /// The answer comes on the loop.
    func connect(to backend: GatewayBackend, on loop: any EventLoop) -> EventLoopFuture<NIOLoopBound<BackendHandler>> {
        let key = backend.key
        let limits = limits
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(span)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    _ = try BackendHandler.install(on: channel, key: key, limits: limits)
                }
            }
        let made: EventLoopFuture<any Channel>
        switch backend.way {
        case .unixSocket(let path): made = bootstrap.connect(unixDomainSocketPath: path)
        case .address(let host, let port):
            made = bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(host: host, port: port)
        case .descriptor(let open):
            made = loop.makeFutureWithTask { try await open() }.assumeIsolated()
                .flatMap { bootstrap.withConnectedSocket($0) }.nonisolated()
        }
        return made.flatMapThrowing { channel in
            NIOLoopBound(
                try channel.pipeline.syncOperations.handler(type: BackendHandler.self), eventLoop: channel.eventLoop)
        }
    }
}
