import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import SessionGateway
import Testing

/// An application above the gateway serves as it did without one.
@Suite(.timeLimit(.minutes(5))) struct HummingbirdTests {
    private func with(_ backend: Backend, _ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        let router = Router()
        router.get("plain") { _, _ in "plain" }
        router.put("upload") { request, _ in
            var count = 0
            for try await part in request.body { count += part.readableBytes }
            return "\(count)"
        }
        router.put("early") { _, _ in "early" }
        router.get("events") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/event-stream"],
                body: .init { writer in
                    for number in 0..<3 {
                        try await writer.write(ByteBuffer(string: "data: \(number)\n\n"))
                        try await Task.sleep(for: .milliseconds(50))
                    }
                    try await writer.finish(nil)
                })
        }
        let gateway = SessionGateway(door: Server.door(to: backend.way))
        let ports = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let app = Application(
            router: router, server: .init { GatewayChannel(gateway: gateway, responder: $0) },
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in ports.continuation.yield(channel.localAddress?.port ?? 0) }, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await app.run() }
            var iterator = ports.stream.makeAsyncIterator()
            let port = try #require(await iterator.next())
            try await body(port)
            group.cancelAll()
        }
    }

    private static func echo(_ wire: Wire, _ number: Int) async throws {
        while true {
            _ = try await wire.receive(until: "\r\n\r\n")
            try await wire.send("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nbackend")
        }
    }

    @Test func routesStreamsAndUploadsGoOnAsBefore() async throws {
        try await Backend.with(Self.echo) { backend in
            try await with(backend) { port in
                try await Wire.connect(to: port) { wire in
                    for _ in 0..<2 {
                        try await wire.send("GET /plain HTTP/1.1\r\nHost: a\r\n\r\n")
                        #expect(try await wire.receiveAnswer().body == "plain")
                        try await wire.send("GET /anything HTTP/1.1\r\nHost: session\r\n\r\n")
                        #expect(try await wire.receiveAnswer().body == "backend")
                        try await wire.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
                        #expect(try await wire.receive(until: "\r\n\r\n").contains("event-stream"))
                        let events = try await wire.receive(until: "\r\n0\r\n\r\n")
                        #expect(events.contains("data: 0") && events.contains("data: 2"))
                        try await wire.send("PUT /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n")
                        for _ in 0..<50 { try await wire.send(ByteBuffer(repeating: 0x61, count: 100_000)) }
                        #expect(try await wire.receiveAnswer().body == "5000000")
                        try await wire.send(
                            "PUT /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
                        #expect(try await wire.receiveAnswer().body == "3")
                        try await wire.send("PUT /early HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n")
                        for _ in 0..<30 { try await wire.send(ByteBuffer(repeating: 0x61, count: 100_000)) }
                        #expect(try await wire.receiveAnswer().body == "early")
                    }
                    try await wire.send("GET /none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    #expect(try await wire.receiveAnswer().head.hasPrefix("HTTP/1.1 404"))
                    #expect(await wire.receiveAll() == "")
                }
            }
        }
    }

    @Test func manyPipelinedRequestsOfBothKindsKeepTheirOrder() async throws {
        try await Backend.with(Self.echo) { backend in
            try await with(backend) { port in
                try await Wire.connect(to: port) { wire in
                    let pair = "GET /plain HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: session\r\n\r\n"
                    try await wire.send(String(repeating: pair, count: 100))
                    for _ in 0..<100 {
                        #expect(try await wire.receiveAnswer().body == "plain")
                        #expect(try await wire.receiveAnswer().body == "backend")
                    }
                }
            }
        }
    }

    @Test func whatIsNoRequestIsRefusedAndAServerWithOpenConnectionsEnds() async throws {
        try await Backend.with(Self.echo) { backend in
            try await with(backend) { port in
                try await Wire.connect(to: port) { wire in
                    try await wire.send("NONSENSE\r\n\r\n")
                    #expect(try await wire.receiveAnswer().head.hasPrefix("HTTP/1.1 400"))
                }
                try await Wire.connect(to: port) { wire in
                    try await wire.send("PUT /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
                    #expect(try await wire.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 400"))
                }
            }
        }
    }
}
