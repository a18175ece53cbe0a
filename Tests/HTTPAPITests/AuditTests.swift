import Accounts
import FleetModel
import Foundation
import HTTPTypes
import Hummingbird
import LeaseLedger
import Testing

@testable import HTTPAPI

@Suite("Who did what")
struct AuditTests {
    private let api: CarrelAPI
    private let call: Call
    private let root: Call
    private let parts: CarrelAPI.Parts

    init() {
        parts = StubParts.make(accounts: [
            Account(name: UserName("root"), role: .administrator, unixID: 0, createdAt: StubParts.start),
            Account(name: UserName("alice"), unixID: 1_001, createdAt: StubParts.start),
        ])
        api = CarrelAPI(parts)
        api.address.text = "http://127.0.0.1:8642"
        call = Call(api: api)
        root = Call(api: api, peer: SocketPeer(uid: 0, name: UserName("root")))
    }

    private func written() async throws -> [AuditEntry] {
        try await parts.audit.entries(before: nil, limit: 1_000, user: nil, act: nil)
    }

    @Test("every route that changes something has a name for it")
    func names() {
        let changing = api.routes.filter { !$0.hasPrefix("GET ") }
        #expect(changing.count > 20)
        for route in changing {
            guard let name = AuditActs.name(route) else { continue }
            #expect(name != route, "\(route) has no name in AuditActs")
        }
        let known = Set(api.routes)
        for route in AuditActs.names.keys { #expect(known.contains(route), "\(route) is no route") }
    }

    @Test("acts that are written down without a route are known")
    func literalActs() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        var found: Set<String> = []
        for room in ["Accounts", "HTTPAPI"] {
            let folder = root.appendingPathComponent("Sources/\(room)").path
            for path in try FileManager.default.subpathsOfDirectory(atPath: folder) where path.hasSuffix(".swift") {
                let text = try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
                for match in text.matches(of: /\bact: "([a-z]+\.[A-Za-z]+)"/) { found.insert(String(match.output.1)) }
            }
        }
        #expect(found == AuditActs.withoutRoute)
    }

    @Test("an act that there is none of is said so, with what it may have been meant for")
    func unknownActs() async throws {
        let slip = try await root(.get, "/v1/audit?act=tokn.create")
        #expect(slip.status == 400 && slip.body.contains("did you mean token.create?"), "\(slip.body)")
        for act in ["token", "device.retest", "session.enter"] {
            #expect(try await root(.get, "/v1/audit?act=\(act)").status == 200)
        }
        let alice = try await Call(api: api, peer: SocketPeer(uid: 1_001, name: UserName("alice")))(.get, "/v1/audit")
        #expect(alice.status == 403 && !alice.body.contains("Nothing was changed"), "\(alice.body)")
    }

    @Test("what was done and what was refused is written down, with who, by which door and to what")
    func entries() async throws {
        let made = try await root(.post, "/v1/accounts", body: #"{"name":"carol","unixUser":"none"}"#)
        #expect(made.status == 201, "\(made.body)")
        let alice = Call(api: api, peer: SocketPeer(uid: 1_001, name: UserName("alice")))
        #expect(try await alice(.patch, "/v1/accounts/root", body: #"{"role":"member"}"#).status == 403)
        let ticket = try await parts.desk.tickets.make(for: UserName("alice"), by: nil, at: StubParts.start).text
        let cookie = try await call(.post, "/sign-in", body: "ticket=\(ticket)", headers: Call.sameOrigin).cookie
        #expect(try await call(.delete, "/v1/sessions", cookie: cookie, headers: [("Origin", "http://evil")]).status == 403)
        #expect(try await root(.get, "/v1/devices").status == 200)
        let all = try await written().reversed().map {
            "\($0.user?.name ?? "-") \($0.door) \($0.act) \($0.subject ?? "-") \($0.status)"
        }
        #expect(
            all == [
                "root socket:0 account.create carol 201", "alice socket:1001 account.change root 403",
                "alice none session.begin - 303", "alice session:1 session.endAll - 403",
            ], "\(all)")
    }

    @Test("strangers can't fill the disk: only tries to sign in are written, and those are limited")
    func strangers() async throws {
        for _ in 0..<50 {
            _ = try await call(.post, "/v1/requests", body: "{}")
            _ = try await call(.post, "/sign-in", body: "ticket=x", headers: [("Origin", "http://evil")])
            _ = try await call(.delete, "/v1/nothing")
        }
        #expect(try await written().isEmpty)
        for _ in 0..<700 { _ = try await call(.post, "/sign-in", body: "ticket=x", headers: Call.sameOrigin) }
        #expect(try await written().count == 600)
    }

    @Test("a failed sign-in names an account that there is, and never what somebody typed into the wrong field")
    func typed() async throws {
        _ = try await call(.post, "/sign-in", body: "name=alice&password=x", headers: Call.sameOrigin)
        _ = try await call(.post, "/sign-in", body: "name=my+secret+words&password=x", headers: Call.sameOrigin)
        #expect(try await written().map(\.subject) == [nil, "alice"])
    }

    @Test("the list comes in pages, for administrators, and no name is a formula in the table")
    func list() async throws {
        for name in ["a", "b", "c"] {
            _ = try await root(.post, "/v1/accounts", body: "{\"name\":\"\(name)\",\"unixUser\":\"none\"}")
        }
        let page = try await root(.get, "/v1/audit?limit=2")
        #expect(page.body.contains(#""next":2"#) && page.body.contains(#""subject":"c""#), "\(page.body)")
        #expect(try await root(.get, "/v1/audit?limit=2&before=2").body.contains(#""subject":"a""#))
        let table = try await root(.get, "/v1/audit?format=csv&act=account")
        #expect(table.headers[.contentType] == "text/csv; charset=utf-8")
        #expect(table.body.hasPrefix("id,at,user,door,address,act,subject,status\r\n"))
        #expect(table.body.contains(",root,socket:0,,account.create,b,201\r\n"), "\(table.body)")
        let alice = Call(api: api, peer: SocketPeer(uid: 1_001, name: UserName("alice")))
        #expect(try await alice(.get, "/v1/audit").status == 403)
        for (text, cell) in [
            ("=1+1", "'=1+1"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("-x", "'-x"), ("plain", "plain"),
        ] {
            #expect(AuditRoutes.cell(text) == cell)
        }
    }

    @Test("a token of scope read changes nothing; one of scope work is no administrator")
    func scopes() async throws {
        let maker = api.callers
        func caller(_ scope: TokenScope) -> Caller? {
            maker.caller(
                TokenRecord(
                    id: 1, user: UserName("root"), name: "t", scope: scope, createdAt: StubParts.start, expiresAt: nil))
        }
        #expect(caller(.admin)?.requester.isAdministrator == true)
        for scope in [TokenScope.work, .read] {
            #expect(caller(scope)?.requester.isAdministrator == false && caller(scope)?.role == .member)
        }
        #expect(caller(.admin)?.isInPerson == false)
    }
}
