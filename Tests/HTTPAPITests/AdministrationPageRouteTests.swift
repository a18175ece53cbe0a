import Accounts
import CheckoutService
import FleetModel
import FleetTestKit
import HTTPTypes
import Hummingbird
import LeaseLedger
import Testing

@testable import HTTPAPI

@Suite("The administration and one's account, as browsers use them")
struct AdministrationPageRouteTests {
    private let api: CarrelAPI
    private let call: Call
    private let parts: CarrelAPI.Parts
    private static let ours = Call.sameOrigin + [("Accept", "text/html")]

    init() {
        parts = StubParts.make(accounts: [
            Account(name: UserName("root"), role: .administrator, unixID: 0, createdAt: StubParts.start),
            Account(name: UserName("alice"), displayName: "<b>Alice", unixID: 1_001, createdAt: StubParts.start),
            Account(name: UserName("olga"), role: .operator, createdAt: StubParts.start),
        ])
        api = CarrelAPI(parts)
        api.address.text = "http://127.0.0.1:8642"
        call = Call(api: api)
    }

    private func signedIn(_ user: String) async throws -> String {
        let ticket = try await parts.desk.tickets.make(for: UserName(user), by: nil, at: StubParts.start).text
        return try #require(
            try await call(.post, "/sign-in", body: "ticket=\(ticket)", headers: Call.sameOrigin).cookie)
    }

    private func get(_ path: String, _ cookie: String?) async throws -> Call.Answer {
        try await call(.get, path, cookie: cookie, headers: [("Accept", "text/html")])
    }

    private func post(_ path: String, _ body: String = "", _ cookie: String) async throws -> Call.Answer {
        try await call(.post, path, body: body, cookie: cookie, headers: Self.ours)
    }

    private func written() async throws -> [String] {
        try await parts.audit.entries(before: nil, limit: 1_000, user: nil, act: nil).reversed().map {
            "\($0.user?.name ?? "-") \($0.act) \($0.subject ?? "-") \($0.status)"
        }
    }

    /// Every address of the pages, filled in.
    private func paths(_ method: String, _ prefix: String) -> [String] {
        api.pages.filter { $0.hasPrefix("\(method) \(prefix)") }.map { route in
            String(route.dropFirst(method.count + 1)).replacing("{name}", with: "alice").replacing("{uuid}", with: "GPU-0")
                .replacing("{id}", with: "1")
        }
    }

    @Test("every form of a page has a name in the audit")
    func names() {
        let changing = api.pages.filter { !$0.hasPrefix("GET ") }
        #expect(changing.count > 25)
        for route in changing where AuditActs.name(route) != nil {
            #expect(AuditActs.page(route) != nil, "\(route) has no name")
        }
    }

    @Test("a member gets to no page of the administration and sends none of its forms; strangers are sent to sign in")
    func members() async throws {
        let alice = try await signedIn("alice")
        let pages = paths("GET", "/admin"), forms = paths("POST", "/admin")
        #expect(pages.count >= 15 && forms.count >= 15)
        for path in pages {
            let answer = try await get(path, alice)
            #expect(answer.status == 403 && answer.body.contains("<h1>"), "\(path) \(answer.status)")
            let stranger = try await get(path, nil)
            #expect(stranger.status == 303 && stranger.headers[.location]?.hasPrefix("/sign-in?next=") == true, "\(path)")
        }
        for path in forms {
            #expect(try await post(path, "name=eve&reason=x&within=1h", alice).status == 403, "\(path)")
            #expect(try await call(.post, path, headers: Self.ours).status == 401, "\(path)")
        }
        #expect(parts.desk.directory.all.count == 3 && parts.service.state.teams.isEmpty)
        #expect(try await !get("/account", alice).body.contains("href=\"/admin"))
    }

    @Test("operators look after machines and read the rules; users, the policy and who did what are not theirs")
    func operators() async throws {
        let olga = try await signedIn("olga")
        for path in ["/admin", "/admin/nodes", "/admin/teams", "/admin/policy", "/admin/reservations"] {
            #expect(try await get(path, olga).status == 200, "\(path)")
        }
        for path in ["/admin/users", "/admin/users/alice", "/admin/audit"] {
            #expect(try await get(path, olga).status == 403, "\(path)")
        }
        for (path, body) in [
            ("/admin/teams", "name=x"), ("/admin/policy", "grace=1m"), ("/admin/users", "name=eve"),
            ("/admin/users/olga", "role=administrator"), ("/admin/leases/1/revoke", "reason=x"),
        ] { #expect(try await post(path, body, olga).status == 403, "\(path)") }
        #expect(try await post("/admin/nodes/n/cordon", "", olga).status == 404)
        #expect(try await post("/admin/devices/GPU-0/quarantine", "", olga).status == 404)
    }

    @Test("no form of another site does anything, whoever is signed in")
    func foreign() async throws {
        let root = try await signedIn("root")
        let all = paths("POST", "/admin") + paths("POST", "/account")
        for headers in [
            [], [("Origin", "http://evil.example")], [("Sec-Fetch-Site", "same-site")],
            [("Origin", "http://s-1.localhost:8642")],
        ] as [[(String, String)]] {
            for path in all {
                let answer = try await call(
                    .post, path, body: "name=eve", cookie: root, headers: headers + [("Accept", "text/html")])
                #expect(answer.status == 403, "\(path) \(headers)")
            }
        }
        #expect(parts.desk.directory.all.count == 3)
        #expect(try await get("/account", root).status == 200)
    }

    @Test("an invitation shows its link once; the account is changed, disabled and let in again; it is all written down")
    func users() async throws {
        let root = try await signedIn("root")
        _ = try await post("/admin/teams", "name=vision&guarantee=2&limit=4&adding=", root)
        let made = try await post(
            "/admin/users", "name=carol&displayName=Carol&role=member&team=vision&unixUser=none", root)
        #expect(made.status == 201 && made.headers[.cacheControl] == "no-store", "\(made.body)")
        let ticket = String(try #require(made.body.firstMatch(of: /ticket=(ticket_[^"]+)"/)).output.1)
        #expect(try await !get("/admin/users/carol", root).body.contains("ticket_"))
        let entered = try await call(.post, "/sign-in", body: "ticket=\(ticket)", headers: Call.sameOrigin)
        #expect(entered.status == 303)
        #expect(try await get("/account", entered.cookie).body.contains("team <bdi>vision"))
        let taken = try await post("/admin/users", "name=carol&unixUser=none", root)
        #expect(taken.status == 409 && taken.body.contains("value=\"carol\""))
        let list = try await get("/admin/users?q=CAR", root)
        #expect(list.body.contains("/admin/users/carol") && !list.body.contains("/admin/users/alice"))
        #expect(try await get("/admin/users", root).body.contains("&lt;b&gt;Alice"))

        let change = "displayName=C&role=operator&team=&unixUser=none"
        #expect(try await post("/admin/users/carol", change, root).status == 303)
        #expect(parts.desk.directory.account(UserName("carol"))?.role == .operator)
        #expect(parts.service.state.teams.first?.members.isEmpty == true)
        let own = "/admin/users/root"
        #expect(try await post(own, "role=member", root).status == 400)
        #expect(try await post("\(own)/disable", "", root).status == 400)
        let ask = try await get("/admin/users/carol/disable", root)
        #expect(ask.status == 200 && parts.desk.directory.account(UserName("carol"))?.isDisabled == false)
        #expect(try await post("/admin/users/carol/disable", "", root).status == 303)
        #expect(try await get("/account", entered.cookie).status == 303)
        #expect(try await post("/admin/users/carol/link", "", root).status == 409)
        #expect(try await post("/admin/users/carol/enable", "", root).status == 303)
        #expect(try await post("/admin/users/carol/link", "", root).body.contains("ticket=ticket_"))
        #expect(try await post("\(own)/link", "", root).status == 400)
        #expect(try await get("/admin/users/nobody", root).status == 404)
        let acts = try await written()
        for act in ["root account.create carol 201", "root account.change carol 303", "root ticket.create carol 409"] {
            #expect(acts.contains(act), "\(acts)")
        }
        #expect(!acts.contains { $0.contains("ticket_") })
    }

    @Test("a system user is nobody's by name, by number with a warning; so is a number of nobody's")
    func unixUsers() async throws {
        let root = try await signedIn("root")
        func add(_ name: String, _ unixUser: String?) async throws -> (status: Int, body: String) {
            let user = unixUser.map { #","unixUser":"\#($0)""# } ?? ""
            let answer = try await call(
                .post, "/v1/accounts", body: #"{"name":"\#(name)"\#(user)}"#, cookie: root, headers: Call.sameOrigin)
            return (answer.status, answer.body)
        }
        let named = try await add("carol", "daemon"), namesake = try await add("daemon", nil)
        #expect(named.status == 409 && named.body.contains("--unix-user 1"), "\(named)")
        #expect(namesake.status == 409 && namesake.body.contains("system-user"), "\(namesake)")
        #expect(namesake.body.contains("Choose another name") && namesake.body.contains("--unix-user 1"), "\(namesake)")
        let nobodys = try await add("daemon", "none")
        #expect(nobodys.status == 409 && !nobodys.body.contains("leave --unix-user out"), "\(nobodys)")
        #expect(parts.desk.directory.account(UserName("daemon")) == nil)
        let meant = try await add("carol", "1"), unknown = try await add("dora", "61078"),
            none = try await add("emil", "none")
        #expect(meant.status == 201 && meant.body.contains(#""warning":"The number 1 is a system user's, daemon"#))
        #expect(unknown.status == 201 && unknown.body.contains("No user of this machine has the number 61078"))
        #expect(none.status == 201 && !none.body.contains("warning"))
        #expect(try await get("/admin/users/dora", root).body.contains("has the number 61078"))
    }

    @Test("where all work runs as one user, a system user's name is one like others")
    func oneUser() async throws {
        let parts = StubParts.make(owner: 1_001)
        let root = Call(api: CarrelAPI(parts), peer: SocketPeer(uid: 0, name: UserName("root")))
        let made = try await root(.post, "/v1/accounts", body: #"{"name":"daemon"}"#)
        #expect(made.status == 201 && !made.body.contains("warning"), "\(made.body)")
    }

    @Test("the only administrator stays one, and is told why")
    func onlyAdministrator() async throws {
        let root = try await signedIn("root")
        let before = parts.desk.directory.account(UserName("root"))
        for body in [
            #"{"role":"member"}"#, #"{"disabled":true}"#, #"{"displayName":"R","noPassword":true,"disabled":true}"#,
        ] {
            let answer = try await call(
                .patch, "/v1/accounts/root", body: body, cookie: root, headers: Call.sameOrigin)
            #expect(answer.status == 409 && answer.body.contains("only administrator"), "\(answer.body)")
            #expect(parts.desk.directory.account(UserName("root")) == before, "\(body) was refused, and changed something")
        }
        #expect(try await get("/admin/users", root).status == 200)
    }

    @Test("where there is no page, a page says so in words and has the menu; an unknown number leads to one's own work")
    func nowhere() async throws {
        let alice = try await signedIn("alice")
        let nowhere = try await get("/foo", alice)
        #expect(
            nowhere.status == 404 && nowhere.body.contains("has no page /foo") && nowhere.body.contains("href=\"/work\""))
        #expect(!nowhere.body.contains("GET "))
        let page = ["", "work", "22"].joined(separator: "/")
        #expect(try await get("/requests/22", alice).headers[.location] == page)
        let unknown = try await get(page, alice)
        #expect(unknown.status == 404)
        #expect(
            unknown.body.contains("There is no request 22. <a href=\"/work\">My work</a> lists them."), "\(unknown.body)")
        #expect(try await call(.get, "/v1/foo", cookie: alice).body.contains("GET /v1/foo"))
    }

    @Test("a size that no node could ever give is marked, and the first that one could is chosen")
    func sizes() async throws {
        let root = try await signedIn("root")
        func set(_ name: String, _ gpus: String) async throws -> String {
            try await call(
                .put, "/v1/profiles/\(name)", body: #"{"gpus":"\#(gpus)","time":"1h"}"#, cookie: root,
                headers: Call.sameOrigin
            ).body
        }
        #expect(try await !set("all", "99").contains("neverFits"), "no node is known")
        try await parts.service.writer.observe([.node(try FleetBuilder.report("node-1", "a100:2"))])
        #expect(try await set("small", "1").contains("\"neverFits\":true"))
        let page = try await get("/get", root).body
        #expect(
            page.contains("99 GPUs, 1h (not in this pool)") && page.contains("placeholder=\"as the size says\" "), "\(page)")
        #expect(page.contains("<option value=\"small\" selected") && !page.contains("<option value=\"all\" selected"))
        #expect(try await get("/admin/profiles", root).body.contains("not in this pool"))
    }

    @Test("a person is signed out everywhere by an administrator, after a question")
    func signOut() async throws {
        let root = try await signedIn("root"), alice = try await signedIn("alice")
        #expect(try await get("/admin/users/alice/sign-out", root).body.contains("Sign alice out everywhere?"))
        #expect(try await get("/account", alice).status == 200)
        #expect(try await post("/admin/users/alice/sign-out", "", root).status == 303)
        #expect(try await get("/account", alice).status == 303)
    }

    @Test("the policy is set by what was typed anew, and not over somebody else's change")
    func policy() async throws {
        let root = try await signedIn("root")
        let page = try await get("/admin/policy", root).body
        let version = String(try #require(page.firstMatch(of: /name="version" value="([0-9a-f]+)"/)).output.1)
        let before = parts.service.state.policy
        let ask = try await post("/admin/policy/ask", "version=\(version)&grace=90s&foreignProcesses=kill", root)
        #expect(ask.status == 200 && ask.body.contains("whoever started it") && ask.body.contains("value=\"90s\""))
        #expect(parts.service.state.policy == before)
        #expect(try await post("/admin/policy/ask", "version=\(version)&grace=soon", root).status == 400)
        #expect(try await post("/admin/policy/ask", "version=\(version)", root).status == 303)
        #expect(try await post("/admin/policy/ask", "version=0&grace=90s", root).status == 409)
        let set = try await post("/admin/policy", "version=\(version)&grace=90s&foreignProcesses=block", root)
        #expect(set.status == 303, "\(set.body)")
        var wanted = before
        wanted.grace = .seconds(90)
        wanted.foreign = .block
        #expect(parts.service.state.policy == wanted)
        let late = try await post("/admin/policy", "version=\(version)&grace=5m", root)
        #expect(late.status == 409 && late.body.contains("value=\"5m\"") && parts.service.state.policy == wanted)
        let again = String(try #require(late.body.firstMatch(of: /name="version" value="([0-9a-f]+)"/)).output.1)
        for (typed, status) in [
            ("grace=soon", 400), ("electricityPrice=x", 400), ("currency=EURO", 400), ("waitingLimit=-1", 400),
            ("idle=other", 400), ("longest=-2h", 400), ("electricityPrice=0.3", 400),
        ] {
            #expect(try await post("/admin/policy", "version=\(again)&\(typed)", root).status == status, "\(typed)")
        }
        #expect(try await post("/admin/policy", "version=\(again)&electricityPrice=0.3&currency=eur", root).status == 303)
        #expect(parts.service.state.policy.electricity?.currency == "EUR")
        #expect(parts.service.state.policy.grace == .seconds(90))
    }

    @Test("teams are made, changed and removed; what may be a slip is said")
    func teams() async throws {
        let root = try await signedIn("root")
        let made = try await post("/admin/teams", "name=vision&guarantee=3&limit=&adding=alice%2C+no-such-name", root)
        #expect(
            made.status == 200 && made.body.contains("no account <bdi>no-such-name") || made.body.contains("no-such-name"))
        #expect(parts.service.state.teams.first?.guarantee == 3 && parts.service.state.teams.first?.members.count == 2)
        #expect(try await post("/admin/teams", "name=vision&guarantee=9", root).status == 400)
        #expect(try await post("/admin/teams/vision", "removing=no-such-name", root).status == 303)
        #expect(parts.service.state.teams.first?.members == [UserName("alice")])
        #expect(parts.service.state.teams.first?.guarantee == 3)
        #expect(try await post("/admin/teams/vision", "guarantee=5&limit=2", root).status >= 400)
        #expect(try await get("/admin/teams/vision/remove", root).body.contains("1 member"))
        #expect(try await post("/admin/teams/vision/remove", "", root).status == 303)
        #expect(parts.service.state.teams.isEmpty)
        #expect(try await get("/admin/teams/vision", root).status == 404)
    }

    @Test("a token is made and shown once, from one's own page; browsers are signed out from there")
    func account() async throws {
        let alice = try await signedIn("alice"), other = try await signedIn("alice")
        let made = try await post("/account/tokens", "name=laptop&scope=work&time=30d", alice)
        #expect(made.status == 201 && made.body.contains("value=\"carrel_"), "\(made.body)")
        #expect(try await !get("/account", alice).body.contains("value=\"carrel_"))
        #expect(try await post("/account/tokens", "name=&scope=work", alice).status == 400)
        #expect(try await post("/account/tokens", "name=x&scope=all", alice).status == 400)
        #expect(try await post("/account/sessions/others", "", alice).status == 303)
        #expect(try await get("/account", other).status == 303)
        #expect(try await get("/account", alice).status == 200)
        let bad = try await post("/account/password", "password=short", alice)
        #expect(bad.status == 400 && bad.body.contains("My account"))
        #expect(try await post("/account/password", "password=several+short+words", alice).status == 303)
        #expect(try await post("/account/password", "password=another+set+of+words", alice).status == 403)
        let root = try await signedIn("root")
        #expect(try await post("/account/sessions/1/end", "", root).status == 404)
        let gone = try await post("/account/sessions/all", "", alice)
        #expect(gone.status == 303 && gone.headers[.setCookie]?.contains("Max-Age=0") == true)
        #expect(try await get("/account", alice).status == 303)
        #expect(try await written().contains("alice account.password - 403"))
    }

    @Test("a month is a page and a table; what is no month is said to be none")
    func month() async throws {
        let alice = try await signedIn("alice")
        let page = try await get("/usage/2026-11", alice)
        #expect(page.status == 200 && page.body.contains("Usage in November 2026"), "\(page.body)")
        let table = try await get("/usage.csv?month=2026-11&by=team", alice)
        #expect(table.headers[.contentDisposition]?.contains("carrel-usage-by-team-2026-11.csv") == true)
        #expect(table.body.hasPrefix("name,leases,gpuSeconds,meanUtilization"))
        for path in ["/usage/2026-13", "/usage/%3Cscript%3E", "/usage.csv?month=2026-11%22%0D%0Ax:"] {
            #expect(try await get(path, alice).status == 404, "\(path)")
        }
        #expect(try await get("/usage/2026-11", nil).status == 303)
    }

    @Test("who did what is found by person, act and day")
    func audit() async throws {
        let root = try await signedIn("root"), alice = try await signedIn("alice")
        _ = try await post("/account/name", "displayName=Al", alice)
        let all = try await get("/admin/audit", root)
        #expect(all.status == 200 && all.body.contains("account.change"))
        let typed = try await get("/admin/audit?user=a%2Bb+c%22", root)
        #expect(typed.body.contains("value=\"a+b c&quot;\""))
        let hers = try await get("/admin/audit?user=alice&act=account", root)
        #expect(hers.body.contains("account.change") && !hers.body.contains("session.begin"))
        let day = String(ViewMaker(parts.service).text(parts.service.clock.now()).prefix(10))
        #expect(try await get("/admin/audit?from=\(day)&until=\(day)", root).body.contains("account.change"))
        #expect(try await !get("/admin/audit?until=2001-01-01", root).body.contains("account.change"))
        #expect(try await !get("/admin/audit?from=2099-01-01", root).body.contains("account.change"))
        #expect(try await get("/admin/audit?from=yesterday", root).status == 400)
        let table = try await call(.get, "/v1/audit?format=csv&act=account&from=\(day)", cookie: root)
        #expect(table.status == 200 && table.body.split(separator: "\r\n").count == 2)
        #expect(try await written().contains { $0.hasPrefix("root audit.read") })
        let short = try await call(.get, "/v1/audit?format=csv&limit=1&act=session&from=\(day)", cookie: root)
        let next = String(try #require(short.headers[HTTPField.Name("Link")!]?.firstMatch(of: /<([^>]+)>/)).output.1)
        #expect(next.contains("act=session") && next.contains("from=\(day)"))
        #expect(try await call(.get, next, cookie: root).body.contains("session.begin"))
    }
}
