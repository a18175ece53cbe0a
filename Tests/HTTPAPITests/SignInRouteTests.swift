import Accounts
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import Testing

@testable import HTTPAPI

@Suite("The sign-in page and the cookie")
struct SignInRouteTests {
    private let api: CarrelAPI
    private let call: Call
    private let desk: SignInDesk
    private let now = StubParts.start
    private static let ours = Call.sameOrigin

    init() {
        let parts = StubParts.make(accounts: [
            Account(name: UserName("root"), role: .administrator, unixID: 0, createdAt: StubParts.start),
            Account(name: UserName("alice"), unixID: 1_001, createdAt: StubParts.start),
            Account(name: UserName("olga"), role: .operator, createdAt: StubParts.start),
        ])
        api = CarrelAPI(parts)
        api.address.text = "http://127.0.0.1:8642"
        call = Call(api: api)
        desk = parts.desk
    }

    private func ticket(_ user: String) async throws -> String {
        try await desk.tickets.make(for: UserName(user), by: nil, at: now).text
    }

    private func signedIn(_ user: String) async throws -> String {
        let answer = try await call(.post, "/sign-in", body: "ticket=\(try await ticket(user))", headers: Self.ours)
        return try #require(answer.cookie)
    }

    @Test("opening a link changes nothing; its button signs in, with a cookie that scripts and other sites don't get")
    func link() async throws {
        let ticket = try await ticket("alice")
        for _ in 0..<3 {
            let page = try await call(.get, "/sign-in?ticket=\(ticket)&next=/v1/session")
            #expect(page.status == 200 && page.cookie == nil)
            #expect(page.body.contains("Sign in as alice") && page.body.contains("value=\"/v1/session\""))
            #expect(page.headers[.cacheControl] == "no-store")
            #expect(page.headers[.contentSecurityPolicy]?.contains("frame-ancestors 'none'") == true)
        }
        let answer = try await call(.post, "/sign-in", body: "ticket=\(ticket)&next=/v1/session", headers: Self.ours)
        #expect(answer.status == 303 && answer.headers[.location] == "/v1/session")
        let set = try #require(answer.headers[.setCookie])
        #expect(set.hasPrefix("carrel_session_8642=session_"))
        for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax"] { #expect(set.contains(part), "\(set)") }
        #expect(!set.contains("Domain") && !set.contains("Secure"))
        let who = try await call(.get, "/v1/session", cookie: answer.cookie)
        #expect(who.status == 200 && who.body.contains(#""user":"alice""#) && who.body.contains(#""door":"session""#))
        let again = try await call(.post, "/sign-in", body: "ticket=\(ticket)", headers: Self.ours)
        #expect(again.status == 403 && again.cookie == nil && again.body.contains("used already"))
    }

    @Test("who signs in and keeps no cookie is told so")
    func noCookies() async throws {
        let html = ("Accept", "text/html"), before = ("Referer", "http://127.0.0.1:8642/sign-in?next=/")
        #expect(try await call(.get, "/account", headers: [html]).headers[.location]?.contains("kept") == false)
        let sent = try await call(.get, "/account", headers: [html, before])
        #expect(sent.status == 303 && sent.headers[.location]?.hasSuffix("&kept=no") == true)
        #expect(try await call(.get, sent.headers[.location] ?? "").body.contains("did not keep the cookie"))
        #expect(try await !call(.get, "/sign-in").body.contains("did not keep the cookie"))
    }

    @Test("under TLS the cookie is bound to the host and never sent in the clear")
    func secure() {
        let cookie = SessionCookie(address: "https://gpu.example:8443")
        #expect(cookie.setting("x").hasPrefix("__Host-carrel_session_8443=x; Path=/;"))
        #expect(cookie.setting("x").hasSuffix("; Secure") && !cookie.setting("x").contains("Domain"))
    }

