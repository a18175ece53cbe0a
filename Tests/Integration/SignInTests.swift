import Foundation
import Glibc
import Testing

/// From `carrel up` to a browser that is signed in; curl stands for the browser.
@Suite("Signing in with a browser")
struct SignInTests {
    struct Answer {
        let status: Int
        let body: String
        let cookie: String?
        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]) ?? [:] }
    }

    static func address(_ site: Site) throws -> String {
        let output = site.launcher?.output ?? ""
        return String(try #require(output.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/)).output)
    }

    static func browse(_ url: String, _ options: String..., cookie: String? = nil) async throws -> Answer {
        let origin = String(url.prefix { $0 != "?" }.split(separator: "/", maxSplits: 3).prefix(2).joined(separator: "//"))
        let process = try ChildProcess(
            ["curl", "-s", "-i", "--max-time", "60", "-H", "Origin: \(origin)"]
                + (cookie.map { ["-H", "Cookie: \($0)"] } ?? [])
                + options + [url])
        _ = await process.exitCode()
        let parts = process.output.split(separator: "\r\n\r\n", maxSplits: 1).map(String.init)
        let head = parts.first ?? ""
        return Answer(
            status: Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0, body: parts.count > 1 ? parts[1] : "",
            cookie: head.firstMatch(of: /(?i)set-cookie: ([^;\r]*)/).map { String($0.output.1) })
    }

    static func ticket(_ link: String) throws -> String { String(try #require(link.firstMatch(of: /ticket_[\w-]+/)).output) }

    @Test("the first link of up signs its owner in as the same person, once; work asked for there runs as them")
    func first() async throws {
        try await Site.with(simulate: "a100:1", options: ["--listen", "127.0.0.1:0"]) { site async throws in
            let address = try Self.address(site), output = site.launcher?.output ?? ""
            let ticket = try Self.ticket(output)
            #expect(try await Self.browse("\(address)/sign-in?ticket=\(ticket)").body.contains("Sign in as"))
            let entered = try await Self.browse("\(address)/sign-in", "--data", "ticket=\(ticket)")
            #expect(entered.status == 303)
            #expect(try await Self.browse("\(address)/sign-in", "--data", "ticket=\(ticket)").status == 403)
            let who = try await Self.browse("\(address)/v1/session", cookie: entered.cookie).json
            #expect(who["administrator"] as? Bool == true && who["door"] as? String == "session")
            let socket = try await HTTPTests.curl(site, "/v1/session").json
            #expect(who["user"] as? String == socket["user"] as? String)
            let asked = try await Self.browse(
                "\(address)/v1/requests", "--json", #"{"command":["id","-u"],"directory":"/","gpus":"0"}"#,
                cookie: entered.cookie)
            #expect(asked.status == 201, "\(asked.body)")
            try await site.untilState(1, "closed")
            let inBrowser = try await site.carrel("logs", "1").output
            let onSocket = try await site.carrel("run", "--gpus", "0", "--", "id", "-u").output
            #expect(inBrowser == onSocket && !inBrowser.isEmpty)
            // Who has come in once needs no first link any more.
            await site.killLauncher(SIGTERM)
            try await site.up(["--listen", "127.0.0.1:0"])
            let later = site.launcher?.output ?? ""
            #expect(later.contains("ready") && !later.contains("ticket_"))
            #expect(try await site.carrel("user", "sign-out").errors.contains("1 browser signed out"))
            #expect(try await Self.browse("\(try Self.address(site))/v1/session", cookie: entered.cookie).status == 401)
        }
    }

    @Test("an invitation, a password, disabling: all from the command line")
    func invitation() async throws {
        try await Site.with(simulate: "a100:1", options: ["--listen", "127.0.0.1:0"]) { site async throws in
            let address = try Self.address(site)
            try await site.carrel("team", "set", "vision")
            let made = try await site.carrel("user", "add", "alice.ng", "--team", "vision", "--display-name", "Alice Ng")
            #expect(made.code == 0, "\(made.errors)")
            let entered = try await Self.browse("\(address)/sign-in", "--data", "ticket=\(try Self.ticket(made.output))")
            let who = try await Self.browse("\(address)/v1/session", cookie: entered.cookie).json
            #expect(who["user"] as? String == "alice.ng" && who["team"] as? String == "vision")
            #expect(who["administrator"] as? Bool == false)
            let set = try await site.carrel("user", "password", "alice.ng", input: "several short words\n")
            #expect(set.code == 0, "\(set.errors)")
            #expect(try await Self.browse("\(address)/v1/session", cookie: entered.cookie).status == 401)
            let again = try await Self.browse("\(address)/sign-in", "--data", "name=alice.ng&password=several+short+words")
            #expect(again.status == 303)
            let list = try await site.carrel("user").output
            #expect(list.contains("alice.ng") && list.contains("Alice Ng") && list.contains("vision"))
            let sessions = try await site.json("user", "sessions", "alice.ng")["sessions"] as? [[String: Any]] ?? []
            #expect(sessions.count == 1 && sessions[0]["address"] as? String == "127.0.0.1")
            #expect(try await site.carrel("user", "disable", "alice.ng").code == 0)
            #expect(try await Self.browse("\(address)/v1/session", cookie: again.cookie).status == 401)
            #expect(try await site.carrel("user", "link", "alice.ng").errors.contains("is disabled"))
            #expect(try await site.carrel("user", "enable", "alice.ng").code == 0)
            for mistake in [
                ["add", "root"], ["add", "x y"], ["add", "alice.ng"], ["add", "eve", "--team", "none"], ["link", "eve"],
            ] {
                let client = try site.start(["user"] + mistake)
                #expect(await client.exitCode() != 0, "\(mistake)")
                #expect(
                    client.errors.contains("No account was made") || client.errors.contains("Nothing was changed"),
                    "\(client.errors)")
            }
        }
    }

    @Test(
        "who comes by the socket gets a link for themselves and nobody else",
        .enabled(if: geteuid() == 0, "acts as other users"))
    func others() async throws {
        try await Site.with(simulate: "a100:1", options: ["--listen", "127.0.0.1:0"]) { site async throws in
            let address = try Self.address(site)
            let own = try await site.carrel("user", "link", as: UserTests.alice)
            let entered = try await Self.browse("\(address)/sign-in", "--data", "ticket=\(try Self.ticket(own.output))")
            let who = try await Self.browse("\(address)/v1/session", cookie: entered.cookie).json
            #expect(who["user"] as? String == "uid-\(UserTests.alice)" && who["administrator"] as? Bool == false)
            let asked = try await Self.browse(
                "\(address)/v1/requests", "--json", #"{"command":["id","-u"],"directory":"/","gpus":"0"}"#,
                cookie: entered.cookie)
            #expect(asked.status == 201)
            try await site.untilState(1, "closed")
            #expect(try await site.carrel("logs", "1").output == "\(UserTests.alice)\n")
            for words in [
                ["link", "root"], ["add", "eve"], ["list"], ["disable", "uid-\(UserTests.alice)"], ["sessions", "--all"],
            ] {
                let client = try site.start(["user"] + words, as: UserTests.bob)
                #expect(await client.exitCode() == 1, "\(words)")
                #expect(client.errors.contains("Only administrators"), "\(words): \(client.errors)")
            }
            // Work of the account without a Unix user is refused with words where work runs as each user.
            let invited = try await site.carrel("user", "add", "guest", "--unix-user", "none")
            let guest = try await Self.browse("\(address)/sign-in", "--data", "ticket=\(try Self.ticket(invited.output))")
            let refused = try await Self.browse(
                "\(address)/v1/requests", "--json", #"{"command":["true"],"directory":"/"}"#, cookie: guest.cookie)
            #expect(refused.status == 403 && refused.body.contains("no Unix user"), "\(refused.body)")
        }
    }

    @Test("over a login work begins in its user's own folder there, with nothing of the machine that asks")
    func workOverLogin() async throws {
        try await Site.with(simulate: "a100:1", options: ["--listen", "127.0.0.1:0"]) { site async throws in
            let address = try Self.address(site)
            let elsewhere = ["XDG_CONFIG_HOME": site.directory + "/home", "VIRTUAL_ENV": "/gone", "MARK": "here"]
            try await site.carrel("user", "add", "alice.ng", "--unix-user", "61055")
            let link = try await site.carrel("user", "link", "alice.ng").output.trimmingCharacters(
                in: .whitespacesAndNewlines)
            #expect(try await site.carrel("login", link, environment: elsewhere).code == 0)
            let ran = try await site.carrel(
                "run", "--gpus", "0", "--server", address, "--", "sh", "-c", "pwd; echo $HOME; echo $MARK,$VIRTUAL_ENV",
                environment: elsewhere)
            let lines = ran.output.split(separator: "\n")
            try #require(ran.code == 0 && lines.count == 3, "\(ran.output) \(ran.errors)")
            #expect(lines[0].hasSuffix("/people/alice.ng") && lines[2] == "here,")
            if geteuid() == 0 { #expect(lines[1] == lines[0]) }
            let root = try await site.carrel(
                "run", "--gpus", "0", "--server", address, "--folder", "/usr", "--", "pwd", environment: elsewhere)
            #expect(root.output == "/usr\n", "\(root.errors)")
        }
    }

    @Test(
        "carrel login keeps a token that only its user can read, for every verb; logout ends it; all of it is written down")
    func login() async throws {
        try await Site.with(simulate: "a100:1", options: ["--listen", "127.0.0.1:0"]) { site async throws in
            let address = try Self.address(site), home = site.directory + "/home"
            let elsewhere = ["XDG_CONFIG_HOME": home]
            let before = try await site.carrel("gpus", "--server", address, environment: elsewhere)
            #expect(before.code == 77 && before.errors.contains("carrel login \(address)"), "\(before.errors)")
            try await site.carrel("user", "add", "alice.ng", "--unix-user", "61055")
            let link = try await site.carrel("user", "link", "alice.ng").output.trimmingCharacters(
                in: .whitespacesAndNewlines)
            let login = try await site.carrel("login", link, environment: elsewhere)
            #expect(login.code == 0 && login.errors.contains("as alice.ng"), "\(login.errors)")
            #expect(try await site.carrel("login", link, environment: elsewhere).code == 1)
            let file = home + "/carrel/logins.json"
            let rights = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(rights == 0o600)
            let there = try await site.carrel("gpus", "--server", address, environment: elsewhere)
            #expect(there.code == 0 && there.output.contains("A100"), "\(there.errors)")
            let denied = try await site.carrel("user", "list", "--server", address, environment: elsewhere)
            #expect(denied.code == 1 && denied.errors.contains("Only administrators"))
            let link2 = try await site.carrel("user", "link", "--server", address, environment: elsewhere)
            #expect(link2.code == 1 && link2.errors.contains("a token that could do so"), "\(link2.errors)")
            chmod(file, 0o644)
            let open = try await site.carrel("gpus", "--server", address, environment: elsewhere)
            #expect(open.code == 78 && open.errors.contains("others can read it"))
            chmod(file, 0o600)
            #expect(try await site.carrel("logout", environment: elsewhere).errors.contains("opens nothing any more"))
            #expect(try await site.carrel("gpus", "--server", address, environment: elsewhere).code == 77)
            let nobody = try await site.carrel("login", "http://127.0.0.1:1", environment: elsewhere, input: "alice.ng\nx\n")
            #expect(nobody.code == 69 && nobody.errors.contains("Nothing answers at http://127.0.0.1:1"), "\(nobody.errors)")
            #expect(!nobody.errors.contains("signing in"), "asked before it looked: \(nobody.errors)")
            let wrong = try await site.carrel(
                "login", address, environment: elsewhere, input: "alice.ng\nnot the password\n")
            #expect(wrong.code == 1 && wrong.errors.contains("don't sign in"), "\(wrong.errors)")
            let entries = try await site.json("audit")["entries"] as? [[String: Any]] ?? []
            let acts = entries.compactMap { $0["act"] as? String }
            for act in ["account.create", "ticket.create", "token.login", "token.revoke"] {
                #expect(acts.contains(act), "\(acts)")
            }
            let tries = entries.filter { $0["act"] as? String == "token.login" }
            #expect(tries.contains { $0["status"] as? Int == 403 && $0["address"] as? String == "127.0.0.1" })
            let text = String(decoding: try JSONSerialization.data(withJSONObject: entries), as: UTF8.self)
            #expect(!text.contains("ticket_") && !text.contains("not the password"))
        }
    }

    @Test("a web server that is no Carrel server gets neither a name nor a password")
    func otherServer() async throws {
        let folder = "/var/tmp/carrel-pages-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder + "/v1", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data("<!doctype html><p>200".utf8).write(to: URL(fileURLWithPath: folder + "/v1/session"))
        let server = try ChildProcess(
            ["python3", "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", folder])
        var address: String?
        for _ in 0..<1_000 where address == nil {
            address = server.output.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/).map { String($0.output) }
            if address == nil { try await Task.sleep(for: .milliseconds(10)) }
        }
        let login = try ChildProcess(
            [CarrelBinary.path, "login", try #require(address)],
            environment: ["XDG_CONFIG_HOME": folder], input: Array("alice.ng\nnot the password\n".utf8))
        #expect(await login.exitCode() == 76)
        #expect(login.errors.contains("is no Carrel server") && !login.errors.contains("signing in"), "\(login.errors)")
        #expect(server.errors.contains("GET /v1/session") && !server.errors.contains("POST"), "\(server.errors)")
    }

    @Test(
        "over loopback a cookie opens nothing for another user of the machine",
        .enabled(if: geteuid() == 0, "acts as other users"))
    func stolen() async throws {
        try await Site.with(simulate: "a100:1", options: ["--listen", "127.0.0.1:0"]) { site async throws in
            let address = try Self.address(site)
            let link = try await site.carrel("user", "link", as: UserTests.alice).output
            func curl(_ words: [String], as user: UInt32) async throws -> String {
                let process = try ChildProcess(
                    ["setpriv", "--reuid", "\(user)", "--regid", "\(user)", "--clear-groups", "--", "curl", "-s", "-i"]
                        + words)
                _ = await process.exitCode()
                return process.output
            }
            let form = ["-H", "Origin: \(address)", "--data", "ticket=\(try Self.ticket(link))", "\(address)/sign-in"]
            let entered = try await curl(form, as: UserTests.alice)
            let cookie = String(try #require(entered.firstMatch(of: /(?i)set-cookie: ([^;\r]*)/)).output.1)
            let ask = ["-H", "Cookie: \(cookie)", "\(address)/v1/session"]
            #expect(try await curl(ask, as: UserTests.alice).hasPrefix("HTTP/1.1 200"))
            #expect(try await curl(ask, as: UserTests.bob).hasPrefix("HTTP/1.1 401"))
            #expect(try await curl(ask, as: UserTests.alice).hasPrefix("HTTP/1.1 200"))
        }
    }
}
