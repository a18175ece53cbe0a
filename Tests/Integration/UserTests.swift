import Foundation
import Glibc
import Testing

/// Other users can be acted only by root.
private let actsAsRoot = geteuid() == 0

/// Who runs the work, and what it may reach. Users are told apart by number, so that the machine needs no accounts.
@Suite("Users and the sandbox", .enabled(if: actsAsRoot, "acting as other users needs root"))
struct UserTests {
    static let alice: UInt32 = 61_001
    static let bob: UInt32 = 61_002

    @Test("under root each user's work runs as that user, and root's as a user of its own")
    func identities() async throws {
        try await Site.with { site async throws in
            #expect(try await site.carrel("run", "--", "id", "-u", as: Self.alice).output == "\(Self.alice)\n")
            let own = Int(
                try await site.carrel("run", "--", "id", "-u").output.trimmingCharacters(in: .whitespacesAndNewlines))
            #expect((own ?? 0) > 100_000)
            let capabilities = try await site.carrel("run", "--", "grep", "CapEff", "/proc/self/status").output
            #expect(capabilities.contains("0000000000000000"))
        }
    }

    @Test("root's work runs as root only where up was told so, without capabilities and at a lower grade")
    func rootWork() async throws {
        try await Site.with(options: ["--allow-root-work"]) { site async throws in
            let own = try await site.carrel("run", "--", "id", "-u", in: "/usr")
            #expect(own.output == "0\n" && !own.errors.contains("may not be able to write"), "\(own.errors)")
            #expect(site.launcher?.errors.contains("What root asks for") == false)
            #expect(
                try await site.carrel("run", "--", "grep", "CapEff", "/proc/self/status").output.contains("0000000000000000")
            )
            let doctor = try await site.carrel("doctor").output
            #expect(!doctor.contains("grade A"), "\(doctor)")
        }
    }

    @Test(
        "a folder that the work's user can't enter is named, and one that root's work can't write; the server says so at its start"
    )
    func forbiddenFolder() async throws {
        try await Site.with { site async throws in
            #expect(site.launcher?.errors.contains("What root asks for runs as the user 2100000001") ?? false)
            let folder = "/var/tmp/carrel-private-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            chmod(folder, 0o700)
            defer { rmdir(folder) }
            let outcome = try await site.carrel("run", "--", "true", in: folder)
            #expect(outcome.code == 126)
            #expect(
                outcome.errors.contains("can't be entered")
                    && outcome.errors.contains("may not be able to write in \(folder)"))
            chmod(folder, 0o755)
            let readable = try await site.carrel("run", "--", "true", in: folder)
            #expect(
                readable.code == 0 && readable.errors.contains("may not be able to write in \(folder)"), "\(readable.errors)"
            )
            chown(folder, Self.alice, Self.alice)
            #expect(
                try await !site.carrel("run", "--", "true", in: folder, as: Self.alice).errors.contains(
                    "may not be able to write"))
            chmod(folder, 0o1777)
            #expect(try await !site.carrel("run", "--", "true", in: folder).errors.contains("may not be able to write"))
        }
    }

    @Test("nobody but its user or an administrator changes a lease or reads its output")
    func strangers() async throws {
        try await Site.with { site async throws in
            let client = try site.start(["run", "--detach", "--", "sleep", "600"], as: Self.alice)
            #expect(await client.exitCode() == 0)
            for command in [["return", "1"], ["extend", "1", "1h"], ["logs", "1"], ["attach", "1"]] {
                let stranger = try site.start(command, as: Self.bob)
                #expect(await stranger.exitCode() == 1, "\(command)")
                #expect(stranger.errors.contains("belongs to"), "\(command): \(stranger.errors)")
            }
            let policy = try site.start(["policy", "--grace", "1s"], as: Self.bob)
            #expect(await policy.exitCode() == 1)
            #expect(policy.errors.contains("administrators"))
            #expect(try await site.carrel("return", "1").code == 0)
        }
    }

    @Test("work reaches neither the data directory nor the server's socket")
    func masked() async throws {
        try await Site.with { site async throws in
            let list = try await site.carrel("run", "--", "ls", "-A", site.directory, as: Self.alice)
            #expect(list.output.isEmpty, "\(list.output)")
            let inside = try await site.carrel("run", "--", CarrelBinary.path, "gpus", as: Self.alice)
            #expect(inside.code == 69, "\(inside.errors)")
            #expect(inside.errors.contains("inside the work of lease 2") && inside.errors.contains("Ask Carrel outside"))
            #expect(!inside.errors.contains("carrel up"), "\(inside.errors)")
        }
    }

    @Test("an ordinary user starts a server of their own, and work runs as them")
    func ordinaryUser() async throws {
        try await Site.with(user: Self.alice) { site async throws in
            #expect(try await site.carrel("run", "--", "id", "-u").output == "\(Self.alice)\n")
            #expect(try await site.carrel("doctor").output.contains("grade B"))
            let stranger = try await site.carrel("gpus", as: Self.bob)
            #expect(stranger.code == 69)
        }
    }

    @Test("memory that a lease does not have ends the work, and says so")
    func memoryLimit() async throws {
        try await Site.with { site async throws in
            let script = "x = bytearray(700_000_000); print(len(x))"
            let outcome = try await site.carrel("run", "--gpus", "0", "--memory", "128MiB", "--", "python3", "-c", script)
            let limited = try await site.carrel("doctor").output.contains("memory")
            if limited {
                #expect(outcome.code == 137, "\(outcome.output)\(outcome.errors)")
            } else {
                print("skipped: this machine has no control group for memory; the grade says so")
            }
        }
    }
}
