package import NIOHTTP1

/// A request at the door: nothing of it was passed on yet.
package struct GatewayRequest: Sendable {
    /// As the client sent it: exactly one `Host` (in HTTP/1.0 perhaps none), a target that begins with a slash.
    package let head: HTTPRequestHead
    /// The client's IP address; nil on a Unix socket.
    package let clientAddress: String?

    package init(head: HTTPRequestHead, clientAddress: String?) {
        self.head = head
        self.clientAddress = clientAddress
    }
}
