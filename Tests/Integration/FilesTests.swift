import Foundation
import Glibc
import Testing

/// Other users can be acted only by root.
private let actsAsRoot = geteuid() == 0

/// Files of people whose Unix users the machine has no home for, sent and fetched by the real program.
@Suite("People's files", .enabled(if: actsAsRoot, "acting as other users needs root"))
struct FilesTests {
    private static let alice: UInt32 = 61_001
    private static let bob: UInt32 = 61_002
    private static let carol: UInt32 = 61_003

    @Test("what somebody sends is theirs: their work finds it, it comes back as it was, and stays between leases")
    func roundTrip() async throws {
        try await Site.with { site async throws in
            let local = try Local()
            let bytes = try local.file("data.bin", of: 3_000_000)
            for command in [
                ["mkdir", "my/data"], ["mkdir", "-p", "my/data/a b/c"], ["rm", "-r", "my/data/a b"],
                ["put", local.path("data.bin"), "my/data/"],
            ] {
                let done = try await site.files(command, as: Self.alice)
                #expect(done.code == 0, "\(done.errors)")
            }
            let some = try await site.files(["put", local.path("data.bin"), local.path("none"), "my/data/"], as: Self.alice)
            #expect(some.code == 66 && some.output.isEmpty && some.errors.contains("Nothing was sent"), "\(some.errors)")
            let again = try await site.files(["put", local.path("data.bin"), "my/data/data.bin"], as: Self.alice)
            #expect(again.code == 1 && again.errors.contains("there already"), "\(again.errors)")
            let folder = try await site.folder(as: Self.alice)
            let sum = try await site.carrel("run", "--", "sha256sum", folder + "/data/data.bin", as: Self.alice)
            #expect(sum.code == 0, "\(sum.errors)")
            let written = try await site.carrel(
                "run", "--", "sh", "-c", "cd \(folder) && echo made by work > result && chmod 600 result", as: Self.alice)
            #expect(written.code == 0, "\(written.errors)")
            let got = try await site.files(["get", "my/result", "-o", "-"], as: Self.alice)
            #expect(got.output == "made by work\n", "\(got.errors)")
            let back = try await site.files(["get", "my/data/data.bin", "-o", local.open + "/back"], as: Self.alice)
            #expect(back.code == 0, "\(back.errors)")
            #expect(FileManager.default.contents(atPath: local.open + "/back") == bytes)
            let use = try await site.files(["use", "--json"], as: Self.alice)
            #expect(use.output.contains("\"files\" : 2"), "\(use.output)")
            let full = try await site.files(["rm", "my/data"], as: Self.alice)
            #expect(full.code == 1 && full.errors.contains("not empty"), "\(full.errors)")
            #expect(try await site.files(["rm", "-r", "my/data"], as: Self.alice).code == 0)
            let list = try await site.files(["list"], as: Self.alice)
            #expect(list.output.contains("result") && !list.output.contains("data"), "\(list.output)")
        }
    }

    @Test("nobody else reaches somebody's files: neither by the program nor from their work")
    func strangers() async throws {
        try await Site.with { site async throws in
            #expect(try await site.files(["put", "-", "my/secret"], as: Self.alice, input: "alice's\n").code == 0)
            let folder = try await site.folder(as: Self.alice)
            let stranger = try await site.files(["get", "my/secret", "-o", "-"], as: Self.bob)
            #expect(stranger.code == 1 && stranger.output.isEmpty && stranger.errors.contains("no my/secret"))
            for command in [["cat", folder + "/secret"], ["ls", folder], ["ls", site.directory + "/people"]] {
                let work = try await site.carrel(words: ["run", "--"] + command, as: Self.bob)
                #expect(work.code != 0 || !work.output.contains("uid-\(Self.alice)"), "\(command): \(work.output)")
                #expect(!work.output.contains("alice's"))
            }
            // By another one's link in a folder of one's own.
            let own = try await site.folder(as: Self.bob)
            _ = try await site.carrel("run", "--", "ln", "-s", folder, own + "/way", as: Self.bob)
            let through = try await site.files(["get", "my/way/secret", "-o", "-"], as: Self.bob)
            #expect(through.code == 1 && through.output.isEmpty, "\(through.output)\(through.errors)")
            // Root's own work belongs to nobody, and has no files.
            let root = try await site.files(["list"], as: 0)
            #expect(root.code == 1 && root.errors.contains("belongs to nobody"), "\(root.errors)")
        }
    }

