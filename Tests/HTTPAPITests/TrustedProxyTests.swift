import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite("Where a client is, behind a proxy")
struct TrustedProxyTests {
    private func client(
        _ proxies: [String], _ peer: String, _ said: [String], _ owner: TrustedProxies.Peer = .elsewhere
    ) throws -> String {
        try TrustedProxies(parsing: proxies).client(of: peer, said: said, owner: { owner })
    }

    @Test("nobody's header is believed unless they were named")
    func named() throws {
        #expect(try client([], "10.0.0.5", ["1.2.3.4"]) == "10.0.0.5")
        #expect(try client(["10.0.0.6"], "10.0.0.5", ["1.2.3.4"]) == "10.0.0.5")
        #expect(try client(["10.0.0.5"], "10.0.0.5", ["1.2.3.4"]) == "1.2.3.4")
        #expect(try client(["10.0.0.0/29"], "10.0.0.5", ["1.2.3.4"]) == "1.2.3.4")
        #expect(try client(["10.0.0.0/30"], "10.0.0.5", ["1.2.3.4"]) == "10.0.0.5")
        #expect(try client(["fd00::/8"], "fd12::1", ["2001:DB8::0:1"]) == "2001:db8::1")
        #expect(try client(["10.0.0.5"], "::ffff:10.0.0.5", ["1.2.3.4"]) == "1.2.3.4")
    }

    @Test("only the proxy's own word counts, which is the last one; the client wrote all before it")
    func last() throws {
        let proxy = ["10.0.0.5"]
        #expect(try client(proxy, "10.0.0.5", ["9.9.9.9, 8.8.8.8 ,1.2.3.4 "]) == "1.2.3.4")
        #expect(try client(proxy, "10.0.0.5", ["9.9.9.9", "1.2.3.4"]) == "1.2.3.4")
        #expect(try client(proxy, "10.0.0.5", ["::ffff:1.2.3.4"]) == "1.2.3.4")
        for said in [
            [], [""], ["1.2.3.4,"], ["unknown"], ["1.2.3.4:80"], ["_hidden"], ["1.2.3.4", "evil\u{0}"], ["1.2.3.400"],
        ] {
            #expect(try client(proxy, "10.0.0.5", said) == "10.0.0.5", "\(said)")
        }
    }

    @Test("on this machine a proxy is the system's: people, and their work, come from the same addresses")
    func onThisMachine() throws {
        // The last one: the address that the machine has in its network.
        for peer in ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.5"] {
            let proxies = ["127.0.0.1", "::1", "10.0.0.5"]
            #expect(try client(proxies, peer, ["1.2.3.4"], .here(33)) == "1.2.3.4")
            #expect(try client(proxies, peer, ["1.2.3.4"], .here(0)) == "1.2.3.4")
            #expect(try client(proxies, peer, ["1.2.3.4"], .here(1_000)) == peer)
            #expect(try client(proxies, peer, ["1.2.3.4"], .here(nil)) == peer)
        }
        #expect(try client(["127.0.0.1"], "127.0.0.1", ["1.2.3.4"], .elsewhere) == "127.0.0.1")
    }

    @Test(
        "what is no address, or everybody's, is refused",
        arguments: ["", "gpu", "10.0.0.0/33", "10.0.0.0/", "0.0.0.0/0", "::/0", "/8"])
    func refused(_ text: String) {
        #expect(throws: TrustedProxies.ParseError(text: text)) { try TrustedProxies(parsing: [text]) }
    }

    @Test("tries are limited for each client behind a trusted proxy, and a forged header makes nobody another one")
    func limits() async throws {
        // Without a proxy that is trusted each has its own address, whatever it writes.
        let limit = 10
        let forged = try await Self.statuses(proxies: [], name: "x") { "1.2.3.\($0)" }
        #expect(forged.suffix(2) == [429, 429] && !forged.prefix(limit).contains(429))
        // The client's part of the header changes nothing.
        let lied = try await Self.statuses(proxies: ["10.0.0.5"], name: "x") { "1.2.3.\($0), 7.7.7.7" }
        #expect(lied.suffix(2) == [429, 429] && !lied.prefix(limit).contains(429))
        let apart = try await Self.statuses(proxies: ["10.0.0.5"], name: "x") { "1.2.3.\($0)" }
        #expect(!apart.contains(429))
    }

    /// What twelve tries with one name get.
    private static func statuses(proxies: [String], name: String, _ said: (Int) -> String) async throws -> [Int] {
        let api = CarrelAPI(StubParts.make())
        api.address.text = "http://127.0.0.1:8642"
        api.address.proxies = try TrustedProxies(parsing: proxies)
        let call = Call(api: api, from: "10.0.0.5")
        var found: [Int] = []
        for number in 0..<12 {
            let headers = Call.sameOrigin + [("X-Forwarded-For", said(number))]
            found.append(try await call(.post, "/sign-in", body: "name=\(name)&password=y", headers: headers).status)
        }
        return found
    }
}
