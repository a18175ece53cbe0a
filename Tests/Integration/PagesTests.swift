import Foundation
import Glibc
import Testing

/// The pages as a browser asks for them; curl stands for it.
@Suite("The pages")
struct PagesTests {
    struct Answer {
        let status: Int
        /// Names in lower case.
        let headers: [String: String]
        let body: String
    }

    /// A server with its address and a token for it.
    struct Browser {
        let address: String
        let token: String?
        var host: String { String(address.dropFirst("http://".count)) }

        func anonymous() -> Browser { Browser(address: address, token: nil) }

        func get(_ path: String, accept: String = "text/html,*/*;q=0.8") async throws -> Answer {
            try await call(path, ["-H", "Accept: \(accept)"])
        }

        /// - Parameter headers: where the form says that it comes from.
        func post(_ path: String, _ fields: [String] = [], from headers: [String]) async throws -> Answer {
            let data = fields.flatMap { ["--data-urlencode", $0] }
            return try await call(
                path,
                ["-X", "POST", "-H", "Accept: text/html"] + headers.flatMap { ["-H", $0] }
                    + (data.isEmpty ? ["-d", ""] : data))
        }

        func call(_ path: String, _ options: [String]) async throws -> Answer {
            let credentials = token.map { ["-H", "Authorization: Bearer \($0)"] } ?? []
            let process = try ChildProcess(
                ["curl", "-s", "-i", "--max-time", "60", "--path-as-is"] + credentials + options + [address + path])
            _ = await process.exitCode()
            let parts = process.output.replacingOccurrences(of: "\r\n", with: "\n").components(separatedBy: "\n\n")
            let lines = parts[0].split(separator: "\n")
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                let halves = line.split(separator: ":", maxSplits: 1)
                if halves.count == 2 { headers[halves[0].lowercased()] = halves[1].trimmingCharacters(in: .whitespaces) }
            }
            let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            return Answer(status: status, headers: headers, body: parts.dropFirst().joined(separator: "\n\n"))
        }
    }

    private func with(_ body: (Site, Browser) async throws -> Void) async throws { try await Self.with("a100:2", body) }

    static func with(_ devices: String, _ body: (Site, Browser) async throws -> Void) async throws {
        try await Site.with(simulate: devices, options: ["--listen", "127.0.0.1:0"]) { site async throws in
            let output = site.launcher?.output ?? ""
            let address = String(try #require(output.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/)).output)
            let token = try await site.carrel("token", "create", "browser").output
            try await body(site, Browser(address: address, token: token.trimmingCharacters(in: .whitespacesAndNewlines)))
        }
    }

    private static let pages = [
        "/", "/?show=free&page=2", "/work", "/timeline", "/timeline?span=7d", "/usage", "/usage/2026-11", "/get", "/help",
        "/account", "/help/gpu", "/environments", "/data", "/plan", "/plan?model=llama-3.1-8b&method=lora&gpu=rtx4090",
        "/plan?model=nosuch", "/plan?model=llama-3.1-8b&method=lora&tokens=1e8&gpu=24GB..", "/plan?model=resnet50&tokens=1",
        "/plan/gpu", "/plan/gpu?for=education&budget=600", "/plan/device", "/plan/device?task=matmul&size=500", "/plan/cost",
        "/plan/cost?gpu=a100&utilisation=70%25", "/plan/compare", "/plan/compare?gpu=a100,mi100,rtx4090",
    ]

    @Test("every page is there, with headers that keep other sites and foreign scripts out")
    func headers() async throws {
        try await with { site, browser in
            for path in Self.pages {
                let answer = try await browser.get(path)
                #expect(answer.status == 200 && answer.headers["content-type"] == "text/html; charset=utf-8", "\(path)")
                let policy = answer.headers["content-security-policy"] ?? ""
                for rule in [
                    "default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'",
                    "base-uri 'none'", "form-action 'self'",
                ] { #expect(policy.contains(rule), "\(path): \(policy)") }
                #expect(!policy.contains("unsafe"))
                #expect(answer.headers["x-content-type-options"] == "nosniff")
                #expect(answer.headers["cross-origin-opener-policy"] == "same-origin")
                #expect(answer.headers["referrer-policy"] == "same-origin")
                #expect(answer.headers["permissions-policy"]?.contains("camera=()") ?? false)
                #expect(answer.headers["cache-control"] == "no-store")
                // Pages speak of their fields, and the command line of its options.
                if path.contains("tokens=1e8") { #expect(answer.body.contains("How long it takes"), "\(path)") }
                if path.hasPrefix("/plan"), !path.hasPrefix("/plan/cost") {
                    #expect(answer.body.firstMatch(of: /[ (`]--[a-z]/) == nil, "\(path)")
                }
                #expect(answer.body.hasPrefix("<!DOCTYPE html>") && answer.body.contains("</html>"))
            }
            let page = try await browser.get("/")
            let style = String(try #require(page.body.firstMatch(of: /\/assets\/[0-9a-f]{16}\/carrel\.css/)).output)
            let asset = try await browser.anonymous().get(style)
            #expect(asset.status == 200 && asset.headers["cache-control"]?.contains("immutable") ?? false)
            #expect(asset.headers["content-type"] == "text/css; charset=utf-8")
            #expect(try await browser.get("/assets/0000000000000000/carrel.css").status == 404)
            #expect(try await browser.get("/assets/..%2f..%2fetc/passwd").status == 404)
        }
    }

    @Test("who is not signed in is sent to sign in, and programs get a problem document")
    func signIn() async throws {
        try await with { _, browser in
            let stranger = browser.anonymous()
            for path in Self.pages where !path.hasPrefix("/help") {
                let answer = try await stranger.get(path)
                #expect(answer.status == 303, "\(path)")
                #expect(answer.headers["location"]?.hasPrefix("/sign-in?next=%2F") ?? false)
            }
            let work = "/work"
            let deep = try await stranger.get("\(work)/7?x=1&y=//evil.example")
            #expect(deep.headers["location"] == "/sign-in?next=%2Fwork%2F7%3Fx%3D1%26y%3D%2F%2Fevil.example")
            let program = try await stranger.get("/", accept: "*/*")
            #expect(program.status == 401 && program.headers["content-type"] == "application/problem+json")
            #expect(try await stranger.get("/help").status == 200)
            #expect(try await stranger.get("/live", accept: "text/event-stream").status == 401)
            #expect(try await stranger.get("/usage.csv", accept: "*/*").status == 401)
            #expect(try await stranger.post("/get", from: ["Origin: \(browser.address)"]).status == 401)
        }
    }

    @Test("browsers get mistakes as pages, programs and the API as problem documents")
    func problems() async throws {
        try await with { _, browser in
            for path in ["/nowhere", workPage("999")] {
                let page = try await browser.get(path)
                #expect(page.status == 404 && page.headers["content-type"] == "text/html; charset=utf-8", "\(path)")
                #expect(page.headers["content-security-policy"] != nil)
                let document = try await browser.get(path, accept: "application/json")
                #expect(document.status == 404 && document.headers["content-type"] == "application/problem+json")
            }
            let hostile = try await browser.get(workPage("%3Cscript%3Ealert(1)%3C%2Fscript%3E"))
            #expect(hostile.status == 400 && !hostile.body.contains("<script>alert"))
            let api = try await browser.get("/v1/nowhere")
            #expect(api.status == 404 && api.headers["content-type"] == "application/problem+json")
        }
    }

    @Test("a form from elsewhere does nothing; one of Carrel's own acts, and says so")
    func forms() async throws {
        try await with { site, browser in
            let id = try await site.detach(
                "--gpus", "1", "--name", "<b>mine", "--", "sh", "-c", "echo '<i>hello'; sleep 600")
            try await site.untilState(id, "running")
            let elsewhere: [[String]] = [
                [], ["Origin: http://evil.example"], ["Origin: null"], ["Origin: http://\(browser.host).evil.example"],
                ["Sec-Fetch-Site: cross-site"], ["Sec-Fetch-Site: same-site"], ["Sec-Fetch-Site: none"],
                ["Origin: \(browser.address)", "Sec-Fetch-Site: cross-site"],
                ["Origin: http://evil.example", "Sec-Fetch-Site: same-origin"],
            ]
            for headers in elsewhere {
                for path in [workPage("\(id)/return"), workPage("\(id)/keep"), workPage("\(id)/extend"), "/get"] {
                    let answer = try await browser.post(path, ["time=1h"], from: headers)
                    #expect(answer.status == 403, "\(path) \(headers)")
                }
            }
            #expect(try await site.state(id) == "running")
            // A link or a picture must not act either.
            #expect(try await browser.get(workPage("\(id)/return")).status == 404)
            let own = ["Origin: \(browser.address)", "Sec-Fetch-Site: same-origin"]
            let page = try await browser.get(workPage("\(id)"))
            #expect(page.body.contains("&lt;b&gt;mine") && !page.body.contains("<b>mine"))
            try await eventually("the output shows") {
                try await browser.get(workPage("\(id)/output")).body.contains("&lt;i&gt;hello")
            }
            let extended = try await browser.post(workPage("\(id)/extend"), ["time=1h"], from: own)
            #expect(extended.status == 303 && extended.headers["location"] == workPage("\(id)?done=extended"))
            #expect(try await browser.get(workPage("\(id)?done=extended")).body.contains("The lease was extended."))
            #expect(try await browser.post(workPage("\(id)/extend"), ["time=400d"], from: own).status == 422)
            #expect(try await browser.post(workPage("\(id)/extend"), ["time=soon"], from: own).status == 400)
            let kept = try await browser.post(workPage("\(id)/keep"), from: ["Sec-Fetch-Site: same-origin"])
            #expect(kept.status == 303)
            let returned = try await browser.post(workPage("\(id)/return"), from: own)
            #expect(returned.status == 303 && returned.headers["location"] == workPage("\(id)?done=returned"))
            try await site.untilState(id, "closed")
            #expect(try await browser.get(workPage("\(id)")).body.contains("Receipt"))
            #expect(try await browser.post(workPage("\(id)/return"), from: own).status == 409)
        }
    }

    @Test("the form for a GPU asks once however often it is sent, and comes back with what was typed")
    func asking() async throws {
        try await with { site, browser in
            let own = ["Origin: \(browser.address)"]
            let form = try await browser.get("/get")
            let key = String(try #require(form.body.firstMatch(of: /name="key" value="([0-9a-z]+)"/)).output.1)
            let fields = [
                "gpus=1", "model=", "time=2h", "directory=/tmp", "name=", "command=sleep 600", "key=\(key)",
            ]
            let first = try await browser.post("/get", fields, from: own)
            #expect(first.status == 303)
            let again = try await browser.post("/get", fields, from: own)
            #expect(again.status == 303 && again.headers["location"] == first.headers["location"])
            let shown = try await browser.get(try #require(first.headers["location"]))
            #expect(shown.status == 200 && shown.body.contains("sleep"))
            let second = try await browser.post(
                "/get", ["gpus=2", "directory=/tmp", "command=sleep 600", "name=the second"], from: own)
            #expect(second.status == 303)
            let now = try await browser.get("/").body
            #expect(now.contains("the second") && now.contains("It needs 2 GPUs"), "the line says who waits and why")
            let secret = try await browser.post(
                "/get", ["gpus=0", "directory=/tmp", "command=KEY=s3cret sleep 1"], from: own)
            #expect(try await !browser.get(try #require(secret.headers["location"])).body.contains("s3cret"))
            let wrong = try await browser.post(
                "/get", ["gpus=1", "directory=here", "command=python <train>.py"], from: own)
            #expect(wrong.status == 400 && wrong.body.contains("python &lt;train&gt;.py") && wrong.body.contains("absolute"))
            #expect(try await browser.post("/get", ["gpus=99", "directory=/tmp", "command=true"], from: own).status == 422)
            #expect(try await browser.post("/get", ["gpus=1", "directory=/tmp", "command= "], from: own).status == 400)
        }
    }

    @Test(
        "others see that somebody works, and neither the output nor buttons",
        .enabled(if: geteuid() == 0, "acting as other users needs root"))
    func others() async throws {
        try await with { site, browser in
            let id = try await site.detach("--gpus", "1", "--", "sh", "-c", "echo private-words; sleep 600")
            try await site.untilState(id, "running")
            let made = try await site.carrel("token", "create", "other", as: 61_010)
            let other = Browser(
                address: browser.address, token: made.output.trimmingCharacters(in: .whitespacesAndNewlines))
            let page = try await other.get(workPage("\(id)"))
            #expect(
                page.status == 200 && !page.body.contains("private-words") && !page.body.contains(workPage("\(id)/return")))
            #expect(try await other.get(workPage("\(id)/output")).status == 403)
            let own = ["Origin: \(browser.address)"]
            #expect(try await other.post(workPage("\(id)/return"), from: own).status == 403)
            #expect(try await other.post(workPage("\(id)/keep"), from: own).status == 403)
            #expect(try await site.state(id) == "running")
            #expect(try await !other.get("/work").body.contains(workPage("\(id)")))
        }
    }

    @Test("pages that are open hear that something happened")
    func live() async throws {
        try await with { site, browser in
            let token = try #require(browser.token)
            let listener = try ChildProcess([
                "curl", "-sN", "--max-time", "60", "-H", "Authorization: Bearer \(token)", browser.address + "/live",
            ])
            try await eventually("it listens") { listener.output.contains("retry:") }
            #expect(try await site.carrel("run", "--gpus", "0", "--", "true").code == 0)
            try await eventually("it hears") { listener.output.contains("data: ") }
            listener.kill(SIGKILL)
        }
    }

    @Test("a terminal is opened with one form, has a page of its own, and is nobody else's to look at")
    func terminals() async throws {
        try await with { site, browser in
            let own = ["Origin: \(browser.address)"]
            let asked = try await browser.post("/get", ["gpus=1", "kind=terminal", "command=", "directory="], from: own)
            #expect(asked.status == 303 && asked.headers["location"] == workPage("1/terminal"))
            try await site.untilState(1, "running")
            let page = try await browser.get(workPage("1/terminal"))
            #expect(page.status == 200 && page.body.contains(#"data-terminal="/v1/leases/1" data-types="1""#))
            #expect(page.body.contains("carrel attach 1"))
            #expect(try await browser.get("/work").body.contains("href=\"\(workPage("1/terminal"))\""))
            #expect(try await browser.get(workPage("1")).body.contains("href=\"\(workPage("1/terminal"))\""))
            for name in ["terminal.js", "terminal.css"] {
                let path = try #require(page.body.firstMatch(of: try Regex("/assets/[0-9a-f]{16}/\(name)")))
                #expect(try await browser.anonymous().get(String(page.body[path.range])).status == 200)
            }
            let stranger = try await browser.anonymous().get(workPage("1/terminal"))
            #expect(stranger.status == 303)
            #expect(stranger.headers["location"] == "/sign-in?next=%2Fwork%2F1%2Fterminal")
            let wrong = try await browser.post("/get", ["gpus=1", "kind=terminal", "directory=here"], from: own)
            #expect(wrong.status == 400)
            let elsewhere = try await browser.post(
                "/get", ["gpus=1", "kind=terminal"], from: ["Origin: http://evil.example"])
            #expect(elsewhere.status == 403)

            let plain = try await site.detach("--gpus", "0", "--", "sleep", "600")
            #expect(try await browser.get(workPage("\(plain)/terminal")).status == 404)
            #expect(try await !browser.get(workPage("\(plain)")).body.contains(workPage("\(plain)/terminal")))
            #expect(try await browser.get(workPage("99/terminal")).status == 404)
            if geteuid() == 0 {
                let made = try await site.carrel("token", "create", "other", as: 61_011)
                let token = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
                let other = Browser(address: browser.address, token: token)
                #expect(try await other.get(workPage("1/terminal")).status == 403)
                #expect(try await other.call("/v1/leases/1/console", []).status == 403)
                let typed = try await other.call("/v1/leases/1/input?writer=1&offset=0", ["-X", "PUT", "-d", "exit\n"])
                #expect(typed.status == 403)
                #expect(try await site.state(1) == "running")
            }

            #expect(try await browser.post(workPage("1/return"), from: own).status == 303)
            try await site.untilState(1, "closed")
            let over = try await browser.get(workPage("1/terminal"))
            #expect(over.status == 200 && over.body.contains(#"data-types="""#) && over.body.contains("How it ended"))
        }
    }
}
