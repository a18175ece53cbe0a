import NIOCore
import NIOPosix
import SessionGateway

// A gateway and nothing else, on one event loop as a one-worker nginx has, for `make bench`:
//     gateway-bench PORT SOCKET
// forwards whatever comes at 127.0.0.1:PORT to the Unix socket.

let words = CommandLine.arguments
guard words.count == 3, let port = Int(words[1]) else {
    print("usage: gateway-bench PORT SOCKET")
    throw ExitWithUsage()
}

struct ExitWithUsage: Error {}

let path = words[2]
let gateway = SessionGateway { request in
    .now(
        .forward(
            GatewayRoute(
                to: .init(key: "bench", way: .unixSocket(path: path)),
                rules: .init(controlCookies: ["carrel"], clientAddress: request.clientAddress, scheme: "http"))))
}
let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
let server = try await ServerBootstrap(group: group)
    .serverChannelOption(.backlog, value: 1024)
    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
    .childChannelOption(.allowRemoteHalfClosure, value: true)
    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
    .childChannelInitializer { channel in channel.eventLoop.makeCompletedFuture { try gateway.install(on: channel) } }
    .bind(host: "127.0.0.1", port: port).get()
print("ready")
try await server.closeFuture.get()