    @Test("members of a team read and write each other's files in its folder; others don't know of it")
    func teams() async throws {
        try await Site.with { site async throws in
            let made = try await site.carrel(
                "team", "set", "vision", "--add", "uid-\(Self.alice)", "--add", "uid-\(Self.bob)")
            #expect(made.code == 0, "\(made.errors)")
            #expect(try await site.files(["put", "-", "teams/vision/plan"], as: Self.alice, input: "one\n").code == 0)
            let local = try Local()
            _ = try local.file("notes", of: 10)
            // A whole place is a folder with or without its slash; another folder is said to be one.
            let whole = try await site.files(["put", local.path("notes"), "teams/vision"], as: Self.alice)
            #expect(whole.code == 0 && whole.output.contains("teams/vision/notes"), "\(whole.output)\(whole.errors)")
            #expect(try await site.files(["mkdir", "teams/vision/old"], as: Self.alice).code == 0)
            for more in [[], ["--replace"]] {
                let folder = try await site.files(
                    ["put", local.path("notes"), "teams/vision/old"] + more, as: Self.alice)
                #expect(folder.code == 1 && folder.errors.contains("teams/vision/old/"), "\(folder.errors)")
            }
            let moved = try await site.files(["mv", "teams/vision/notes", "teams/vision/old/"], as: Self.bob)
            #expect(moved.code == 0 && moved.output.contains("teams/vision/old/notes"), "\(moved.errors)")
            let across = try await site.files(["mv", "teams/vision/old/notes", "my/"], as: Self.bob)
            #expect(across.code == 1 && across.errors.contains("two places"), "\(across.errors)")
            let read = try await site.files(["get", "teams/vision/plan", "-o", "-"], as: Self.bob)
            #expect(read.output == "one\n", "\(read.errors)")
            // Whatever the work masks, the others may write on.
            let script =
                "umask 077; mkdir $CARREL_TEAM_FOLDER/runs && echo two > $CARREL_TEAM_FOLDER/runs/log && echo >> $CARREL_TEAM_FOLDER/plan"
            let work = try await site.carrel("run", "--", "sh", "-c", script, as: Self.bob)
            #expect(work.code == 0, "\(work.errors)")
            let append = try await site.carrel(
                "run", "--", "sh", "-c", "echo three >> $CARREL_TEAM_FOLDER/runs/log; cat $CARREL_TEAM_FOLDER/runs/log",
                as: Self.alice)
            #expect(append.output == "two\nthree\n", "\(append.errors)")
            let replaced = try await site.files(
                ["put", "-", "teams/vision/runs/log", "--replace"], as: Self.alice, input: "four\n")
            #expect(replaced.code == 0, "\(replaced.errors)")
            let stranger = try await site.files(["list", "teams/vision"], as: Self.carol)
            #expect(stranger.code == 1 && stranger.errors.contains("in no team vision"), "\(stranger.errors)")
            let outside = try await site.carrel("run", "--", "ls", site.directory + "/teams/vision", as: Self.carol)
            #expect(outside.code != 0 && outside.output.isEmpty)
            let removed = try await site.carrel("team", "remove", "vision")
            #expect(
                removed.errors.contains("Its folder stays") && removed.errors.contains("/teams/vision"), "\(removed.errors)")
            let anew = try await site.carrel("team", "set", "vision", "--add", "uid-\(Self.carol)")
            #expect(anew.code == 0 && anew.errors.contains("was here before"), "\(anew.errors)")
            let inherited = try await site.files(["get", "teams/vision/plan", "-o", "-"], as: Self.carol)
            #expect(inherited.output.hasPrefix("one\n"), "\(inherited.errors)")
        }
    }

    @Test("names that are no text are listed, fetched and removed")
    func names() async throws {
        try await Site.with { site async throws in
            let folder = try await site.folder(as: Self.alice)
            let script = "cd \(folder) && printf odd > \"$(printf 'a\\377 \"b\\n')\" && mkfifo pipe"
            #expect(try await site.carrel("run", "--", "bash", "-c", script, as: Self.alice).code == 0)
            let list = try await site.files(["list", "--json"], as: Self.alice)
            let path = "my/a%FF%20%22b"
            #expect(list.output.contains("\"\(path)\""), "\(list.output)")
            let got = try await site.files(["get", "--escaped", path, "-o", "-"], as: Self.alice)
            #expect(got.output == "odd", "\(got.errors)")
            let pipe = try await site.files(["get", "my/pipe", "-o", "-"], as: Self.alice)
            #expect(pipe.code == 1 && pipe.errors.contains("no ordinary file"), "\(pipe.errors)")
            #expect(try await site.files(["rm", "--escaped", path], as: Self.alice).code == 0)
        }
    }

    @Test("a server that is killed in the middle of a file leaves nothing of it, and the next one goes on")
    func killed() async throws {
        try await Site.with { site async throws in
            let folder = try await site.folder(as: Self.alice)
            let feeder = try ChildProcess(
                [
                    "setpriv", "--reuid", "\(Self.alice)", "--regid", "\(Self.alice)", "--clear-groups", "--", "sh", "-c",
                    "(head -c 2000000 /dev/zero; exec sleep 300) | \(CarrelBinary.path) files put - my/half",
                ], environment: ["CARREL_DATA_DIR": site.directory, "HOME": "/tmp"])
            // What is being written is open in that folder, under no name of anybody's.
            try await eventually("the file is being written") { try Self.writer(beneath: folder) != nil }
            let writer = try #require(try Self.writer(beneath: folder))
            let status = try String(contentsOfFile: "/proc/\(writer)/status", encoding: .utf8)
            let user = "Uid:\t" + Array(repeating: "\(Self.alice)", count: 4).joined(separator: "\t")
            for line in [user, "CapEff:\t0000000000000000", "CapPrm:\t0000000000000000", "NoNewPrivs:\t1"] {
                #expect(status.contains(line), "\(line) in \(status)")
            }
            let variables = FileManager.default.contents(atPath: "/proc/\(writer)/environ") ?? Data()
            #expect(!String(decoding: variables, as: UTF8.self).contains("CARREL"), "its user may see them")
            let server = try site.serverPID
            kill(server, SIGKILL)
            try await eventually("the next server answers") {
                guard let pid = try? site.serverPID, pid != server else { return false }
                return try await site.files(["list"], as: Self.alice).code == 0
            }
            try await eventually("nothing is open any more") { try Self.writer(beneath: folder) == nil }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
            feeder.kill(SIGKILL)
            _ = await feeder.exitCode()
        }
    }

    /// The process that has something beneath a folder open; nil: none has.
    private static func writer(beneath folder: String) throws -> pid_t? {
        for pid in try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap({ pid_t($0) }) {
            let place = "/proc/\(pid)/fd"
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: place) else { continue }
            for name in names {
                let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(place)/\(name)")) ?? ""
                // Without a name: `FOLDER/#NUMBER (deleted)`.
                if target.hasPrefix(folder + "/") { return pid }
            }
        }
        return nil
    }
}

