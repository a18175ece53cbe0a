import NIOHTTP1
import SessionGateway
import Testing

@Suite struct InspectionTests {
    private func facts(_ method: HTTPMethod, _ headers: HTTPHeaders, _ version: HTTPVersion = .http1_1) throws -> RequestFacts {
        var headers = headers
        headers.add(name: "Host", value: "s")
        return try RequestInspection.inspect(.init(version: version, method: method, uri: "/", headers: headers)).facts
    }

    @Test func whatMayBeRepeatedIsAskedForWithoutABody() throws {
        #expect(try facts(.GET, [:]).isRepeatable && facts(.HEAD, [:]).isRepeatable)
        #expect(try !facts(.POST, [:]).isRepeatable && !facts(.GET, ["Content-Length": "0"]).isRepeatable)
    }

    @Test func onlyAnUpgradeThatLeavesHTTPMayBecomeATunnel() throws {
        func asks(_ upgrade: String, _ connection: String = "Upgrade", _ method: HTTPMethod = .GET) throws -> Bool {
            let facts = try facts(method, ["Upgrade": upgrade, "Connection": connection])
            #expect(facts.isLast)
            return facts.asksUpgrade
        }
        #expect(try asks("websocket") && asks("WebSocket", "keep-alive, Upgrade") && asks("my-protocol/1"))
        for other in ["h2c", "H2C", "h2", "TLS/1.0", "HTTP/2.0", "websocket, h2c", ""] { #expect(try !asks(other)) }
        #expect(try !asks("websocket", "keep-alive") && !asks("websocket", "Upgrade", .POST))
    }

    @Test func theConnectionEndsWhereTheClientSaysSo() throws {
        #expect(try facts(.GET, ["Connection": "foo, Close"]).isLast && facts(.GET, [:], .http1_0).isLast)
        #expect(try !facts(.GET, ["Connection": "keep-alive"]).isLast)
    }

    private func framing(_ status: Int, _ headers: HTTPHeaders, _ method: HTTPMethod = .GET, _ version: HTTPVersion = .http1_1)
        -> (ResponseFacts, ResponseInspection.Framing)?
    {
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
        return ResponseInspection.inspect(head, of: .init(version: version, method: method, uri: "/"))
    }

    @Test func anAnswerIsFramedForItsClient() {
        #expect(framing(200, ["Content-Length": "3"])?.1 == .length && framing(200, ["Transfer-Encoding": "chunked"])?.1 == .chunked)
        #expect(framing(200, [:])?.1 == .chunked && framing(200, [:])?.0.keepsAlive == false)
        #expect(framing(200, [:], .GET, .http1_0)?.1 == .untilClose && framing(200, [:], .HEAD)?.1 == ResponseInspection.Framing.none)
        #expect(framing(204, [:])?.1 == ResponseInspection.Framing.none && framing(304, ["Content-Length": "9"])?.0.keepsAlive == true)
    }

    @Test func anAnswerThatCouldBeReadInTwoWaysIsNone() {
        for headers: HTTPHeaders in [
            ["Content-Length": "3", "content-length": "3"], ["Content-Length": "3", "Transfer-Encoding": "chunked"],
            ["Transfer-Encoding": "gzip, chunked"], ["Content-Length": "3x"],
        ] {
            #expect(framing(200, headers) == nil)
        }
        #expect(framing(101, [:]) == nil && framing(600, [:]) == nil && framing(99, [:]) == nil)
        #expect(framing(101, ["Connection": "upgrade", "Upgrade": "x"]) != nil)
    }
}
