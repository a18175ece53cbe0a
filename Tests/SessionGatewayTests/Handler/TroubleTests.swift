import NIOCore
import NIOHTTP1
import SessionGateway
import Synchronization
import Testing

/// Backends and clients that do not do what they should.
@Suite(.timeLimit(.minutes(5))) struct TroubleTests {
    private static let get = "GET /a HTTP/1.1\r\nHost: session\r\n\r\n"

    private static func quick() -> GatewaySettings {
        var settings = GatewaySettings()
        settings.spans.responseHead = .milliseconds(300)
        settings.spans.requestBody = .milliseconds(300)
        settings.spans.linger = .milliseconds(500)
        return settings
    }

    /// What a client gets for a request from a backend of this script.
    private func answer(
        to request: String = TroubleTests.get, _ settings: GatewaySettings = GatewaySettings(),
        _ script: @escaping @Sendable (Wire, Int) async throws -> Void
    ) async throws -> (head: String, body: String) {
        try await Backend.with(script) { backend in
            try await Server.with(settings, door: Server.door(to: backend.way)) { port in
                try await Wire.connect(to: port) { wire in
                    try await wire.send(request)
                    return try await wire.receiveAnswer()
                }
            }
        }
    }

    @Test func aBackendThatIsNotThereIsABadGateway() async throws {
        try await Server.with(door: Server.door(to: .unixSocket(path: "/nowhere/socket"))) { port in
            try await Wire.connect(to: port) { wire in
                for _ in 0..<2 {
                    try await wire.send(Self.get)
                    let answer = try await wire.receiveAnswer()
                    #expect(answer.head.hasPrefix("HTTP/1.1 502") && answer.head.contains("Retry-After"))
                    #expect(answer.body.contains("Reload"))
                }
            }
        }
    }

    @Test func aBackendThatDiesBeforeOrWithinItsHeadIsABadGateway() async throws {
        for piece in ["", "HTTP/1.1 200 OK\r\nContent-"] {
            let answer = try await answer { wire, _ in
                _ = try await wire.receive(until: "\r\n\r\n")
                try await wire.send(piece)
            }
            #expect(answer.head.hasPrefix("HTTP/1.1 502") && answer.body.contains("is not known"))
        }
    }

    @Test func aBackendThatDiesWithinTheBodyShowsToTheClient() async throws {
        for framing in ["Content-Length: 10", "Transfer-Encoding: chunked"] {
            let script: @Sendable (Wire, Int) async throws -> Void = { wire, _ in
                _ = try await wire.receive(until: "\r\n\r\n")
                let body = framing.contains("chunked") ? "5\r\nabcde\r\n" : "abcde"
                try await wire.send("HTTP/1.1 200 OK\r\n\(framing)\r\n\r\n\(body)")
            }
            try await Backend.with(script) { backend in
                try await Server.with(door: Server.door(to: backend.way)) { port in
                    try await Wire.connect(to: port) { wire in
                        try await wire.send(Self.get)
                        let all = await wire.receiveAll()
                        #expect(all.contains("abcde") && !all.hasSuffix("0\r\n\r\n"))
                    }
                }
            }
        }
    }

    @Test func aBackendThatNeverAnswersIsGivenUp() async throws {
        let answer = try await answer(Self.quick()) { wire, _ in _ = await wire.receiveAll() }
        #expect(answer.head.hasPrefix("HTTP/1.1 504"))
    }

    @Test func aBackendThatSpeaksNoHTTPIsABadGateway() async throws {
        for piece in ["SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"] {
            let answer = try await answer { wire, _ in
                _ = try await wire.receive(until: "\r\n\r\n")
                try await wire.send(piece)
                _ = await wire.receiveAll()
            }
            #expect(answer.head.hasPrefix("HTTP/1.1 502"))
        }
    }

    @Test func aConnectionThatTheBackendClosedMeanwhileCostsNoAnswer() async throws {
        // Each connection answers once and ends as soon as it hears of a second request.
        let script: @Sendable (Wire, Int) async throws -> Void = { wire, number in
            _ = try await wire.receive(until: "\r\n\r\n")
            try await wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(number)")
            _ = try await wire.receive(until: "\r\n\r\n")
        }
        try await Backend.with(script) { backend in
            try await Server.with(door: Server.door(to: backend.way)) { port in
                try await Wire.connect(to: port) { wire in
                    for number in 1...4 {
                        try await wire.send(Self.get)
                        #expect(try await wire.receiveAnswer().body == "\(number)")
                    }
                }
            }
        }
    }

    @Test func aBackendThatStartsAgainIsReachedAgain() async throws {
        let path = "/tmp/gw-again-\(UInt32.random(in: 0 ... .max))"
        let script: @Sendable (Wire, Int) async throws -> Void = { wire, _ in
            while true {
                _ = try await wire.receive(until: "\r\n\r\n")
                try await wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
        }
        try await Server.with(door: Server.door(to: .unixSocket(path: path))) { port in
            try await Wire.connect(to: port) { wire in
                for _ in 0..<2 {
                    try await Backend.with(at: path, script) { _ in
                        try await wire.send(Self.get)
                        #expect(try await wire.receiveAnswer().body == "ok")
                    }
                    try await wire.send(Self.get)
                    #expect(try await wire.receiveAnswer().head.hasPrefix("HTTP/1.1 502"))
                }
            }
        }
    }

    @Test func anEarlyAnswerReachesAClientThatStillSends() async throws {
        let script: @Sendable (Wire, Int) async throws -> Void = { wire, _ in
            _ = try await wire.receive(until: "\r\n\r\n")
            try await wire.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
        }
        var settings = GatewaySettings()
        settings.spans.linger = .milliseconds(500)
        try await Backend.with(script) { [settings] backend in
            try await Server.with(settings, door: Server.door(to: backend.way)) { port in
                try await Wire.connect(to: port) { wire in
                    try await wire.send("PUT /f HTTP/1.1\r\nHost: session\r\nContent-Length: 1000000000\r\n\r\nabc")
                    let answer = try await wire.receiveAnswer()
                    #expect(
                        answer.head.hasPrefix("HTTP/1.1 413") && answer.head.contains("Connection: close")
                            && answer.body == "no")
                    // The rest is read away for a while, and then the connection ends.
                    #expect(await wire.receiveAll() == "")
                }
            }
        }
    }

    @Test func aClientThatSendsItsBodyTooSlowlyIsToldSo() async throws {
        let answer = try await answer(
            to: "PUT /f HTTP/1.1\r\nHost: session\r\nContent-Length: 10\r\n\r\nabc", Self.quick()
        ) { wire, _ in _ = await wire.receiveAll() }
        #expect(answer.head.hasPrefix("HTTP/1.1 408") && answer.head.contains("Connection: close"))
    }

    @Test func aClientThatSendsItsHeadTooSlowlyIsCutOff() async throws {
        var settings = GatewaySettings()
        settings.spans.firstHead = .milliseconds(300)
        try await Server.with(settings, door: { _ in .now(.pass) }) { port in
            try await Wire.connect(to: port) { wire in
                try await wire.send("GET / HTTP/1.1\r\nHo")
                #expect(await wire.receiveAll() == "")
            }
        }
    }

    @Test func aClientThatLeavesEndsItsBackendConnection() async throws {
        let ended = Mutex(false)
        let script: @Sendable (Wire, Int) async throws -> Void = { wire, _ in
            _ = try await wire.receive(until: "\r\n\r\n")
            _ = await wire.receiveAll()
            ended.withLock { $0 = true }
        }
        try await Backend.with(script) { backend in
            try await Server.with(door: Server.door(to: backend.way)) { port in
                try await Wire.connect(to: port) { wire in
                    try await wire.send(Self.get)
                    while backend.accepted.count == 0 { try await Task.sleep(for: .milliseconds(10)) }
                }
                while !ended.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
            }
        }
    }

    @Test func aDoorThatTakesItsTimeHoldsOnlyItsOwnConnection() async throws {
        let door: GatewayDoor = { request in
            guard request.head.uri == "/slow" else { return .now(.pass) }
            return .later {
                try? await Task.sleep(for: .milliseconds(200))
                return .pass
            }
        }
        try await Server.with(door: door) { port in
            try await Wire.connect(to: port) { wire in
                try await wire.send(
                    "POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /next HTTP/1.1\r\nHost: a\r\n\r\n")
                try await Wire.connect(to: port) { other in
                    try await other.send("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n")
                    #expect(try await other.receiveAnswer().body == "above /quick 0")
                }
                #expect(try await wire.receiveAnswer().body == "above /slow 3")
                #expect(try await wire.receiveAnswer().body == "above /next 0")
            }
        }
    }

    @Test func aRefusalSaysWhatTheDoorSays() async throws {
        let door: GatewayDoor = { request in
            .now(.refuse(.init(status: 302, headers: ["Location": "/login\r\nX-Evil: 1", "X-Good": "1"], body: "")))
        }
        try await Server.with(door: door) { port in
            try await Wire.connect(to: port) { wire in
                for _ in 0..<2 {
                    try await wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                    let answer = try await wire.receiveAnswer()
                    #expect(answer.head.hasPrefix("HTTP/1.1 302 Found\r\n") && answer.head.contains("X-Good: 1"))
                    #expect(!answer.head.contains("Evil"))
                }
            }
        }
    }

    @Test func aTetherEndsWhatHangsOnItAndRefusesLaterOnes() async throws {
        let tether = GatewayTether()
        let script: @Sendable (Wire, Int) async throws -> Void = { wire, _ in
            _ = try await wire.receive(until: "\r\n\r\n")
            try await wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
            _ = await wire.receiveAll()
        }
        try await Backend.with(script) { backend in
            try await Server.with(door: Server.door(to: backend.way, tether: tether)) { port in
                try await Wire.connect(to: port) { wire in
                    try await wire.send(Self.get)
                    _ = try await wire.receive(until: "1\r\na\r\n")
                    #expect(tether.count == 1)
                    tether.cut()
                    #expect(await wire.receiveAll() == "")
                }
                try await Wire.connect(to: port) { wire in
                    try await wire.send(Self.get)
                    #expect(try await wire.receiveAnswer().head.hasPrefix("HTTP/1.1 403"))
                }
                #expect(tether.count == 0 && backend.accepted.count == 1)
            }
        }
    }
}
