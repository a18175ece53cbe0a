import Foundation
import Glibc
import Testing

/// The real server under TLS, with certificates that openssl makes; curl stands for the browser.
@Suite("TLS")
struct TLSTests {
    /// A folder with certificates.
    private final class Folder {
        let path = "/var/tmp/carrel-tls-\(UUID().uuidString.prefix(8))"

        init() throws {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            chmod(path, 0o755)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        /// Makes NAME.pem and NAME.key for 127.0.0.1.
        func make(_ name: String) async throws {
            let process = try ChildProcess([
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                "30",
                "-keyout", "\(path)/\(name).key", "-out", "\(path)/\(name).pem", "-subj", "/CN=\(name)", "-addext",
                "subjectAltName=IP:127.0.0.1,DNS:localhost",
            ])
            try #require(await process.exitCode() == 0, "\(process.errors); apt-get install openssl")
            // The server's own user reads it; this machine's other users are not those of a test.
            chmod("\(path)/\(name).key", 0o644)
        }

        /// Puts files in the place of those that the server reads, as renewal does.
        func use(certificate: String, key: String) throws {
            for (from, to) in [(certificate + ".pem", "now.pem"), (key + ".key", "now.key")] {
                let data = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(from)"))
                try data.write(to: URL(fileURLWithPath: "\(path)/\(to)"), options: .atomic)
                chmod("\(path)/\(to)", 0o644)
            }
        }

        var options: [String] {
            ["--listen", "127.0.0.1:0", "--tls-certificate", "\(path)/now.pem", "--tls-key", "\(path)/now.key"]
        }
    }

    private static func address(_ site: Site) throws -> String {
        let output = site.launcher?.output ?? ""
        return String(try #require(output.firstMatch(of: /https:\/\/127\.0\.0\.1:\d+/)).output)
    }

    /// curl's exit code and what it printed; it believes one authority alone.
    private static func curl(_ url: String, believing file: String, _ options: String...) async throws -> (Int32?, String) {
        let process = try ChildProcess(
            ["curl", "-s", "-i", "--http1.1", "--max-time", "30", "--cacert", file] + options + [url])
        let code = await process.exitCode()
        return (code, process.output)
    }

    @Test("signs in with a cookie for this host and TLS alone; the command line believes the authority that it is told")
    func signIn() async throws {
        let folder = try Folder()
        try await folder.make("first")
        try folder.use(certificate: "first", key: "first")
        try await Site.with(simulate: "a100:1", options: folder.options) { site async throws in
            let address = try Self.address(site), authority = "\(folder.path)/first.pem"
            let ticket = try SignInTests.ticket(site.launcher?.output ?? "")
            let (_, entered) = try await Self.curl(
                "\(address)/sign-in", believing: authority, "-H", "Origin: \(address)", "--data", "ticket=\(ticket)")
            #expect(entered.contains("303") && entered.contains("; Secure"))
            let cookie = try #require(entered.firstMatch(of: /(?i)set-cookie: (__Host-carrel_session_\d+=[^;\r]*)/))
            let (_, who) = try await Self.curl(
                "\(address)/v1/session", believing: authority, "-H", "Cookie: \(cookie.output.1)")
            #expect(who.contains(#""door":"session""#))
            let (plain, _) = try await Self.curl(
                address.replacingOccurrences(of: "https", with: "http") + "/health", believing: authority)
            #expect(plain != 0)
            let (old, _) = try await Self.curl("\(address)/health", believing: authority, "--tls-max", "1.1")
            #expect(old != 0)

            let token = try await site.json("token", "create", "t")["token"] as? String ?? ""
            let home = ["XDG_CONFIG_HOME": folder.path + "/config", "CARREL_DATA_DIR": ""]
            let refused = try await site.carrel("login", "--token", address, environment: home, input: token + "\n")
            #expect(refused.code == 69 && refused.errors.contains("CARREL_CA_FILE"), "\(refused.errors)")
            let accepted = try await site.carrel(
                "login", "--token", address, environment: home.merging(["CARREL_CA_FILE": authority]) { $1 },
                input: token + "\n")
            #expect(accepted.code == 0, "\(accepted.errors)")
        }
    }

    @Test("a renewed certificate is taken up without a break; one that can't be used changes nothing and is named")
    func renewal() async throws {
        let folder = try Folder()
        for name in ["first", "second"] { try await folder.make(name) }
        try folder.use(certificate: "first", key: "first")
        try await Site.with(simulate: "a100:1", options: folder.options) { site async throws in
            let address = try Self.address(site)
            let token = try await site.json("token", "create", "t")["token"] as? String ?? ""
            // A stream that began before and goes on through all of it.
            let stream = try ChildProcess([
                "curl", "-sN", "--max-time", "120", "--cacert", "\(folder.path)/first.pem", "-H",
                "Authorization: Bearer \(token)", "\(address)/v1/events",
            ])
            try folder.use(certificate: "second", key: "first")
            kill(try site.serverPID, SIGHUP)
            try await eventually("the fault is named") { site.launcher?.errors.contains("the one before stays") == true }
            #expect(try await Self.curl("\(address)/health", believing: "\(folder.path)/first.pem").0 == 0)

            // Without a signal.
            try folder.use(certificate: "second", key: "second")
            try await eventually("the new one is in use") {
                try await Self.curl("\(address)/health", believing: "\(folder.path)/second.pem").0 == 0
            }
            #expect(try await Self.curl("\(address)/health", believing: "\(folder.path)/first.pem").0 != 0)
            #expect(!stream.isOver)
            let before = stream.output.count
            #expect(try await site.carrel("run", "--gpus", "0", "--", "true").code == 0)
            try await eventually("the stream goes on") { stream.output.count > before }
        }
    }

    @Test("a certificate that can't be used is refused at the start with what to do; half of a pair at once")
    func refusals() async throws {
        let folder = try Folder()
        for name in ["first", "second"] { try await folder.make(name) }
        try folder.use(certificate: "first", key: "second")
        let site = try Site(simulate: "a100:1")
        let process = try site.start(["up", "--data-dir", site.directory, "--simulate", "a100:1"] + folder.options)
        #expect(await process.exitCode() == 78)
        #expect(process.errors.contains("is not that of the first certificate"), "\(process.errors)")
        let half = try await site.carrel("up", "--tls-key", "/x")
        #expect(half.code == 64 && half.errors.contains("belong together"))
        let open = try await site.carrel("up", "--listen", "0.0.0.0:0")
        #expect(open.code == 64 && open.errors.contains("--tls-certificate"))
        try? FileManager.default.removeItem(atPath: site.directory)
    }
}
