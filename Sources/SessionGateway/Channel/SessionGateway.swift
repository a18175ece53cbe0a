package import NIOCore
import NIOHTTP1

/// The way of requests to sessions: it stands in the pipeline of each connection, asks the door about each request, and
/// hands it to what stands above or to a backend. `Docs/gateway.md` tells what it promises.
package struct SessionGateway: Sendable {
    let settings: GatewaySettings
    var door: GatewayDoor
    let shelves: BackendShelves
    let connector: BackendConnector

    /// - Parameter door: asked about every request before anything of it goes anywhere.
    package init(_ settings: GatewaySettings = GatewaySettings(), door: @escaping GatewayDoor) {
        self.settings = settings
        self.door = door
        shelves = BackendShelves(most: settings.mostIdle, span: settings.idleSpan)
        connector = BackendConnector(limits: Self.limits(settings), span: settings.spans.connection)
    }

    /// Adds the HTTP/1.1 codec and the gateway to a fresh connection, on its event loop. What is added next gets
    /// `HTTPServerRequestPart`s of the requests that pass, one request at a time, and answers with
    /// `HTTPServerResponsePart`s. The gateway keeps the deadlines of all requests' heads and bodies: nothing above needs to.
    ///
    /// The connection should allow half-closure: a tunnel's ends close one after the other.
    /// - Parameter door: asked instead of the gateway's own, where it must know the connection; nil: that one is.
    package func install(on channel: any Channel, door: GatewayDoor? = nil) throws {
        var gateway = self
        if let door { gateway.door = door }
        let encoder = HTTPResponseEncoder()
        let decoder = ByteToMessageHandler(
            HTTPRequestDecoder(
                leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .drop,
                limitConfiguration: Self.limits(settings)))
        let handler = GatewayHandler(gateway, encoder, decoder, shelves.shelf(of: channel.eventLoop))
        try channel.pipeline.syncOperations.addHandlers([encoder, decoder, handler])
    }

    private static func limits(_ settings: GatewaySettings) -> NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = settings.largestHeader
        limits.maxHeaderListSize = settings.largestHead
        limits.maxHeaderFieldCount = settings.mostHeaders
        return limits
    }
}
