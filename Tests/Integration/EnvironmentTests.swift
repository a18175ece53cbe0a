import Foundation
import Glibc
import Testing

private let actsAsRoot = geteuid() == 0

/// Environments of software, made and used by the real program, from wheels that are made here.
@Suite("Environments", .enabled(if: actsAsRoot, "acting as other users needs root"))
struct EnvironmentTests {
    /// A folder that every user can read, with wheels in it and a home for each of some users.
    private final class Place {
        let folder = "/var/tmp/carrel-wheels-\(UUID().uuidString.prefix(8))"
        var wheels: String { folder + "/wheels" }

        init() throws {
            try FileManager.default.createDirectory(atPath: wheels, withIntermediateDirectories: true)
            let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            for name in ["jupyterlab", "ipykernel", "tiny"] {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
                process.arguments = [tests.appendingPathComponent("Stubs/wheels/make_wheel.py").path, name, wheels]
                try process.run()
                process.waitUntilExit()
                try #require(process.terminationStatus == 0, "python3 is missing: apt-get install python3 python3-venv")
            }
        }

        func home(of user: UInt32) throws -> [String: String] {
            let path = "\(folder)/home-\(user)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            chown(path, user, user)
            chmod(path, 0o700)
            return ["HOME": path, "PATH": "/usr/bin:/bin"]
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }
    }

    private static let hello = "import tiny; print(tiny.word)"

    @Test("an administrator makes a shared one, everybody works in it, nobody changes it, and it goes again")
    func shared() async throws {
        try await Site.with { site async throws in
            let place = try Place(), path = ["PATH": "/usr/bin:/bin"]
            let create = ["env", "create", "lab", "--with", "tiny", "--shared", "--wheelhouse", place.wheels]
            let stranger = try site.start(create, environment: path, as: UserTests.alice)
            #expect(await stranger.exitCode() == 1)
            #expect(stranger.errors.contains("administrators"), "\(stranger.errors)")
            let made = try site.start(create, environment: path)
            #expect(await made.exitCode() == 0, "\(made.output) \(made.errors)")
            #expect(made.output.contains("is ready"))
            let again = try site.start(create, environment: path)
            #expect(await again.exitCode() == 1)
            #expect(again.errors.contains("already"), "\(again.errors)")

            let list = try #require(try await site.json("env", "list")["environments"] as? [[String: Any]])
            let lab = try #require(list.first { $0["name"] as? String == "lab" })
            #expect(lab["shared"] as? Bool == true && (lab["sizeBytes"] as? Int ?? 0) > 100_000)
            #expect(try await site.carrel("env", "show", "lab").output.contains("tiny 1.0"))

            let run = ["run", "--gpus", "0", "--env", "lab", "--"]
            for user in [UserTests.alice, UserTests.bob] {
                let work = try site.start(run + ["python", "-c", Self.hello], environment: path, as: user)
                #expect(await work.exitCode() == 0, "\(work.errors)")
                #expect(work.output == "hello from tiny\n")
            }
            let touch = "touch $VIRTUAL_ENV/x || touch $VIRTUAL_ENV/../x || rm -r $VIRTUAL_ENV/lib"
            let attack = try site.start(run + ["sh", "-c", touch], environment: path, as: UserTests.alice)
            #expect(await attack.exitCode() != 0)
            #expect(try await site.carrel("run", "--gpus", "0", "--env", "lab", "--", "python", "-c", Self.hello).code == 0)

            let thief = try site.start(["env", "remove", "lab", "--shared"], as: UserTests.alice)
            #expect(await thief.exitCode() == 1)
            #expect(try await site.carrel("env", "remove", "lab", "--shared").code == 0)
            let gone = try await site.carrel("run", "--gpus", "0", "--env", "lab", "--", "true")
            #expect(gone.code == 64, "refused before anything was taken: \(gone.errors)")
            #expect(gone.errors.contains("Nothing was asked for") && gone.errors.contains("carrel env list"))
        }
    }

