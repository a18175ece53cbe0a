import Foundation
import Glibc
import Testing

extension APIConformityTests {
    func signIn(_ site: Site, _ examiner: Examiner, _ address: String) async throws {
        let isRoot = geteuid() == 0, stranger: UInt32 = 61_009
        let own = ["Origin: \(address)", "Content-Type: application/x-www-form-urlencoded"]
        try await examiner.call("GET /sign-in", at: address, expecting: 200)
        try await examiner.call("GET /v1/session", at: address, expecting: 401)
        try await examiner.call("GET /v1/session", expecting: 200)
        let make = "POST /v1/accounts", named = #"{"name":"dora","displayName":"Dora","unixUser":"61077"}"#
        let made = try await examiner.call(make, body: named, expecting: 201)
        try await examiner.call(make, body: named, expecting: 409)
        try await examiner.call(make, body: #"{"name":"a b"}"#, expecting: 400)
        try await examiner.call(make, body: #"{"name":"eve","team":"nobody"}"#, expecting: 404)
        let ticket = try #require((made.json["link"] as? String)?.firstMatch(of: /ticket_[\w-]+/)).output
        try await examiner.call("GET /sign-in", query: "?ticket=\(ticket)", at: address, expecting: 200)
        try await examiner.call(
            "POST /sign-in", form: "ticket=\(ticket)", headers: ["Origin: http://evil"], at: address, expecting: 403)
        let cookie = try await SignInTests.browse("\(address)/sign-in", "--data", "ticket=\(ticket)").cookie ?? ""
        let fresh = try await examiner.call("POST /v1/tickets", body: #"{"user":"dora"}"#, expecting: 201)
        let second = try #require((fresh.json["url"] as? String)?.firstMatch(of: /ticket_[\w-]+/)).output
        try await examiner.call("POST /sign-in", form: "ticket=\(second)", headers: own, at: address, expecting: 303)
        try await examiner.call("POST /v1/tickets", body: #"{"user":"nobody"}"#, expecting: 404)
        try await examiner.call(
            "POST /sign-in/password", form: "password=several+short+words", headers: own + ["Cookie: \(cookie)"],
            at: address,
            expecting: 200)
        for _ in 0..<10 {
            try await examiner.call("POST /sign-in", form: "name=dora&password=x", headers: own, at: address, expecting: 403)
        }
        try await examiner.call("POST /sign-in", form: "name=dora&password=x", headers: own, at: address, expecting: 429)
        try await examiner.call("GET /v1/accounts", expecting: 200)
        let change = "PATCH /v1/accounts/{name}", password = "PUT /v1/accounts/{name}/password"
        try await examiner.call(change, "dora", body: #"{"role":"operator"}"#, expecting: 200)
        try await examiner.call(change, "dora", body: #"{"role":"king"}"#, expecting: 400)
        try await examiner.call(change, "nobody", body: #"{"role":"member"}"#, expecting: 404)
        try await identities(examiner)
        try await examiner.call(password, "dora", body: #"{"password":"short"}"#, expecting: 400)
        try await examiner.call(password, "nobody", body: #"{"password":"several short words"}"#, expecting: 404)
        let sessions = try await examiner.call("GET /v1/sessions", query: "?user=dora", expecting: 200)
        let id = try #require((sessions.json["sessions"] as? [[String: Any]])?.first?["id"] as? Int)
        try await examiner.call("DELETE /v1/sessions/{id}", "\(id)", expecting: 204)
        try await examiner.call("DELETE /v1/sessions/{id}", "999", expecting: 404)
        try await examiner.call("POST /sign-out", form: "", headers: own, at: address, expecting: 303)
        try await examiner.call("DELETE /v1/sessions", query: "?user=dora", expecting: 200)
        try await examiner.call(password, "dora", body: #"{"password":"several other words"}"#, expecting: 204)
        let login = "POST /v1/sign-in"
        let link = try await examiner.call("POST /v1/tickets", body: #"{"user":"dora"}"#, expecting: 201)
        let third = try #require((link.json["url"] as? String)?.firstMatch(of: /ticket_[\w-]+/)).output
        let body = #"{"ticket":"\#(third)","tokenName":"laptop"}"#
        try await examiner.call(login, body: body, at: address, expecting: 201)
        try await examiner.call(login, body: body, at: address, expecting: 403)
        try await examiner.call(login, body: "{}", at: address, expecting: 400)
        let page = try await examiner.call("GET /v1/audit", query: "?limit=2", expecting: 200)
        #expect(page.json["next"] is Int)
        try await examiner.call("GET /v1/audit", query: "?format=csv&act=account&from=2026-01-01", expecting: 200)
        try await examiner.call("GET /v1/audit", query: "?until=soon", expecting: 400)
        try await examiner.call("GET /v1/audit", query: "?limit=0", expecting: 400)
        guard isRoot else { return }
        try await examiner.call("GET /v1/audit", as: stranger, expecting: 403)
        try await examiner.call("GET /v1/accounts", as: stranger, expecting: 403)
        try await examiner.call(make, body: named, as: stranger, expecting: 403)
        try await examiner.call(change, "dora", body: #"{"role":"member"}"#, as: stranger, expecting: 403)
        try await examiner.call(password, "dora", body: #"{"password":"several other words"}"#, as: stranger, expecting: 403)
        try await examiner.call("POST /v1/tickets", body: #"{"user":"dora"}"#, as: stranger, expecting: 403)
        try await examiner.call("GET /v1/sessions", query: "?all=1", as: stranger, expecting: 403)
        try await examiner.call("DELETE /v1/sessions", query: "?user=dora", as: stranger, expecting: 403)
    }

    /// Who an account is at sign-in services outside: here at none.
    private func identities(_ examiner: Examiner) async throws {
        let show = "GET /v1/accounts/{name}", disconnect = "DELETE /v1/accounts/{name}/identities"
        let shown = try await examiner.call(show, "dora", expecting: 200)
        #expect((shown.json["identities"] as? [Any])?.isEmpty == true)
        try await examiner.call(show, "nobody", expecting: 404)
        try await examiner.call(disconnect, "dora", expecting: 404)
        guard geteuid() == 0 else { return }
        try await examiner.call(show, "dora", as: UserTests.bob, expecting: 403)
        try await examiner.call(disconnect, "dora", as: UserTests.bob, expecting: 403)
    }
}
