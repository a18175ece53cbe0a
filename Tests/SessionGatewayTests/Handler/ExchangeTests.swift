import NIOCore
import SessionGateway
import Testing

/// Requests and answers through real sockets.
@Suite(.timeLimit(.minutes(5))) struct ExchangeTests {
    private static let get = "GET /a HTTP/1.1\r\nHost: session\r\n\r\n"

    /// Answers every request with the number of the connection.
    private static func answering(_ wire: Wire, _ number: Int) async throws {
        while true {
            _ = try await wire.receive(until: "\r\n\r\n")
            try await wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(number)")
        }
    }

    @Test func requestsAreForwardedOrPassedOneByOneOnTheSameConnection() async throws {
        try await Backend.with(Self.answering) { backend in
            try await Server.with(door: Server.door(to: backend.way)) { port in
                try await Wire.connect(to: port) { wire in
                    for _ in 0..<3 {
                        try await wire.send(Self.get)
                        let forwarded = try await wire.receiveAnswer()
                        #expect(forwarded.head.hasPrefix("HTTP/1.1 200 OK\r\n") && forwarded.body == "1")
                        try await wire.send("GET /b HTTP/1.1\r\nHost: other\r\n\r\n")
                        #expect(try await wire.receiveAnswer().body == "above /b 0")
                    }
                }
                #expect(backend.accepted.count == 1)
            }
        }
    }

    @Test func pipelinedRequestsAreAnsweredInTheirOrder() async throws {
        try await Backend.with(Self.answering) { backend in
            try await Server.with(door: Server.door(to: backend.way)) { port in
                try await Wire.connect(to: port) { wire in
                    let other = "POST /b HTTP/1.1\r\nHost: other\r\nContent-Length: 3\r\n\r\nabc"
                    try await wire.send(Self.get + other + Self.get + Self.get + other)
                    for expected in ["1", "above /b 3", "1", "1", "above /b 3"] {
                        #expect(try await wire.receiveAnswer().body == expected)
                    }
                }
            }
        }
    }

    @Test func theBackendSeesTheRequestByTheRulesAndTheBodyInItsFraming() async throws {
        let script: @Sendable (Wire, Int) async throws -> Void = { wire, _ in
            let head = try await wire.receive(until: "\r\n\r\n")
            let body =
                head.contains("chunked") ? try await wire.receive(until: "0\r\n\r\n") : try await wire.receive(count: 5)
            let told = head + body
            try await wire.send("HTTP/1.1 200 OK\r\nContent-Length: \(told.utf8.count)\r\n\r\n\(told)")
        }
        try await Backend.with(script) { backend in
            try await Server.with(door: Server.door(to: backend.way)) { port in
                try await Wire.connect(to: port) { wire in
                    let head =
                        "POST /x?y=%20z HTTP/1.1\r\nHost: session\r\nCookie: a=1; carrel=secret\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\n"
                    try await wire.send(head + "Authorization: Bearer secret\r\nContent-Length: 5\r\n\r\nhello")
                    let plain = try await wire.receiveAnswer().body
                    #expect(
                        plain == "POST /x?y=%20z HTTP/1.1\r\nHost: session\r\nCookie: a=1\r\nContent-Length: 5\r\n\r\nhello")
                    try await wire.send(head + "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
                    let chunked = try await wire.receiveAnswer().body
                    #expect(chunked.hasSuffix("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"))
                }
            }
        }
    }

    @Test func answersComeInTheFramingThatTheClientUnderstands() async throws {
        let answers = [
            "/chunked":
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 6\r\nSet-Cookie: a=b\r\n\r\n",
            "/close": "HTTP/1.1 200 OK\r\n\r\nabc", "/head": "HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n",
            "/none": "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
            "/same": "HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n",
        ]
        let script: @Sendable (Wire, Int) async throws -> Void = { wire, _ in
            while true {
                let head = try await wire.receive(until: "\r\n\r\n")
                let target = head.split(separator: " ").dropFirst().first.map(String.init) ?? ""
                try await wire.send(answers[target] ?? "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
                if target == "/close" { return }
            }
        }
        try await Backend.with(script) { backend in
            try await Server.with(door: Server.door(to: backend.way)) { port in
                try await Wire.connect(to: port) { wire in
                    try await wire.send("GET /chunked HTTP/1.1\r\nHost: session\r\n\r\n")
                    #expect(try await wire.receive(until: "\r\n\r\n").contains("Transfer-Encoding: chunked"))
                    #expect(try await wire.receive(until: "\r\n\r\n") == "3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n")
                    try await wire.send("GET /close HTTP/1.1\r\nHost: session\r\n\r\n")
                    #expect(try await wire.receive(until: "0\r\n\r\n").hasSuffix("\r\n\r\n3\r\nabc\r\n0\r\n\r\n"))
                    try await wire.send("HEAD /head HTTP/1.1\r\nHost: session\r\n\r\n")
                    #expect(try await wire.receive(until: "\r\n\r\n") == "HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n")
                    try await wire.send("GET /none HTTP/1.1\r\nHost: session\r\n\r\n")
                    #expect(try await wire.receive(until: "\r\n\r\n") == "HTTP/1.1 204 No Content\r\n\r\n")
                    try await wire.send("GET /same HTTP/1.1\r\nHost: session\r\n\r\n")
                    #expect(
                        try await wire.receive(until: "\r\n\r\n")
                            == "HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n")
                }
                try await Wire.connect(to: port) { wire in
                    try await wire.send("GET /chunked HTTP/1.0\r\nHost: session\r\n\r\n")
                    let old = await wire.receiveAll()
                    #expect(old.hasSuffix("\r\n\r\nabc") && old.contains("Connection: close"))
                }
            }
        }
    }

    @Test func aClientIsToldToGoOnAndSendsItsBody() async throws {
        let script: @Sendable (Wire, Int) async throws -> Void = { wire, _ in
            let head = try await wire.receive(until: "\r\n\r\n")
            guard head.contains("100-continue") else { return }
            try await wire.send("HTTP/1.1 100 Continue\r\n\r\n")
            let body = try await wire.receive(count: 5)
            try await wire.send("HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\n\(body)")
        }
        try await Backend.with(script) { backend in
            try await Server.with(door: Server.door(to: backend.way)) { port in
                try await Wire.connect(to: port) { wire in
                    try await wire.send(
                        "PUT /f HTTP/1.1\r\nHost: session\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
                    #expect(try await wire.receive(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
                    try await wire.send("hello")
                    let answer = try await wire.receiveAnswer()
                    #expect(answer.head.hasPrefix("HTTP/1.1 201 Created") && answer.body == "hello")
                }
            }
        }
    }

    @Test func largeBodiesGoThroughBothWays() async throws {
        let size = 20_000_000
        let script: @Sendable (Wire, Int) async throws -> Void = { wire, _ in
            _ = try await wire.receive(until: "\r\n\r\n")
            try await wire.skip(size)
            try await wire.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            for _ in 0..<(size / 100_000) { try await wire.send(ByteBuffer(repeating: 0x62, count: 100_000)) }
            _ = await wire.receiveAll()
        }
        try await Backend.with(script) { backend in
            try await Server.with(door: Server.door(to: backend.way)) { port in
                try await Wire.connect(to: port) { wire in
                    try await wire.send("PUT /f HTTP/1.1\r\nHost: session\r\nContent-Length: \(size)\r\n\r\n")
                    for _ in 0..<(size / 100_000) { try await wire.send(ByteBuffer(repeating: 0x61, count: 100_000)) }
                    _ = try await wire.receive(until: "\r\n\r\n")
                    try await wire.skip(size)
                }
            }
        }
    }
}
