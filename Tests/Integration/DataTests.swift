import Foundation
import Glibc
import Testing

private let actsAsRoot = geteuid() == 0

/// Data sets, from the administrator's word to the file that work reads.
@Suite("Data sets", .enabled(if: actsAsRoot, "acting as other users needs root"))
struct DataTests {
    private static let path = ["PATH": "/usr/bin:/bin"]

    /// A folder with a file that everybody may write, as far as its rights go.
    private final class Folder {
        let path = "/var/tmp/carrel-set-\(UUID().uuidString.prefix(8))"

        init() throws {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try Data("a line\n".utf8).write(to: URL(fileURLWithPath: path + "/file"))
            chmod(path, 0o777)
            chmod(path + "/file", 0o666)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    @Test("a set is read and not written, by whom it is for, and the others aren't told of it")
    func audience() async throws {
        try await Site.with { site async throws in
            let folder = try Folder()
            _ = try await site.carrel("team", "set", "vision", "--add", "uid-\(UserTests.alice)")
            let added = try await site.carrel(
                "data", "add", "pictures", folder.path, "--about", "a few lines", "--team", "vision")
            #expect(added.code == 0 && added.output.contains("for vision"), "\(added)")
            let read = ["run", "--gpus", "0", "--data", "pictures", "--", "sh", "-c"]
            let script = "cat $CARREL_DATA/pictures/file; echo more >> /dev/data/pictures/file"
            let work = try site.start(read + [script], environment: Self.path, as: UserTests.alice)
            #expect(await work.exitCode() != 0)
            #expect(work.output == "a line\n" && work.errors.contains("Read-only file system"), "\(work.errors)")
            #expect(try String(contentsOfFile: folder.path + "/file", encoding: .utf8) == "a line\n")
            let shown = try site.start(["show", "1"], as: UserTests.alice)
            #expect(await shown.exitCode() == 0 && shown.output.contains("pictures"))
            // What somebody reads is for them to tell.
            let other = try site.start(["show", "1"], as: UserTests.bob)
            #expect(await other.exitCode() == 0 && !other.output.contains("pictures"))
            let stranger = try site.start(read + ["true"], environment: Self.path, as: UserTests.bob)
            #expect(await stranger.exitCode() == 64)
            #expect(stranger.errors.contains("no data set “pictures” for you"), "\(stranger.errors)")
            let list = try site.start(["data"], as: UserTests.bob)
            #expect(await list.exitCode() == 0 && !list.output.contains("pictures"))
            let mistyped = try site.start(
                ["run", "--gpus", "0", "--data", "picturs", "--", "true"], environment: Self.path, as: UserTests.alice)
            #expect(await mistyped.exitCode() == 64 && mistyped.errors.contains("Did you mean “pictures”?"))
            for command in [["data", "add", "mine", folder.path], ["data", "remove", "pictures"]] {
                let thief = try site.start(command, as: UserTests.bob)
                #expect(await thief.exitCode() == 1 && thief.errors.contains("administrators"), "\(thief.errors)")
            }
            let one = try await site.json("data", "show", "pictures")
            #expect(one["files"] as? Int == 1 && one["sizeBytes"] as? Int == 7 && one["usedBy"] as? Int == 0)
        }
    }

    @Test("what was removed, or is not for somebody any more, ends what waits for it with a reason; what runs goes on")
    func removed() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            let folder = try Folder(), name = "lines"
            #expect(try await site.carrel("data", "add", name, folder.path).code == 0)
            let reader = "while ! cat /dev/data/lines/stop 2>/dev/null; do sleep 0.1; done; cat /dev/data/lines/file"
            let running = try await site.detach("--gpus", "1", "--data", name, "--", "sh", "-c", reader)
            try await site.untilState(running, "running")
            let waiting = try await site.detach("--gpus", "1", "--data", name, "--", "true")
            #expect(try await site.carrel("data", "add", "more", folder.path).code == 0)
            let other = try await site.detach("--gpus", "1", "--data", "more", "--", "true")
            _ = try await site.carrel("team", "set", "vision", "--guarantee", "0")
            #expect(try await site.carrel("data", "set", "more", "--team", "vision").code == 0)
            let held = try await site.carrel("data", "remove", name)
            #expect(held.code == 1 && held.errors.contains("\(running), \(waiting)"), "\(held.errors)")
            #expect(try await site.carrel("data", "remove", name, "--force").code == 0)
            try Data().write(to: URL(fileURLWithPath: folder.path + "/stop"))
            try await site.untilState(running, "closed")
            #expect(try await site.json("show", "\(running)")["exitCode"] as? Int == 0)
            #expect(try await site.carrel("logs", "\(running)").output == "a line\n")
            try await site.untilState(waiting, "closed")
            let end = try await site.json("show", "\(waiting)")
            #expect(end["endedBy"] as? String == "launchFailed")
            #expect((end["words"] as? String)?.contains("lines was removed by an administrator") == true, "\(end)")
            try await site.untilState(other, "closed")
            let refused = try await site.json("show", "\(other)")
            #expect((refused["words"] as? String)?.contains("more is for teams that you are not in") == true, "\(refused)")
            let many = (1...9).flatMap { ["--data", "set\($0)"] }
            let tooMany = try site.start(["run", "--gpus", "0"] + many + ["--", "true"], environment: Self.path)
            #expect(await tooMany.exitCode() == 64 && tooMany.errors.contains("at most 8"), "\(tooMany.errors)")
        }
    }

