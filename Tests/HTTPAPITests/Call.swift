import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTPTypes

@testable import HTTPAPI

/// One request to the routes, without a socket.
struct Call {
    let api: CarrelAPI
    /// nil: it comes by the HTTP address.
    var peer: SocketPeer?
    /// The address of the connection's other end.
    var from = ""

    struct Answer {
        let status: Int
        let headers: HTTPFields
        let body: String
        /// `name=value` of the cookie that it sets.
        var cookie: String? { headers[.setCookie].map { String($0.prefix { $0 != ";" }) } }
    }

    static let sameOrigin: [(String, String)] = [("Sec-Fetch-Site", "same-origin")]

    func callAsFunction(
        _ method: HTTPRequest.Method, _ path: String, body: String = "", cookie: String? = nil,
        headers: [(String, String)] = []
    ) async throws -> Answer {
        var fields = HTTPFields()
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        if let cookie { fields[.cookie] = cookie }
        let request = Request(
            head: HTTPRequest(method: method, scheme: "http", authority: "127.0.0.1:8642", path: path, headerFields: fields),
            body: RequestBody(buffer: ByteBuffer(string: body)))
        var context = CarrelContext(source: .init(channel: NIOAsyncTestingChannel(), logger: Logger(label: "test")))
        context.address = from
        if let peer { context.caller = try api.callers.caller(peer) }
        let response = try await api.responder.respond(to: request, context: context)
        let store = Box()
        try await response.body.write(BoxWriter(box: store))
        return Answer(status: response.status.code, headers: response.headers, body: String(buffer: store.body))
    }

    private final class Box: @unchecked Sendable { var body = ByteBuffer() }

    private struct BoxWriter: ResponseBodyWriter {
        let box: Box
        mutating func write(_ buffer: ByteBuffer) async throws { box.body.writeImmutableBuffer(buffer) }
        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