    @Test("another site can sign nobody in, nor out, nor change anything with somebody's cookie")
    func foreign() async throws {
        let foreign: [[(String, String)]] = [
            [], [("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site")], [("Sec-Fetch-Site", "none")],
            [("Origin", "http://evil.example")], [("Origin", "null")], [("Origin", "http://127.0.0.1:9999")],
            [("Origin", "http://s-1.localhost:8642")], [("Origin", "http://127.0.0.1:8642.evil.example")],
            [("Sec-Fetch-Site", "cross-site"), ("Origin", "http://127.0.0.1:8642")],
        ]
        let cookie = try await signedIn("alice")
        for headers in foreign {
            let ticket = try await ticket("root")
            #expect(try await call(.post, "/sign-in", body: "ticket=\(ticket)", headers: headers).cookie == nil)
            #expect(try await call(.post, "/sign-out", cookie: cookie, headers: headers).status == 403)
            #expect(try await call(.delete, "/v1/sessions", cookie: cookie, headers: headers).status == 403)
            let work = #"{"command":["true"],"directory":"/"}"#
            let answer = try await call(.post, "/v1/requests", body: work, cookie: cookie, headers: headers)
            #expect(answer.status == 403 && answer.body.contains("cross-origin"), "\(headers) \(answer.body)")
            #expect(try await desk.tickets.look(ticket, at: now).usedAt == nil)
        }
        #expect(try await call(.get, "/v1/session", cookie: cookie).status == 200)
        let own = [("Origin", "http://127.0.0.1:8642")]
        #expect(try await call(.post, "/sign-out", cookie: cookie, headers: own).status == 303)
        #expect(try await call(.get, "/v1/session", cookie: cookie).status == 401)
    }

    @Test("a cookie that is made up, cut, doubled or of another name signs nobody in")
    func cookies() async throws {
        let cookie = try await signedIn("alice")
        let value = cookie.dropFirst("carrel_session_8642=".count)
        for bad in [
            "", "carrel_session_8642=", "carrel_session_8642=\(value.dropLast())", "carrel_session=\(value)",
            "carrel_session_8643=\(value)", "\(cookie); carrel_session_8642=session_other", "carrel_session_8642=\(value)A",
        ] {
            #expect(try await call(.get, "/v1/session", cookie: bad).status == 401, "\(bad)")
        }
        #expect(try await call(.get, "/v1/session", cookie: "a=b; \(cookie); c=d").status == 200)
    }

    @Test("who is disabled is out at once, by every door")
    func disabled() async throws {
        let cookie = try await signedIn("alice")
        var socket = call
        socket.peer = SocketPeer(uid: 1_001, name: UserName("alice"))
        #expect(try await socket(.get, "/v1/session").status == 200)
        try await desk.directory.change(UserName("alice")) { $0.isDisabled = true }
        #expect(try await call(.get, "/v1/session", cookie: cookie).status == 401)
        await #expect(throws: (any Error).self) { try await socket(.get, "/v1/session") }
        try await desk.directory.change(UserName("root"), mayLeaveNoAdministrator: true) { $0.isDisabled = true }
        #expect(try api.callers.caller(SocketPeer(uid: 0, name: UserName("root"))).requester.isAdministrator)
    }

    @Test("a user of the machine who is called like somebody's account is not that somebody")
    func namesake() throws {
        let stranger = try api.callers.caller(SocketPeer(uid: 5_000, name: UserName("alice")))
        #expect(stranger.requester.user == UserName("uid-5000") && !stranger.requester.isAdministrator)
        let alice = try api.callers.caller(SocketPeer(uid: 1_001, name: UserName("al")))
        #expect(alice.requester.user == UserName("alice"))
    }

