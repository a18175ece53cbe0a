import NIOCore
import NIOHTTP1
import NIOPosix
import SessionGateway

/// A server with a gateway, and above it a handler that answers every request that passes.
enum Server {
    static func with<Result: Sendable>(
        _ settings: GatewaySettings = GatewaySettings(), door: @escaping GatewayDoor, sendBuffer: Int? = nil,
        _ body: @Sendable (Int) async throws -> Result
    ) async throws -> Result {
        let gateway = SessionGateway(settings, door: door)
        var bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try gateway.install(on: channel)
                    try channel.pipeline.syncOperations.addHandler(Above())
                }
            }
        if let sendBuffer { bootstrap = bootstrap.childChannelOption(.socketOption(.so_sndbuf), value: sendBuffer) }
        let server = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        do {
            let result = try await body(server.localAddress?.port ?? 0)
            try await server.close()
            return result
        } catch {
            try? await server.close()
            throw error
        }
    }

    /// Forwards what names the host `session`, and passes the rest.
    static func door(
        to way: GatewayBackend.Way, rules: HeaderRules = .init(controlCookies: ["carrel"]), tether: GatewayTether? = nil,
        noteUse: (@Sendable () -> Void)? = nil
    ) -> GatewayDoor {
        { request in
            guard request.head.headers.first(name: "host") == "session" else { return .now(.pass) }
            return .now(
                .forward(GatewayRoute(to: .init(key: "session", way: way), rules: rules, tether: tether, noteUse: noteUse)))
        }
    }

    /// Says the request's target and how long its body was.
    private final class Above: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private var target = ""
        private var count = 0

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                target = head.uri
                count = 0
            case .body(let bytes): count += bytes.readableBytes
            case .end:
                let body = ByteBuffer(string: "above \(target) \(count)")
                let head = HTTPResponseHead(
                    version: .http1_1, status: .ok, headers: ["Content-Length": "\(body.readableBytes)"])
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            let head = HTTPResponseHead(version: .http1_1, status: .badRequest, headers: ["Content-Length": "0"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