    @Test("a user's own is theirs: made in their home, listed for them, unknown to others")
    func own() async throws {
        try await Site.with { site async throws in
            let place = try Place(), alice = try place.home(of: UserTests.alice), bob = try place.home(of: UserTests.bob)
            let made = try site.start(
                ["env", "create", "mine", "--with", "tiny", "--wheelhouse", place.wheels], environment: alice,
                as: UserTests.alice)
            #expect(await made.exitCode() == 0, "\(made.output) \(made.errors)")
            let list = try site.start(["env"], environment: alice, as: UserTests.alice)
            #expect(await list.exitCode() == 0)
            #expect(list.output.contains("mine") && list.output.contains("yours") && list.output.contains("tiny 1.0"))
            let use = ["run", "--gpus", "0", "--env", "mine", "--", "python", "-c", Self.hello]
            let work = try site.start(use, environment: alice, as: UserTests.alice)
            #expect(await work.exitCode() == 0, "\(work.errors)")
            #expect(work.output == "hello from tiny\n")
            let other = try site.start(use, environment: bob, as: UserTests.bob)
            #expect(await other.exitCode() != 0)
            #expect(other.errors.contains("no environment mine"), "\(other.errors)")
            // Naming its folder does not help: it is looked up as the one who asks.
            let folder = "\(alice["HOME"] ?? "")/.local/share/carrel-environments/mine"
            let byFolder = ["run", "--gpus", "0", "--env", folder, "--", "true"]
            let burglar = try site.start(byFolder, environment: bob, as: UserTests.bob)
            #expect(await burglar.exitCode() != 0)
            let removed = try site.start(["env", "remove", "mine"], environment: alice, as: UserTests.alice)
            #expect(await removed.exitCode() == 0, "\(removed.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder))
        }
    }

    @Test("a page's form asks for one as its sender, and says what it could not take")
    func form() async throws {
        try await Site.with { site async throws in
            func post(_ path: String, _ fields: String, as user: UInt32) async throws -> String {
                let words = [
                    "setpriv", "--reuid", "\(user)", "--regid", "\(user)", "--clear-groups", "--", "curl", "-sS", "-i",
                    "--unix-socket", "\(site.directory)/carrel.sock", "-H", "Accept: text/html", "-H",
                    "Origin: http://localhost", "--data", fields, "http://localhost\(path)",
                ]
                let process = try ChildProcess(words, environment: ["PATH": "/usr/bin:/bin"], directory: "/")
                _ = await process.exitCode()
                return process.output
            }
            let fields = "name=from-page&framework=jax&packages=numpy+scipy&key=abc"
            let asked = try await post("/environments", fields, as: UserTests.alice)
            #expect(asked.contains(" 303 ") && asked.contains(workPage("1")), "\(asked)")
            // Twice is once.
            #expect(try await post("/environments", fields, as: UserTests.alice).contains(workPage("1")))
            _ = try await site.carrel("return", "1")
            let show = try await site.json("show", "1")
            #expect(show["user"] as? String == "uid-\(UserTests.alice)" && show["name"] as? String == "env create from-page")
            let shared = try await post("/environments", fields + "&shared=1", as: UserTests.alice)
            #expect(shared.contains(" 403 ") && shared.contains("from-page"))
            let bad = try await post("/environments", "name=x&packages=--index-url%3Dy", as: UserTests.alice)
            #expect(bad.contains(" 400 ") && bad.contains("is no package"))
            #expect(try await post("/environments/x/remove", "shared=1", as: UserTests.alice).contains(" 403 "))
        }
    }

    @Test("what can't be made says why, and leaves nothing")
    func troubles() async throws {
        try await Site.with { site async throws in
            let place = try Place(), alice = try place.home(of: UserTests.alice)
            func create(_ words: String...) async throws -> (code: Int32?, errors: String) {
                let process = try site.start(["env", "create"] + words, environment: alice, as: UserTests.alice)
                let code = await process.exitCode()
                return (code, process.errors)
            }
            let absent = try await create("a", "--with", "absent", "--wheelhouse", place.wheels)
            #expect(absent.code == 1 && absent.errors.contains("Nothing was kept"), "\(absent.errors)")
            #expect(try await create("../up").code == 64)
            #expect(try await create("a", "--with", "/etc/passwd").errors.contains("is no package"))
            let closed = try await create("a", "--wheelhouse", "/root")
            #expect(closed.code == 1 && closed.errors.contains("can't be read"), "\(closed.errors)")
            // Root's own work has no home that stays.
            let root = try await site.carrel("env", "create", "a", "--wheelhouse", place.wheels)
            #expect(root.code == 1 && root.errors.contains("--shared"), "\(root.errors)")
            #expect(try await site.json("env", "list")["environments"] as? [Any] != nil)
            let own = "\(alice["HOME"] ?? "")/.local/share/carrel-environments"
            #expect((try? FileManager.default.contentsOfDirectory(atPath: own)) ?? [] == [])
        }
    }
}
