import Foundation
import Glibc
import Testing

private let actsAsRoot = geteuid() == 0

/// Copies of data sets on the node's own disk, made and used by the real program.
@Suite("Copies of data sets", .enabled(if: actsAsRoot, "acting as other users needs root"))
struct DataCopyTests {
    private static let path = ["PATH": "/usr/bin:/bin"]

    private final class Folder {
        let path = "/var/tmp/carrel-source-\(UUID().uuidString.prefix(8))"

        init(bytes: Int = 7) throws {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            chmod(path, 0o755)
            try write(String(repeating: "x", count: bytes - 1) + "\n", "file")
        }

        func write(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
            chmod("\(path)/\(name)", 0o644)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    /// What the mount is that work sees: of the folder itself, or of its copy.
    private func shown(_ site: Site, _ name: String, as user: UInt32 = UserTests.alice) async throws -> String {
        let command = ["run", "--gpus", "0", "--data", name, "--", "grep", " /dev/data/\(name) ", "/proc/self/mountinfo"]
        let work = try site.start(command, environment: Self.path, as: user)
        #expect(await work.exitCode() == 0, "\(work.errors)")
        return work.output
    }

    private func copies(_ site: Site, _ name: String) -> [String] {
        let folder = "\(site.directory)/copies/\(name)"
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasPrefix("copy-") }
    }

    private func isWhole(_ site: Site, _ name: String) async throws -> Bool? {
        (try await site.json("data", "show", name)["copy"] as? [String: Any])?["whole"] as? Bool
    }

    @Test("work is shown the copy while the folder is as it was, the folder when it is not, and a new copy then")
    func fresh() async throws {
        try await Site.with { site async throws in
            let folder = try Folder()
            #expect(try await site.carrel("data", "add", "lines", folder.path).code == 0)
            #expect(try await isWhole(site, "lines") == nil)
            let thief = try site.start(["data", "cache", "lines"], as: UserTests.bob)
            #expect(await thief.exitCode() == 1 && thief.errors.contains("administrators"), "\(thief.errors)")
            #expect(try await shown(site, "lines").contains(folder.path))
            let made = try await site.carrel("data", "cache", "lines")
            #expect(made.code == 0 && made.output.contains("lines is copied: 1 file, 7 B."), "\(made)")
            #expect(try await isWhole(site, "lines") == true)
            #expect(try await shown(site, "lines").contains("/copies/lines/copy-"))
            let attack = [
                "run", "--gpus", "0", "--data", "lines", "--", "sh", "-c",
                "cat /dev/data/lines/file; echo x > /dev/data/lines/y",
            ]
            let work = try site.start(attack, environment: Self.path, as: UserTests.alice)
            #expect(await work.exitCode() != 0)
            #expect(work.output == "xxxxxx\n" && work.errors.contains("Read-only"), "\(work.errors)")
            // Something came: the first that notices reads the folder itself, the next one has it copied again.
            try folder.write("more\n", "other")
            #expect(try await shown(site, "lines").contains(folder.path))
            #expect(try await isWhole(site, "lines") == false)
            _ = try await shown(site, "lines")
            try await eventually("it is copied again", within: 60) { try await isWhole(site, "lines") == true }
            #expect(try await shown(site, "lines").contains("/copies/lines/copy-"))
            #expect(copies(site, "lines").count == 1)
            let gone = try await site.carrel("data", "cache", "lines", "--remove")
            #expect(gone.code == 0 && gone.output.contains("is deleted"), "\(gone)")
            #expect(try await isWhole(site, "lines") == nil)
            #expect(copies(site, "lines").isEmpty)
            #expect(try await shown(site, "lines").contains(folder.path))
            #expect(try await site.carrel("data", "cache", "lines", "--remove").code == 1)
        }
    }

    @Test("a copy in use stays for who uses it, through a new copy and a killed launcher")
    func inUse() async throws {
        try await Site.with { site async throws in
            let folder = try Folder()
            #expect(try await site.carrel("data", "add", "lines", folder.path).code == 0)
            #expect(try await site.carrel("data", "cache", "lines").code == 0)
            let first = try #require(copies(site, "lines").first)
            let reader = "until [ -e /tmp/stop ] || ! cat /dev/data/lines/file; do sleep 0.1; done"
            let id = try await site.detach("--gpus", "0", "--data", "lines", "--", "sh", "-c", reader)
            try await site.untilState(id, "running")
            await site.killLauncher()
            try await site.up()
            try folder.write("more\n", "other")
            #expect(try await site.carrel("data", "cache", "lines").code == 0)
            #expect(copies(site, "lines").count == 2 && copies(site, "lines").contains(first))
            #expect(try await site.state(id) == "running")
            let early = try await site.carrel("data", "cache", "lines", "--remove")
            #expect(early.code == 0 && early.output.contains("still reads"), "\(early)")
            #expect(copies(site, "lines") == [first])
            #expect(try await site.state(id) == "running")
            _ = try await site.carrel("return", "\(id)")
            try await site.untilState(id, "closed")
            #expect(try await site.carrel("data", "remove", "lines").code == 0)
            try await eventually("the copy went with its set", within: 60) { copies(site, "lines").isEmpty }
        }
    }

    @Test("copies share the room that they may take: the one that was not used for longest goes")
    func room() async throws {
        try await Site.with(options: ["--data-cache", "25kB"]) { site async throws in
            let folders = try ["one", "two", "three"].map { ($0, try Folder(bytes: 10_000)) }
            for (name, folder) in folders { #expect(try await site.carrel("data", "add", name, folder.path).code == 0) }
            for name in ["one", "two"] { #expect(try await site.carrel("data", "cache", name).code == 0) }
            #expect(try await shown(site, "one").contains("/copies/"))
            let third = try await site.carrel("data", "cache", "three")
            #expect(third.code == 0, "\(third)")
            #expect(try await isWhole(site, "one") == true)
            #expect(try await isWhole(site, "two") == false)
            #expect(copies(site, "two").isEmpty)
            let large = try Folder(bytes: 30_000)
            #expect(try await site.carrel("data", "add", "large", large.path).code == 0)
            let refused = try await site.carrel("data", "cache", "large")
            #expect(refused.code == 1 && refused.errors.contains("its copy may take"), "\(refused.errors)")
            // None went for nothing.
            for name in ["one", "three"] { #expect(try await isWhole(site, name) == true) }
            #expect(try await shown(site, "large").contains(large.path))
        }
    }

    @Test("copying that is killed leaves the folder in use, and nothing behind once it is copied")
    func killed() async throws {
        try await Site.with { site async throws in
            let folder = try Folder()
            for number in 0..<2_000 { try folder.write("x", "\(number)") }
            try folder.write(String(repeating: "y", count: 200_000_000), "large")
            #expect(try await site.carrel("data", "add", "many", folder.path).code == 0)
            let copying = try site.start(["data", "cache", "many", "--detach"])
            #expect(await copying.exitCode() == 0)
            try await eventually("copying has begun") { !copies(site, "many").isEmpty }
            await site.killLauncher()
            try await site.up()
            let id = try #require(Int(copying.output.trimmingCharacters(in: .whitespacesAndNewlines)))
            _ = try await site.carrel("return", "\(id)")
            try await site.untilState(id, "closed")
            if try await isWhole(site, "many") == false {
                #expect(try await shown(site, "many").contains(folder.path))
            }
            // Whoever asked for it has had it copied anew, unless it was whole.
            try await eventually("it is copied", within: 60) { try await isWhole(site, "many") == true }
            #expect(copies(site, "many").count == 1)
        }
    }
}
