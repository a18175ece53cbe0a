import Foundation
import NIOCore
import SessionGateway
import Synchronization
import Testing

/// WebSocket, and whatever else a backend switches to.
@Suite(.timeLimit(.minutes(5))) struct TunnelTests {
    private static let ask =
        "GET /ws HTTP/1.1\r\nHost: session\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n"
    private static let yes =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: a\r\n\r\n"

    /// Agrees, and sends back what it gets, with its first word in the same segment.
    private static func echoing(_ wire: Wire, _ number: Int) async throws {
        let head = try await wire.receive(until: "\r\n\r\n")
        #expect(
            head.contains("Upgrade: websocket\r\n") && head.contains("Connection: Upgrade\r\n") && !head.contains("carrel"))
        try await wire.send(yes + "hello")
        while true { try await wire.send(try await wire.receive(count: 1)) }
    }

    @Test func bytesGoBothWaysFromTheFirstOn() async throws {
        try await Backend.with(Self.echoing) { backend in
            try await Server.with(door: Server.door(to: backend.way)) { port in
                try await Wire.connect(to: port) { wire in
                    // Later than the first request, and with bytes behind it in the same segment.
                    try await wire.send("GET /b HTTP/1.1\r\nHost: other\r\n\r\n" + Self.ask + "ab")
                    #expect(try await wire.receiveAnswer().body == "above /b 0")
                    let head = try await wire.receive(until: "\r\n\r\n")
                    #expect(head.hasPrefix("HTTP/1.1 101 ") && head.contains("Sec-WebSocket-Accept: a"))
                    #expect(try await wire.receive(count: 7) == "helloab")
                    try await wire.send("\r\n\r\nGET / HTTP/1.1\r\n\r\n")
                    #expect(try await wire.receive(count: 22) == "\r\n\r\nGET / HTTP/1.1\r\n\r\n")
                }
            }
        }
    }

    @Test func whatSomebodyDoesIsNotedAndWhatATabDoesByItselfIsNot() async throws {
        let acts = Mutex(0)
        let script: @Sendable (Wire, Int) async throws -> Void = { wire, _ in
            // What can't be sent twice goes over a connection of its own.
            while true {
                let head = try await wire.receive(until: "\r\n\r\n")
                if head.contains("websocket") { break }
                try await wire.send("HTTP/1.1 204 No Content\r\n\r\n")
            }
            try await wire.send(Self.yes + "hello")
            while true { try await wire.send(try await wire.receive(count: 1)) }
        }
        try await Backend.with(script) { backend in
            let door = Server.door(to: backend.way, noteUse: { acts.withLock { $0 += 1 } })
            try await Server.with(door: door) { port in
                try await Wire.connect(to: port) { wire in
                    try await wire.send("GET /api/kernels HTTP/1.1\r\nHost: session\r\n\r\n")
                    _ = try await wire.receive(until: "\r\n\r\n")
                    #expect(acts.withLock { $0 } == 0)
                    try await wire.send("PUT /api/contents/a HTTP/1.1\r\nHost: session\r\nContent-Length: 0\r\n\r\n")
                    _ = try await wire.receive(until: "\r\n\r\n")
                    #expect(acts.withLock { $0 } == 1)
                    try await wire.send(Self.ask)
                    _ = try await wire.receive(until: "\r\n\r\n")
                    _ = try await wire.receive(count: 5)
                    // The answer to a ping, and then a word.
                    try await wire.send("\u{0a}\u{02}ok")
                    #expect(try await wire.receive(count: 4) == "\u{0a}\u{02}ok")
                    #expect(acts.withLock { $0 } == 1)
                    try await wire.send("\u{01}\u{02}ok")
                    #expect(try await wire.receive(count: 4) == "\u{01}\u{02}ok")
                    #expect(acts.withLock { $0 } == 2)
                }
            }
        }
    }

    @Test func eachEndClosesForItself() async throws {
        let script: @Sendable (Wire, Int) async throws -> Void = { wire, _ in
            _ = try await wire.receive(until: "\r\n\r\n")
            try await wire.send(Self.yes)
            let all = await wire.receiveAll()
            try await wire.send("after the end: \(all)")
        }
        try await Backend.with(script) { backend in
            try await Server.with(door: Server.door(to: backend.way)) { port in
                try await Wire.connect(to: port) { wire in
                    try await wire.send(Self.ask)
                    _ = try await wire.receive(until: "\r\n\r\n")
                    try await wire.send("abc")
                    wire.finish()
                    #expect(await wire.receiveAll() == "after the end: abc")
                }
            }
        }
    }

    @Test func aBackendThatDeclinesIsHeardAndTheConnectionEnds() async throws {
        let script: @Sendable (Wire, Int) async throws -> Void = { wire, _ in
            _ = try await wire.receive(until: "\r\n\r\n")
            try await wire.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
        }
        try await Backend.with(script) { backend in
            try await Server.with(door: Server.door(to: backend.way)) { port in
                try await Wire.connect(to: port) { wire in
                    try await wire.send(Self.ask)
                    let answer = try await wire.receiveAnswer()
                    #expect(
                        answer.head.hasPrefix("HTTP/1.1 403") && answer.head.contains("Connection: close")
                            && answer.body == "no")
                    #expect(await wire.receiveAll() == "")
                }
            }
        }
    }

    @Test(arguments: ["session", "other"]) func anUpgradeToHTTP2IsAnsweredInHTTP1(host: String) async throws {
        let script: @Sendable (Wire, Int) async throws -> Void = { wire, _ in
            let head = try await wire.receive(until: "\r\n\r\n")
            #expect(!head.lowercased().contains("upgrade") && !head.lowercased().contains("http2"))
            try await wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            _ = await wire.receiveAll()
        }
        try await Backend.with(script) { backend in
            try await Server.with(door: Server.door(to: backend.way)) { port in
                try await Wire.connect(to: port) { wire in
                    try await wire.send(
                        "GET /x HTTP/1.1\r\nHost: \(host)\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"
                    )
                    let answer = try await wire.receiveAnswer()
                    #expect(answer.head.hasPrefix("HTTP/1.1 200") && answer.head.contains("Connection: close"))
                    #expect(await wire.receiveAll() == "")
                }
            }
        }
    }

    @Test func aTetherCutsTunnels() async throws {
        let tether = GatewayTether()
        try await Backend.with(Self.echoing) { backend in
            try await Server.with(door: Server.door(to: backend.way, tether: tether)) { port in
                try await Wire.connect(to: port) { wire in
                    try await wire.send(Self.ask)
                    _ = try await wire.receive(until: "hello")
                    tether.cut()
                    #expect(await wire.receiveAll() == "")
                }
            }
        }
        #expect(tether.count == 0)
    }

    /// Five hundred at once, more than may wait at a Unix socket; then none, and nothing of them stays.
    @Test func manyTunnelsComeAndGo() async throws {
        let count = 500
        try await Backend.with(Self.echoing) { backend in
            try await Server.with(door: Server.door(to: backend.way)) { port in
                let before = Self.descriptors()
                let open = Backend.Counter()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<count {
                        group.addTask {
                            try await Wire.connect(to: port) { wire in
                                try await wire.send(Self.ask)
                                _ = try await wire.receive(until: "hello")
                                try await wire.send("x")
                                #expect(try await wire.receive(count: 1) == "x")
                                _ = open.next()
                                while open.count < count { try await Task.sleep(for: .milliseconds(20)) }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                let deadline = ContinuousClock.now + .seconds(30)
                while Self.descriptors() > before + 50, ContinuousClock.now < deadline {
                    try await Task.sleep(for: .milliseconds(50))
                }
                // Other tests open and close some meanwhile; four for each tunnel would be two thousand.
                #expect(Self.descriptors() <= before + 50)
            }
        }
    }

    private static func descriptors() -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    }

    /// A client that reads nothing: what a backend sends waits with the backend.
    @Test(arguments: [true, false]) func aStalledClientHoldsTheBackendAndNotTheMemory(isTunnel: Bool) async throws {
        let sent = Mutex(0)
        let most = 400_000_000
        let script: @Sendable (Wire, Int) async throws -> Void = { wire, _ in
            _ = try await wire.receive(until: "\r\n\r\n")
            try await wire.send(isTunnel ? Self.yes : "HTTP/1.1 200 OK\r\nContent-Length: \(most)\r\n\r\n")
            let piece = ByteBuffer(repeating: 0x61, count: 100_000)
            while sent.withLock({ $0 }) < most {
                try await wire.sendOut(piece)
                sent.withLock { $0 += piece.readableBytes }
            }
        }
        try await Backend.with(script) { backend in
            try await Server.with(door: Server.door(to: backend.way), sendBuffer: 100_000) { port in
                try await Wire.connect(to: port) { wire in
                    try await wire.send(isTunnel ? Self.ask : "GET / HTTP/1.1\r\nHost: session\r\n\r\n")
                    _ = try await wire.receive(until: "\r\n\r\n")
                    // It comes to a stand: twice the same number, half a second apart.
                    var last = -1
                    let deadline = ContinuousClock.now + .seconds(40)
                    while sent.withLock({ $0 }) != last || last == 0, ContinuousClock.now < deadline {
                        last = sent.withLock { $0 }
                        try await Task.sleep(for: .milliseconds(500))
                    }
                    #expect(sent.withLock { $0 } < most / 4)
                    // And it goes on where somebody reads.
                    try await wire.skip(last + 1_000_000)
                }
            }
        }
    }
}
