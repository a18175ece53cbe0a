import FleetModel
import Foundation
import NIOHTTP1
import Testing

@testable import HTTPAPI

/// Which host a request is for, and whether it comes from there.
@Suite("Hosts of sessions")
struct SessionHostTests {
    private func hosts(
        _ text: String? = "http://127.0.0.1:8642", announced: String? = nil, domain: String? = nil
    ) throws -> SessionHosts {
        let address = HTTPAddress(sessionDomain: domain)
        address.text = text
        address.announced = try announced.map { text throws in try PublicAddress(parsing: text) }
        return SessionHosts(address: address)
    }

    @Test(
        "names below the domain are sessions or nobody's; all else is the server's own",
        arguments: [
            ("s-12.localhost:8642", SessionHosts.Place.session(LeaseID(12))), ("S-12.LOCALHOST", .session(LeaseID(12))),
            ("127.0.0.1:8642", .control), ("localhost:8642", .control), ("[::1]:8642", .control), ("", .control),
            ("s-12.localhost.", .nobody), ("s-012.localhost", .nobody), ("s-0.localhost", .nobody),
            ("s-.localhost", .nobody),
            ("s-1x.localhost", .nobody), ("x.s-1.localhost", .nobody), ("12.localhost", .nobody),
            ("s-9999999999999999999.localhost", .nobody), ("s-12.localhost.example", .control), ("s-12xlocalhost", .control),
        ])
    func places(host: String, place: SessionHosts.Place) throws {
        #expect(try hosts().place(of: host) == place)
    }

    @Test("below a public name, the server's own host is no session")
    func publicName() throws {
        let hosts = try hosts(announced: "https://gpu.example.org")
        #expect(hosts.place(of: "gpu.example.org") == .control)
        #expect(hosts.place(of: "s-3.gpu.example.org") == .session(LeaseID(3)))
        #expect(hosts.place(of: "s-3.localhost") == .control)
        #expect(hosts.origin(of: LeaseID(3)) == "https://s-3.gpu.example.org")
        let other = try self.hosts(announced: "https://carrel.example.org:8443", domain: "example.org")
        #expect(other.place(of: "carrel.example.org:8443") == .control)
        #expect(other.place(of: "www.example.org") == .nobody)
        #expect(other.origin(of: LeaseID(3)) == "https://s-3.example.org:8443")
    }

    @Test("at an address in numbers that is not this machine's own there are no hosts for sessions")
    func numbers() throws {
        let hosts = try hosts("https://10.0.0.5:8642")
        #expect(hosts.origin(of: LeaseID(1)) == nil)
        #expect(hosts.place(of: "s-1.localhost") == .control)
        #expect(try self.hosts().origin(of: LeaseID(1)) == "http://s-1.localhost:8642")
        #expect(try self.hosts("http://[::1]:1").origin(of: LeaseID(1)) == "http://s-1.localhost:1")
        #expect(try self.hosts(nil).origin(of: LeaseID(1)) == nil)
    }

    @Test(
        "what changes something and every WebSocket says that it comes from the session's own pages",
        arguments: [
            ("GET", [:], true), ("GET", ["Sec-Fetch-Site": "same-origin"], true), ("GET", ["Sec-Fetch-Site": "none"], true),
            ("GET", ["Sec-Fetch-Site": "same-site"], false), ("GET", ["Sec-Fetch-Site": "cross-site"], false),
            ("GET", ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"], true),
            ("GET", ["Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"], false),
            ("POST", [:], false), ("POST", ["Sec-Fetch-Site": "same-origin"], true),
            ("POST", ["Sec-Fetch-Site": "none"], false),
            ("POST", ["Origin": "http://s-1.localhost:8642"], true),
            ("POST", ["Origin": "http://s-2.localhost:8642"], false),
            ("POST", ["Origin": "null"], false), ("GET", ["Origin": "http://127.0.0.1:8642"], false),
            ("GET", ["Upgrade": "websocket"], false),
            ("GET", ["Upgrade": "websocket", "Sec-Fetch-Site": "same-origin"], false),
            ("GET", ["Upgrade": "websocket", "Origin": "http://s-1.localhost:8642"], true),
            ("GET", ["Upgrade": "websocket", "Origin": "http://s-2.localhost:8642"], false),
            ("DELETE", ["Origin": "http://s-1.localhost:8642", "Sec-Fetch-Site": "same-site"], false),
        ] as [(String, [String: String], Bool)])
    func origins(method: String, headers: [String: String], holds: Bool) {
        var head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: "/")
        head.headers.add(name: "Host", value: "s-1.localhost:8642")
        for (name, value) in headers { head.headers.add(name: name, value: value) }
        #expect(SessionOrigin.holds(head) == holds)
    }

    @Test("numbers that users may take on in name spaces are nobody else's")
    func subordinates() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("subuid-\(UUID())").path
        try "anna:100000:65536\nbroken\nben:165536:10\n:1:x\n".write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let numbers: [(UInt32, Bool)] = [
            (99_999, false), (100_000, true), (165_535, true), (165_545, true), (165_546, false),
        ]
        for (number, isTheirs) in numbers {
            #expect(try SubordinateNumbers.contain(number, in: [file]) == isTheirs, "\(number)")
        }
        #expect(try !SubordinateNumbers.contain(1, in: ["/nonexistent"]))
    }
}
