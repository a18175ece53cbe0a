import Accounts
import FleetModel
import HTTPTypes
import LeaseLedger
import Testing

@testable import HTTPAPI

@Suite("Who an account is at sign-in services outside")
struct IdentityRouteTests {
    private let call: Call
    private let desk: SignInDesk
    private static let first = "https://login.test", second = "https://other.test"
    private static let html = Call.sameOrigin + [("Accept", "text/html")]

    init() {
        func known(_ user: String, _ issuer: String, _ subject: String) -> (UserName, OutsideIdentity) {
            (UserName(user), OutsideIdentity(issuer: issuer, subject: subject, connectedAt: StubParts.start))
        }
        var parts = StubParts.make(
            accounts: [
                Account(name: UserName("root"), role: .administrator, unixID: 0, createdAt: StubParts.start),
                Account(name: UserName("alice"), createdAt: StubParts.start),
                Account(name: UserName("bob"), createdAt: StubParts.start),
                Account(name: UserName("dora"), unixID: 1_999_123_456, createdAt: StubParts.start),
            ],
            identities: [
                known("alice", Self.first, "a-1"), known("alice", Self.second, "<b>a-2"), known("dora", Self.second, "d-1"),
            ])
        // The other service was set up before.
        parts.outside = StubParts.outside(Self.second, parts.desk)
        let api = CarrelAPI(parts)
        api.address.text = "http://127.0.0.1:8642"
        call = Call(api: api)
        desk = parts.desk
    }

    private func signedIn(_ user: String) async throws -> String {
        let ticket = try await desk.tickets.make(for: UserName(user), by: nil, at: StubParts.start).text
        return try #require(try await call(.post, "/sign-in", body: "ticket=\(ticket)", headers: Call.sameOrigin).cookie)
    }

    private func remove(_ user: String, _ issuer: String? = nil, by cookie: String) async throws -> Int {
        let query = issuer.map { "?issuer=\($0)" } ?? ""
        return try await call(
            .delete, "/v1/accounts/\(user)/identities" + query, cookie: cookie, headers: Call.sameOrigin
        ).status
    }

    @Test("people see their own and remove them while another way in stays; others don't")
    func own() async throws {
        let alice = try await signedIn("alice"), bob = try await signedIn("bob")
        let shown = try await call(.get, "/v1/accounts/alice", cookie: alice)
        #expect(shown.status == 200 && shown.body.contains(Self.first) && shown.body.contains("a-1"))
        #expect(try await call(.get, "/v1/accounts/alice", cookie: bob).status == 403)
        #expect(try await remove("alice", Self.first, by: bob) == 403)
        #expect(try await remove("alice", by: alice) == 400)
        #expect(try await remove("alice", "https://nobody.test", by: alice) == 404)
        #expect(try await remove("alice", Self.first, by: alice) == 204)
        #expect(try await remove("alice", by: alice) == 409)
        try await desk.directory.change(UserName("alice")) { $0.passwordHash = "$y$x" }
        #expect(try await remove("alice", by: alice) == 204)
        #expect(try await remove("alice", by: alice) == 404)
        #expect(try await desk.identities(of: UserName("alice")).isEmpty)
    }

    @Test("a sign-in service that is set up no more is no other way in, and goes when its person wants")
    func old() async throws {
        let alice = try await signedIn("alice"), root = try await signedIn("root")
        #expect(try await remove("alice", Self.second, by: alice) == 409)
        #expect(try await desk.identities(of: UserName("alice")).count == 2)
        #expect(try await remove("alice", Self.second, by: root) == 204)
        // Nothing signs her in any more, nor did this one.
        #expect(try await remove("alice", Self.first, by: alice) == 204)
        #expect(try await desk.identities(of: UserName("alice")).isEmpty)
    }

    @Test("a number that no user of the machine has is no way in; an administrator removes what is the only one")
    func others() async throws {
        let dora = try await signedIn("dora"), root = try await signedIn("root")
        #expect(try await remove("dora", by: dora) == 409)
        #expect(try await remove("nobody", by: root) == 404)
        #expect(try await remove("dora", by: root) == 204)
        #expect(try await call(.get, "/v1/session", cookie: dora).status == 200, "what is signed in stays")
    }

    @Test("the pages show them, as text, with a button that asks for the same")
    func pages() async throws {
        let alice = try await signedIn("alice"), root = try await signedIn("root")
        for (path, cookie) in [("/account", alice), ("/admin/users/alice", root)] {
            let page = try await call(.get, path, cookie: cookie, headers: Self.html)
            #expect(page.status == 200 && page.body.contains(Self.second) && page.body.contains("&lt;b&gt;a-2"), "\(path)")
            #expect(!page.body.contains("<b>a-2"))
        }
        let gone = "issuer=https%3A%2F%2Flogin.test"
        let form = Self.html + [("Content-Type", "application/x-www-form-urlencoded")]
        #expect(try await call(.post, "/account/disconnect", body: gone, cookie: alice, headers: form).status == 303)
        let last = try await call(
            .post, "/account/disconnect", body: "issuer=https%3A%2F%2Fother.test", cookie: alice, headers: form)
        #expect(last.status == 409 && last.body.contains("no password"))
        let path = "/admin/users/alice/disconnect"
        #expect(
            try await call(.post, path, body: "issuer=https%3A%2F%2Fother.test", cookie: root, headers: form).status == 303)
        #expect(try await call(.post, path, body: gone, cookie: alice, headers: form).status == 403)
    }
}