/// Files on the client's side, in a folder that everybody may write.
private final class Local {
    let open = "/var/tmp/carrel-local-\(UUID().uuidString.prefix(8))"

    init() throws {
        try FileManager.default.createDirectory(atPath: open, withIntermediateDirectories: true)
        chmod(open, 0o777)
    }

    deinit { try? FileManager.default.removeItem(atPath: open) }

    func path(_ name: String) -> String { open + "/" + name }

    func file(_ name: String, of size: Int) throws -> Data {
        let data = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try data.write(to: URL(fileURLWithPath: path(name)))
        chmod(path(name), 0o644)
        return data
    }
}

extension Site {
    fileprivate func files(_ words: [String], as user: UInt32, input: String? = nil) async throws -> Outcome {
        try await carrel(words: ["files"] + words, as: user, input: input)
    }

    fileprivate func carrel(words: [String], as user: UInt32, input: String? = nil) async throws -> Outcome {
        let process = try start(words, input: input, as: user)
        let code = await process.exitCode()
        return Outcome(code: code, output: process.output, errors: process.errors)
    }

    /// What somebody's own folder is called on the machine.
    fileprivate func folder(as user: UInt32) async throws -> String {
        let list = try await files(["list", "my", "--json"], as: user)
        let object = try? JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [String: Any]
        return try #require(object?["folder"] as? String, "\(list.output)\(list.errors)")
    }
}