    @Test("only paths of this server follow a sign-in")
    func next() {
        for path in ["/", "/v1/session", "/a?b=c&d=%2F"] { #expect(SignInRoutes.ownPath(path) == path) }
        for path in [
            "", "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/\u{9}/evil.example",
            "/a b",
            "/a\r\nSet-Cookie: x", "evil", "/\u{e9}",
        ] { #expect(SignInRoutes.ownPath(path) == nil, "\(path)") }
    }

    @Test("what comes from outside is text on the page")
    func escaping() async throws {
        let page = try await call(.get, "/sign-in?ticket=%22%3E%3Cscript%3E&next=/%22%3E%3Cscript%3E")
        #expect(!page.body.contains("<script>"))
        let form = try await call(
            .post, "/sign-in", body: "name=%3Cscript%3E&password=x&next=%2F%22%3E%3Cscript%3E", headers: Self.ours)
        #expect(form.status == 403 && form.cookie == nil && !form.body.contains("<script>"))
        #expect(form.body.contains("don&#39;t sign in"))
    }

    @Test("a password is set from the page and signs in; the one until now must be shown to change it")
    func password() async throws {
        let cookie = try await signedIn("alice")
        let set = try await call(
            .post, "/sign-in/password", body: "password=several+short+words", cookie: cookie, headers: Self.ours)
        #expect(set.status == 200 && set.body.contains("The password is set"), "\(set.body)")
        for current in ["", "&current=wrong"] {
            let answer = try await call(
                .post, "/sign-in/password", body: "password=something+else+now\(current)", cookie: cookie, headers: Self.ours
            )
            #expect(answer.status == 403)
        }
        let json = #"{"password":"something else now"}"#
        #expect(
            try await call(.put, "/v1/accounts/alice/password", body: json, cookie: cookie, headers: Self.ours).status == 403
        )
        let entered = try await call(
            .post, "/sign-in", body: "name=alice&password=several+short+words&next=//evil.example", headers: Self.ours)
        #expect(entered.status == 303 && entered.headers[.location] == "/")
        var last = 0
        for _ in 0..<12 {
            last = try await call(.post, "/sign-in", body: "name=alice&password=no", headers: Self.ours).status
        }
        #expect(last == 429)
    }

    @Test("members manage themselves alone, operators devices, administrators all; a session makes no link for itself")
    func roles() async throws {
        let alice = try await signedIn("alice"), olga = try await signedIn("olga"), root = try await signedIn("root")
        func status(_ method: HTTPRequest.Method, _ path: String, _ body: String, _ cookie: String) async throws -> Int {
            try await call(method, path, body: body, cookie: cookie, headers: Self.ours).status
        }
        let administrator = "/v1/accounts/root"
        for (method, path, body) in [
            (HTTPRequest.Method.get, "/v1/accounts", ""), (.post, "/v1/accounts", #"{"name":"eve"}"#),
            (.patch, "/v1/accounts/alice", #"{"role":"administrator"}"#),
            (.patch, administrator, #"{"displayName":"x"}"#),
            (.put, "\(administrator)/password", #"{"password":"several short words"}"#),
            (.post, "/v1/tickets", #"{"user":"root"}"#), (.get, "/v1/sessions?user=root", ""),
            (.get, "/v1/sessions?all=1", ""),
            (.delete, "/v1/sessions?user=root", ""), (.post, "/v1/tickets", "{}"), (.get, "/v1/backup", ""),
        ] as [(HTTPRequest.Method, String, String)] {
            for cookie in [alice, olga] { #expect(try await status(method, path, body, cookie) == 403, "\(method) \(path)") }
        }
        #expect(try await status(.patch, "/v1/accounts/alice", #"{"displayName":"Alice"}"#, alice) == 200)
        let quarantine = "/v1/devices/GPU-0/quarantine"
        #expect(try await status(.put, quarantine, "{}", alice) == 403)
        #expect(try await status(.put, quarantine, "{}", olga) == 404)
        #expect(try await status(.get, "/v1/accounts", "", root) == 200)
        #expect(try await status(.post, "/v1/tickets", #"{"user":"alice"}"#, root) == 201)
        #expect(try await status(.post, "/v1/tickets", "{}", root) == 403)
    }

    @Test("who has no Unix user is told so before anything is kept")
    func noUnixUser() async throws {
        let olga = try await signedIn("olga")
        let work = #"{"command":["true"],"directory":"/"}"#
        let answer = try await call(.post, "/v1/requests", body: work, cookie: olga, headers: Self.ours)
        #expect(answer.status == 403 && answer.body.contains("no-unix-user"), "\(answer.body)")
        #expect(try await call(.get, "/v1/session", cookie: olga).body.contains("workRefusal"))
    }
}
