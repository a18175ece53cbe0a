import Foundation
import Glibc
import Testing

/// Sessions through the gateway, with a real program behind it. JupyterLab and a browser are in `make test-real`.
@Suite("Sessions")
struct SessionTests {
    /// Tells what it was asked, and sets cookies.
    private static let program = #"""
        import http.server, json, sys
        class Echo(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def answer(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                body = json.dumps({"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}}).encode()
                self.send_response(200)
                for cookie in ("own=1; Domain=localhost", "carrel_entrance_1=x", "carrel_session_1=x"):
                    self.send_header("Set-Cookie", cookie)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            do_GET = do_POST = answer
        http.server.ThreadingHTTPServer(("127.0.0.1", 8000), Echo).serve_forever()
        """#

    private struct Answer {
        let status: Int
        let head: String
        let body: String

        func header(_ name: String) -> String? {
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name + ": ") }
                .map { String($0.dropFirst(name.utf8.count + 2)) }
        }
        var seen: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])?["headers"] as? [String: Any] ?? [:]
        }
        /// What comes back as a cookie.
        var cookie: String? { header("set-cookie")?.split(separator: ";").first.map(String.init) }
    }

    /// A host below localhost is this machine, whatever the system's resolver thinks.
    private static func get(_ url: String, _ options: String..., as user: UInt32? = nil) async throws -> Answer {
        let parts = try #require(URLComponents(string: url)), host = parts.host ?? "", port = parts.port ?? 0
        var command = ["curl", "-s", "-i", "--max-time", "30", "--resolve", "\(host):\(port):127.0.0.1"] + options + [url]
        if let user { command = ["setpriv", "--reuid", "\(user)", "--regid", "\(user)", "--clear-groups", "--"] + command }
        let process = try ChildProcess(command)
        _ = await process.exitCode()
        let sides = process.output.split(separator: "\r\n\r\n", maxSplits: 1).map(String.init)
        return Answer(
            status: Int((sides.first ?? "").split(separator: " ").dropFirst().first ?? "") ?? 0, head: sides.first ?? "",
            body: sides.count > 1 ? sides[1] : "")
    }

    private static func begin(_ site: Site) async throws -> Int {
        try await site.detach(
            "--gpus", "0", "--cpus", "0.5", "--memory", "128MB", "--port", "8000", "--", "/usr/bin/python3", "-c",
            program)
    }

    /// The address that lets in, and where it leads.
    private static func way(_ site: Site, _ id: Int) async throws -> (url: String, origin: String) {
        let answer = try await site.carrel("open", "\(id)", "--json")
        #expect(answer.code == 0, "\(answer.errors)")
        let view = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any]
        let url = try #require(view?["url"] as? String)
        return (url, String(try #require(url.firstMatch(of: /http:\/\/[^\/]*/)).output))
    }

    @Test("a session is entered once by its address, under a host of its own, and its program learns no key of the server")
    func entering() async throws {
        try await Site.with(simulate: "a100:1", options: ["--listen", "127.0.0.1:0"]) { site async throws in
            let address = try SignInTests.address(site)
            let id = try await Self.begin(site), way = try await Self.way(site, id)
            #expect(way.origin.hasPrefix("http://s-\(id).localhost:"))
            let entered = try await Self.get(way.url)
            let cookie = try #require(entered.cookie)
            #expect(entered.status == 303 && entered.header("location") == "/.carrel/arrive?next=/")
            let arrive = way.origin + "/.carrel/arrive?next=/lab%3Fa%3Db"
            let arrived = try await Self.get(arrive, "-H", "Cookie: \(cookie)")
            #expect(arrived.status == 303 && arrived.header("location") == "/lab?a=b")
            // A browser that keeps no cookies is told so, and not sent round.
            let lost = try await Self.get(arrive, "-H", "Accept: text/html")
            #expect(lost.status == 403 && lost.body.contains("kept no cookie") && lost.header("location") == nil)
            let doubled = try await Self.get(
                way.origin + "/lab", "-H", "Accept: text/html", "-H", "Cookie: \(cookie); \(cookie)")
            #expect(doubled.status == 403 && doubled.body.contains("more than one cookie"))
            #expect(entered.header("set-cookie")?.contains("HttpOnly") ?? false)
            #expect(try await Self.get(way.url).status == 403, "the address works once")

            let answer = try await Self.get(
                way.origin + "/v1/devices?x=1", "-H", "Cookie: a=1; \(cookie); carrel_session_7=s; b=2", "-H",
                "Authorization: Bearer carrel_something")
            #expect(answer.status == 200 && answer.body.contains("/v1/devices?x=1"), "the server's own routes are not here")
            #expect(answer.seen["cookie"] as? String == "a=1; b=2")
            #expect(answer.seen["authorization"] == nil)
            #expect(answer.head.contains("own=1"))
            #expect(answer.header("content-security-policy") == "frame-ancestors 'self'")
            #expect(!answer.head.lowercased().contains("domain=") && !answer.head.contains("carrel_"))

            let with = "Cookie: \(cookie)"
            #expect(try await Self.get(way.origin + "/").status == 401)
            let going = try await Self.get(way.origin + "/lab?a=b", "-H", "Accept: text/html")
            #expect(going.header("location") == address + workPage("\(id)/enter?next=/lab%3Fa%3Db"))
            #expect(try await Self.get(way.origin + "/", "-H", with, "-H", "Origin: http://evil.example").status == 403)
            #expect(
                try await Self.get(way.origin + "/", "-H", with, "-X", "POST").status == 403, "it doesn't say from where")
            #expect(
                try await Self.get(way.origin + "/", "-H", with, "-X", "POST", "-H", "Origin: \(way.origin)").status == 200)
            let other = way.origin.replacing("s-\(id).", with: "s-\(id + 1).")
            #expect(
                try await Self.get(way.origin + "/", "-H", with, "-X", "POST", "-H", "Origin: \(other)").status == 403,
                "another session's page")
            #expect(try await Self.get(way.origin + "/", "-H", with, "-H", "Sec-Fetch-Site: same-site").status == 403)
            #expect(
                try await Self.get(way.origin + "/", "-H", with, "-H", "Upgrade: websocket", "-H", "Connection: upgrade")
                    .status == 403, "a WebSocket that doesn't say from where")
            #expect(try await Self.get(other + "/", "-H", with).status == 401)
            for name in ["s-0\(id)", "s-x", "x", "s-\(id).localhost.x", "s-\(id)."] {
                let host = "http://\(name).localhost:\(way.origin.split(separator: ":").last ?? "")/v1/devices"
                #expect([401, 421].contains(try await Self.get(host, "-H", with).status), "\(name)")
            }
            // The session's cookie opens nothing of the server's.
            #expect(try await Self.get(address + "/v1/session", "-H", with).status == 401)
            #expect(
                try await Self.get(
                    address + "/v1/session", "-H", with.replacing("carrel_entrance", with: "carrel_session")
                ).status == 401)
        }
    }

    @Test(
        "another user of the machine gets in by neither cookie, port nor the server; a share lets in and ends",
        .enabled(if: geteuid() == 0, "only root can act as two users"))
    func others() async throws {
        try await Site.with(simulate: "a100:1", options: ["--listen", "127.0.0.1:0"]) { site async throws in
            let bob = UserTests.bob, address = try SignInTests.address(site)
            let id = try await Self.begin(site), way = try await Self.way(site, id)
            let cookie = try #require(try await Self.get(way.url).cookie), with = "Cookie: \(cookie)"
            #expect(try await Self.get(way.origin + "/", "-H", with).status == 200)
            #expect(try await Self.get(way.origin + "/", "-H", with, as: bob).status == 401, "a stolen cookie")
            #expect(try await Self.get("http://127.0.0.1:8000/", as: bob).status == 0, "its port is not on this machine")
            #expect(try await site.carrel("open", "\(id)", as: bob).code != 0)
            #expect(try await site.carrel("share", "\(id)", "bob", as: bob).code != 0)

            #expect(try await site.carrel("user", "add", "bob", "--unix-user", "\(bob)").code == 0)
            #expect(try await site.carrel("share", "\(id)", "bob").code == 0)
            let open = try await site.carrel("open", "\(id)", as: bob)
            let url = open.output.split(separator: "\n").first.map(String.init) ?? ""
            let guest = try #require(try await Self.get(url, as: bob).cookie), theirs = "Cookie: \(guest)"
            #expect(try await Self.get(way.origin + "/", "-H", theirs, as: bob).status == 200)
            #expect(try await Self.get(way.origin + "/", "-H", theirs).status == 401, "not from another user's programs")
            #expect(try await site.carrel("share", "\(id)", "bob", "--remove").code == 0)
            try await eventually("the share ends") {
                try await Self.get(way.origin + "/", "-H", theirs, as: bob).status == 403
            }
            #expect(try await Self.get(way.origin + "/", "-H", with).status == 200)

            // Signing out everywhere ends what was entered from a terminal too.
            #expect(try await HTTPTests.curl(site, "/v1/sessions", ["-X", "DELETE"]).status == 200)
            try await eventually("signed out") { try await Self.get(way.origin + "/", "-H", with).status == 401 }
            _ = address
        }
    }

    @Test("a session whose program can't begin says so with its last words, wherever one asks for it")
    func lastWords() async throws {
        try await Site.with(simulate: "a100:1", options: ["--listen", "127.0.0.1:0"]) { site async throws in
            let id = try await site.detach(
                "--gpus", "0", "--port", "8000", "--", "sh", "-c", "echo trying >&2; echo no such library >&2; exit 3")
            let open = try await site.carrel("open", "\(id)")
            #expect(open.code == 3 && open.errors.contains("  no such library"), "\(open.errors)")
        }
    }

    @Test("who is inside stays inside while the server starts again; the end of the lease ends it")
    func endings() async throws {
        try await Site.with(simulate: "a100:1", options: ["--listen", "127.0.0.1:0"]) { site async throws in
            let id = try await Self.begin(site), way = try await Self.way(site, id)
            let port = try #require(URLComponents(string: way.origin)?.port)
            let cookie = try #require(try await Self.get(way.url).cookie), with = "Cookie: \(cookie)"
            #expect(try await Self.get(way.origin + "/", "-H", with).status == 200)
            await site.killLauncher(SIGTERM)
            try await site.up(["--listen", "127.0.0.1:\(port)"])
            #expect(try await Self.get(way.origin + "/", "-H", with).status == 200)
            #expect(try await site.carrel("return", "\(id)").code == 0)
            try await eventually("the session is over") {
                try await Self.get(way.origin + "/", "-H", with).status == 410
            }
            let entries = try await HTTPTests.curl(site, "/v1/audit?act=session.enter").body
            #expect(entries.contains("session.enter") && !entries.contains("enter_"))
        }
    }
}
