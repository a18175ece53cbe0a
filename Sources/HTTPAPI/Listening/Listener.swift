import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import NIOHTTPTypes
import NIOPosix
import Synchronization
import WireModel

/// Accepts connections and answers them. The Unix socket is inherited from the launcher, so that clients queue while
/// the server starts again; the loopback address is bound here.
package struct Listener: Sendable {
    package enum Place: Sendable {
        /// A listening Unix socket: the peer's credentials are the login.
        case unixSocket(descriptor: Int32)
        /// An address of this machine: a token is the login.
        case address(host: String, port: Int)
    }

    /// Connections at once. A notebook that is open in a browser has about six.
    private static let mostConnections = 8_192

    private final class Gauge: Sendable {
        let open = Atomic(0)
    }

    private let api: CarrelAPI
    private let place: Place
    /// nil: connections are not encrypted.
    private let tls: TLSIdentity?
    private let logger: Logger

    package init(_ api: CarrelAPI, at place: Place, tls: TLSIdentity? = nil, logger: Logger) {
        self.api = api
        self.place = place
        self.tls = tls
        self.logger = logger
    }

    /// Runs until cancelled. `onListening` is told the port, or nil for the Unix socket. Throws a `ListenFailure` when the
    /// place can't be had.
    package func run(onListening: @Sendable (Int?) -> Void) async throws {
        let pipeline = HTTP1Channel(
            responder: { _, _, _ in },
            configuration: .init(additionalChannelHandlers: [RequestDeadline()], idleTimeout: .seconds(120)))
        let logger = logger
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(ChannelOptions.backlog, value: 512)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
        let channel: NIOAsyncChannel<HTTP1Channel.Value, Never>
        do {
            switch place {
            case .unixSocket(let descriptor):
                channel = try await bootstrap.bind(descriptor) { pipeline.setup(channel: $0, logger: logger) }
            case .address(let host, let port):
                let pipeline = GatewayChannel(gateway: api.gateway, doorkeeper: api.doorkeeper, isSecure: tls != nil)
                channel = try await bootstrap.childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .bind(host: host, port: port) { [tls] channel in
                        let isReady = tls?.install(on: channel) ?? channel.eventLoop.makeSucceededVoidFuture()
                        return isReady.flatMap { pipeline.setup(channel: channel, logger: logger) }
                    }
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw ListenFailure(error)
        }
        onListening(channel.channel.localAddress?.port)
        try await withThrowingDiscardingTaskGroup { group in
            try await channel.executeThenClose { inbound in
                let gauge = Gauge()
                for try await connection in inbound {
                    guard gauge.open.load(ordering: .relaxed) < Self.mostConnections else {
                        connection.channel.close(promise: nil)
                        continue
                    }
                    gauge.open.add(1, ordering: .relaxed)
                    group.addTask {
                        await serve(connection)
                        gauge.open.subtract(1, ordering: .relaxed)
                    }
                }
            }
        }
    }

    private func serve(_ connection: HTTP1Channel.Value) async {
        var peer: Result<SocketPeer?, Problem> = .success(nil)
        if case .unixSocket = place {
            do throws(Problem) {
                guard let process = try await UnixPeer.of(connection.channel) else { throw .peerRefused }
                peer = .success(try await api.peer(process))
            } catch {
                peer = .failure(error)
            }
        }
        let loopback = LoopbackPeer(connection.channel)
        let handler = HTTP1Channel { [peer, logger] request, writer, channel in
            var context = CarrelContext(source: .init(channel: channel, logger: logger))
            context.loopback = loopback
            var refusal: Problem?
            do throws(Problem) {
                // Anew for each request: a connection may be old, and an account disabled since.
                if let peer = try peer.get() { context.caller = try api.callers.caller(peer) }
            } catch {
                refusal = error
            }
            let response =
                if let refusal { Response.problem(refusal) } else {
                    try await api.responder.respond(to: request, context: context)
                }
            try await writer.write(response: response.head, body: response.body)
        }
        await handler.handle(value: connection, logger: logger)
    }
}
