import Foundation
import Glibc
import Testing

/// The real server asks the real libpam, by rules of the test's own.
@Suite("Passwords of the machine")
struct PAMTests {
    /// A folder of rules: `carrel-test` asks a script, which knows one password.
    private final class Rules {
        let path = "/var/tmp/carrel-pam-\(UUID().uuidString.prefix(8))"

        init() throws {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            chmod(path, 0o755)
            // It gets the password on its standard input, with a zero byte after it.
            let script = """
                #!/bin/sh
                password=$(tr -d '\\000')
                case "$PAM_USER" in games) exec sleep 300 ;; esac
                [ "$PAM_TYPE" = account ] || [ "$password" = "open sesame \\"1\\"" ]
                """
            try script.write(toFile: path + "/check", atomically: true, encoding: .utf8)
            chmod(path + "/check", 0o755)
            try add(
                "carrel-test",
                "auth required pam_exec.so quiet expose_authtok /bin/sh \(path)/check\naccount required pam_permit.so"
            )
            try add("carrel-locked", "auth required pam_permit.so\naccount required pam_deny.so")
            try add("carrel-broken", "auth required pam_there_is_no_such_module.so\naccount required pam_permit.so")
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        private func add(_ service: String, _ rules: String) throws {
            try (rules + "\n").write(toFile: "\(path)/\(service)", atomically: true, encoding: .utf8)
            chmod("\(path)/\(service)", 0o644)
        }

        func with(_ options: String..., body: (Site, String) async throws -> Void) async throws {
            let site = try Site(simulate: "a100:1")
            do {
                try await site.up(["--listen", "127.0.0.1:0"] + options, environment: ["CARREL_PAM_FOLDER": path])
                try await body(site, try SignInTests.address(site))
            } catch {
                print("standard error of the server:\n\(site.launcher?.errors ?? "")")
                await site.clear()
                throw error
            }
            await site.clear()
        }
    }

    private func enter(_ address: String, _ name: String, _ password: String) async throws -> SignInTests.Answer {
        try await SignInTests.browse(
            "\(address)/sign-in", "--data-urlencode", "name=\(name)", "--data-urlencode", "password=\(password)")
    }

    private let password = "open sesame \"1\""

    @Test("a user of the machine comes in with their own password, as the Unix user of that name; nobody else does")
    func enters() async throws {
        try await Rules().with("--pam", "carrel-test", "--pam-administrators", "daemon") { site, address async throws in
            #expect(try await SignInTests.browse("\(address)/sign-in").body.contains("of this machine"))
            let entered = try await enter(address, "bin", password)
            #expect(entered.status == 303, "\(entered.body)")
            let who = try await SignInTests.browse("\(address)/v1/session", cookie: entered.cookie).json
            #expect(who["user"] as? String == "bin" && who["administrator"] as? Bool == false)
            if geteuid() == 0 {
                let asked = try await SignInTests.browse(
                    "\(address)/v1/requests", "--json", #"{"command":["id","-un"],"directory":"/","gpus":"0"}"#,
                    cookie: entered.cookie)
                #expect(asked.status == 201, "\(asked.body)")
                try await site.untilState(1, "closed")
                #expect(try await site.carrel("logs", "1").output == "bin\n")
            }
            // Whose group it is.
            let daemon = try await enter(address, "daemon", password).cookie
            let administrator = try await SignInTests.browse("\(address)/v1/session", cookie: daemon).json
            #expect(administrator["administrator"] as? Bool == true)

            let unknown = try await enter(address, "there-is-no-such-user", password)
            let wrong = try await enter(address, "bin", "open sesame")
            #expect(unknown.status == 403 && wrong.status == 403 && unknown.body == wrong.body)
            #expect(try await enter(address, "root", password).status == 403)
            #expect(try await enter(address, "bin", "").status == 403)
            for _ in 0..<10 { _ = try await enter(address, "sys", "guess") }
            #expect(try await enter(address, "sys", password).status == 429)
            #expect(try await site.carrel("user", "disable", "bin").code == 0)
            #expect(try await enter(address, "bin", password).status == 403)
            let said = (site.launcher?.errors ?? "") + (site.launcher?.output ?? "")
            #expect(!said.contains("sesame"))
        }
    }

    @Test("a module that hangs holds nobody else up, and is ended")
    func hangs() async throws {
        try await Rules().with("--pam", "carrel-test") { site, address async throws in
            async let stuck = enter(address, "games", password)
            #expect(try await enter(address, "bin", password).status == 303)
            let answer = try await stuck
            #expect(answer.status == 503 && answer.body.contains("does not answer"), "\(answer.status) \(answer.body)")
            #expect(site.launcher?.errors.contains("did not answer within") == true)
            #expect(try await site.carrel("run", "--gpus", "0", "--", "true").code == 0)
        }
    }

    @Test(
        "an account that may not be used stays out; rules that don't work are named in the log; none at all are refused at once"
    )
    func rules() async throws {
        let rules = try Rules()
        try await rules.with("--pam", "carrel-locked") { _, address async throws in
            #expect(try await enter(address, "bin", password).status == 403)
        }
        try await rules.with("--pam", "carrel-broken") { site, address async throws in
            let answer = try await enter(address, "bin", password)
            #expect(answer.status == 403 && answer.cookie == nil, "\(answer.status)")
            #expect(site.launcher?.errors.contains("PAM's code") == true, "\(site.launcher?.errors ?? "")")
        }
        let site = try Site()
        let missing = try await site.carrel("up", "--pam", "no-such-service", environment: ["CARREL_PAM_FOLDER": rules.path])
        #expect(missing.code == 64 && missing.errors.contains("no rules for the PAM service"), "\(missing.errors)")
        let outside = try await site.carrel("up", "--pam", "../shadow")
        #expect(outside.code == 64, "\(outside.errors)")
        try? FileManager.default.removeItem(atPath: site.directory)
    }
}
