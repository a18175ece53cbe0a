import SessionGateway
import Testing

/// Requests that two readers could understand differently: none reaches a backend.
@Suite(.timeLimit(.minutes(5))) struct SmugglingTests {
    private static let host = "Host: session\r\n"

    private static let refused: [String] = [
        "POST / HTTP/1.1\r\n\(host)Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "POST / HTTP/1.1\r\n\(host)Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\n\(host)Content-Length: 3, 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\n\(host)Content-Length: +3\r\n\r\nabc",
        "POST / HTTP/1.1\r\n\(host)Content-Length: -1\r\n\r\nabc",
        "POST / HTTP/1.1\r\n\(host)Content-Length: 0x3\r\n\r\nabc",
        "POST / HTTP/1.1\r\n\(host)Content-Length: 99999999999999999999\r\n\r\nabc",
        "POST / HTTP/1.1\r\n\(host)Content-Length : 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\n\(host)Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n\(host)Transfer-Encoding:\u{b}chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n\(host)Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\n\(host)Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\n\(host)\r\n",
        "GET / HTTP/1.1\r\nHost: session\n\r\n",
        "GET / HTTP/1.1\r\nHost: session\nX: y\r\n\r\n",
        "GET / HTTP/1.1\r\n\(host)X: y\rZ: w\r\n\r\n",
        "GET / HTTP/1.1\r\n\(host)X: y\r\n z\r\n\r\n",
        "GET / HTTP/1.1\r\n\(host)\tX: y\r\n\r\n",
        "GET / HTTP/1.1\r\n\(host)X: y\0z\r\n\r\n",
        "GET / HTTP/1.1\r\n\(host): y\r\n\r\n",
        "GET / HTTP/1.1\r\n\(host)X Y: z\r\n\r\n",
        "GET / HTTP/1.1\r\n\(host)XY\r\n\r\n",
        "GET / HTTP/1.1\r\n\(host)Host: other\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET http://other/ HTTP/1.1\r\n\(host)\r\n",
        "GET other HTTP/1.1\r\n\(host)\r\n",
        "GET /a b HTTP/1.1\r\n\(host)\r\n",
        "CONNECT session:443 HTTP/1.1\r\n\(host)\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET / HTTP/3.0\r\n\(host)\r\n",
        "GET /\r\n\(host)\r\n",
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}",
        "GET / HTTP/1.1\r\n\(host)X: \(String(repeating: "y", count: 40_000))\r\n\r\n",
        "GET / HTTP/1.1\r\n\(host)\(String(repeating: "X: y\r\n", count: 300))\r\n",
        "GET /\(String(repeating: "y", count: 40_000)) HTTP/1.1\r\n\(host)\r\n",
    ]

    @Test(arguments: refused) func noBackendHearsOf(request: String) async throws {
        try await Backend.with({ wire, _ in _ = await wire.receiveAll() }) { backend in
            let door: GatewayDoor = { _ in
                .now(.forward(.init(to: .init(key: "session", way: backend.way), rules: .init(controlCookies: []))))
            }
            try await Server.with(door: door) { port in
                try await Wire.connect(to: port) { wire in
                    try await wire.send(request)
                    let head = try await wire.receive(until: "\r\n\r\n")
                    #expect(head.hasPrefix("HTTP/1.1 4") || head.hasPrefix("HTTP/1.1 501"), "\(head)")
                    #expect(head.contains("Connection: close"))
                }
                #expect(backend.accepted.count == 0)
            }
        }
    }

    private static let badBodies = [
        "g\r\nabc\r\n0\r\n\r\n", "3\nabc\r\n0\r\n\r\n", "3\r\nabc\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n",
        "-3\r\nabc\r\n0\r\n\r\n",
        "0x3\r\nabc\r\n0\r\n\r\n", "fffffffffffffffff\r\nabc\r\n0\r\n\r\n", "3 \r\nabc\r\n0\r\n\r\n",
        " 3\r\nabc\r\n0\r\n\r\n",
        "3\r\nabc\r\n0\r\nX : y\r\n\r\n", "\r\n\r\n",
    ]

    /// The body begins well, so that the backend has heard of the request; it never gets the end of it.
    @Test(arguments: badBodies) func noBackendGetsTheEndOf(body: String) async throws {
        let script: @Sendable (Wire, Int) async throws -> Void = { wire, _ in
            let all = await wire.receiveAll()
            #expect(!all.hasSuffix("0\r\n\r\n") && !all.contains("GET /second"))
        }
        try await Backend.with(script) { backend in
            try await Server.with(door: Server.door(to: backend.way)) { port in
                try await Wire.connect(to: port) { wire in
                    try await wire.send(
                        "POST / HTTP/1.1\r\n\(Self.host)Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n\(body)GET /second HTTP/1.1\r\n\(Self.host)\r\n"
                    )
                    let head = try await wire.receive(until: "\r\n\r\n")
                    #expect(head.hasPrefix("HTTP/1.1 400"))
                    #expect(!(await wire.receiveAll()).contains("HTTP/1.1 "))
                }
            }
        }
    }
}
