import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import SessionGateway

/// The pipeline of a connection from a browser or program: the gateway, which keeps all deadlines, and above it what Hummingbird
/// makes of requests that pass.
struct GatewayChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    let gateway: SessionGateway
    let doorkeeper: SessionDoorkeeper
    let isSecure: Bool

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            try gateway.install(on: channel, door: doorkeeper.door(for: LoopbackPeer(channel)))
            try channel.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: isSecure))
            return try Value(wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    func handle(value: Value, logger: Logger) async {}
}
