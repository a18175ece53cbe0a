/// A program that serves a session, and the way to it.
package struct GatewayBackend: Sendable {
    package enum Way: Sendable {
        case unixSocket(path: String)
        case address(host: String, port: Int)
        /// Gives a connected stream socket, which the gateway then owns; throws when there is none.
        case descriptor(@Sendable () async throws -> Int32)
    }

    /// Connections are kept for later requests under this key. A session that starts anew has another one.
    package let key: String
    package let way: Way

    package init(key: String, way: Way) {
        self.key = key
        self.way = way
    }
}