    @Test("sets are there after a restart, and every act is written down")
    func restart() async throws {
        try await Site.with { site async throws in
            let folder = try Folder()
            #expect(try await site.carrel("data", "add", "lines", folder.path).code == 0)
            await site.killLauncher()
            try await site.up()
            let script = "cat /dev/data/lines/file"
            let work = try await site.carrel("run", "--gpus", "0", "--data", "lines", "--", "sh", "-c", script)
            #expect(work.code == 0 && work.output == "a line\n", "\(work)")
            _ = try await site.carrel("data", "remove", "lines")
            let acts = try await site.json("audit")["entries"] as? [[String: Any]] ?? []
            let names = acts.compactMap { $0["act"] as? String }
            #expect(names.contains("data.add") && names.contains("data.remove"), "\(names)")
        }
    }

    @Test("pages: administrators add and remove by forms, others tick what is theirs")
    func pages() async throws {
        try await Site.with { site async throws in
            let folder = try Folder()
            func post(_ path: String, _ fields: String, as user: UInt32 = 0) async throws -> String {
                let words = [
                    "setpriv", "--reuid", "\(user)", "--regid", "\(user)", "--clear-groups", "--", "curl", "-sS", "-i",
                    "--unix-socket", "\(site.directory)/carrel.sock", "-H", "Accept: text/html", "-H",
                    "Origin: http://localhost", "--data", fields, "http://localhost\(path)",
                ]
                let process = try ChildProcess(words, environment: Self.path, directory: "/")
                _ = await process.exitCode()
                return process.output
            }
            let fields = "name=lines&folder=\(folder.path)&about=a+few&teams="
            #expect(try await post("/data", fields, as: UserTests.alice).contains(" 403 "))
            let bad = try await post("/data", "name=lines&folder=/etc")
            #expect(bad.contains(" 422 ") && bad.contains("lies beneath /etc"), "\(bad)")
            let added = try await post("/data", fields)
            #expect(added.contains(" 303 ") && added.contains("/data?added=lines"), "\(added)")
            let ask = "gpus=0&kind=command&directory=/&command=cat+/dev/data/lines/file&data="
            let unknown = try await post("/get", ask + "other", as: UserTests.alice)
            #expect(unknown.contains(" 422 ") && unknown.contains("value=\"lines\""), "\(unknown)")
            #expect(try await post("/get", ask + "lines&data=lines", as: UserTests.alice).contains(" 303 "))
            try await site.untilState(1, "closed")
            #expect(try await site.carrel("logs", "1").output == "a line\n")
            #expect(try await post("/data/lines/remove", "force=1", as: UserTests.alice).contains(" 403 "))
            #expect(try await post("/data/lines/remove", "").contains(" 303 "))
            #expect((try await site.json("data")["data"] as? [Any])?.isEmpty == true)
        }
    }
}
