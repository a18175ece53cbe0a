import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite("The address that people use")
struct PublicAddressTests {
    @Test(
        "is written as browsers write an origin",
        arguments: [
            ("https://gpu.example.org", "https://gpu.example.org"),
            ("https://GPU.example.org:443/", "https://gpu.example.org"),
            ("http://gpu:8642", "http://gpu:8642"), ("http://gpu:80", "http://gpu"),
            ("https://[::1]:8642", "https://[::1]:8642"),
            ("HTTPS://[2001:db8::1]", "https://[2001:db8::1]"),
        ])
    func written(_ text: String, _ origin: String) throws { #expect(try PublicAddress(parsing: text).text == origin) }

    @Test(
        "is refused where it is none",
        arguments: [
            "", "gpu.example.org", "ftp://gpu", "https://", "https://gpu:0", "https://gpu:65536", "https://gpu:",
            "https://a b",
            "https://user@gpu", "https://gpu;x", "https://g\u{0}u", "https://[::1", "https://gpu\"", "https://::1",
        ])
    func refused(_ text: String) {
        #expect(throws: PublicAddress.ParseError.notAnAddress(text)) { try PublicAddress(parsing: text) }
    }

    @Test("has no path", arguments: ["https://gpu/carrel", "https://gpu?x", "https://gpu#x", "https://gpu//"])
    func path(_ text: String) {
        #expect(throws: PublicAddress.ParseError.hasPath(text)) { try PublicAddress(parsing: text) }
    }

    private static func announced(_ text: String?) throws -> (CarrelAPI, Call) {
        let api = CarrelAPI(StubParts.make())
        api.address.text = "http://127.0.0.1:8642"
        api.address.announced = try text.map { try PublicAddress(parsing: $0) }
        return (api, Call(api: api))
    }

    @Test("a page of the public address may act, whatever host the proxy names; other pages may not")
    func origin() async throws {
        let (api, call) = try Self.announced("https://gpu.example.org")
        #expect(api.address.text == "https://gpu.example.org")
        // Judged by name and password is what is from here.
        let wrong = "This name and this password"
        let own = try await call(
            .post, "/sign-in", body: "name=x&password=y", headers: [("Origin", "https://gpu.example.org")])
        #expect(own.body.contains(wrong))
        for other in [
            "https://gpu.example.org.evil", "https://gpu.example.org:444", "http://gpu.example.org",
            "https://s-1.gpu.example.org",
            "null", "",
        ] {
            let answer = try await call(.post, "/sign-in", body: "name=x&password=y", headers: [("Origin", other)])
            #expect(answer.status == 403 && !answer.body.contains(wrong), "\(other)")
        }
        let same = [("Origin", "https://gpu.example.org"), ("Sec-Fetch-Site", "cross-site")]
        #expect(try await call(.post, "/sign-in", body: "name=x&password=y", headers: same).body.contains(wrong) == false)
    }

    @Test("browsers are told to stay with TLS, but for names of this machine and where there is none")
    func strictTransport() async throws {
        func header(_ address: String?) async throws -> String? {
            let (_, call) = try Self.announced(address)
            return try await call(.get, "/health").headers.first { $0.name.canonicalName == "strict-transport-security" }?
                .value
        }
        #expect(try await header("https://gpu.example.org") == "max-age=15768000")
        #expect(try await header("https://localhost:8642") == nil)
        #expect(try await header("https://127.0.0.1") == nil)
        #expect(try await header("http://gpu.example.org") == nil)
        #expect(try await header(nil) == nil)
    }
}
