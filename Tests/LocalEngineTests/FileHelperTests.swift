import CLinux
import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

/// Who a process is that does things to somebody's files, and who gets to a team's folder.
struct FileHelperTests {
    private static let team = TeamName("vision")

    /// Lines of a helper's, until there are so many.
    private func lines(_ count: Int, of socket: Int32) async throws -> [[String]] {
        _ = fcntl(socket, F_SETFL, O_NONBLOCK)
        var bytes: [UInt8] = []
        return try await eventually("the helper says what it is") { () -> [[String]]? in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let got = read(socket, &buffer, buffer.count)
            if got > 0 { bytes += buffer[..<got] }
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            guard bytes.last == UInt8(ascii: "\n"), lines.count >= count else { return nil }
            return lines.map { $0.split(separator: ";").map(String.init) }
        }
    }

    @Test func itIsNeverItsUsersWhileTheyCouldLookIntoIt() async throws {
        try await withBench(.root) { bench in
            let uid = bench.workUID
            let started = try await bench.engine.openFiles(.own, of: UserName("nobody-in-particular"), uid: uid)
            defer { close(started.socket) }
            let told = try await lines(2, of: started.socket), before = told[0], after = told[1]
            // From exec on it is root, with the rights to change alone: nobody but root looks into it.
            #expect(before.first == "before" && before.contains("Uid:0 0 0 0"), "\(before)")
            #expect(before.contains("Gid:\(uid) \(uid) \(uid) \(uid)") && before.contains("Groups:"), "\(before)")
            for field in ["CapPrm", "CapEff", "CapBnd"] {
                #expect(before.contains("\(field):0000000000000180"), "CAP_SETUID and CAP_SETPCAP: \(before)")
            }
            // Then it is theirs, and closed to them.
            #expect(after.first == "after" && after.contains("Uid:\(uid) \(uid) \(uid) \(uid)"), "\(after)")
            for field in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
                #expect(after.contains("\(field):0000000000000000"), "\(after)")
            }
            #expect(before.contains("NoNewPrivs:1") && after.contains("NoNewPrivs:1"))
            #expect(after.contains("closed true"), "\(after)")
        }
    }

    @Test func itEndsWithTheLauncherAlsoAfterTheChange() async throws {
        try await withBench(.root) { bench in
            let started = try await bench.engine.openFiles(
                .own, of: UserName("nobody-in-particular"), uid: bench.workUID)
            defer { close(started.socket) }
            _ = try await lines(2, of: started.socket)
            let helper = try #require(
                ProcessFacts.all().first {
                    (Files.text("/proc/\($0)/cmdline") ?? "").hasPrefix(
                        "engine-examiner\0helper\0files\0\(started.folder)\0")
                })
            // This process holds the other end of its socket still.
            bench.killLauncher()
            _ = try await eventually("the helper is gone") { Files.text("/proc/\(helper)/stat") == nil ? true : nil }
        }
    }

    @Test func aTeamsFolderIsReachedByItsWorkAloneAndNotByItsGroup() async throws {
        try await withBench(.root) { bench in
            let started = try await bench.engine.openFiles(
                .team(Self.team), of: UserName("nobody-in-particular"), uid: bench.workUID)
            close(started.socket)
            let folder = started.folder, info = try #require(Files.status(folder))
            #expect(Files.status(folder.parentFolder)?.st_mode == S_IFDIR | 0o700)
            #expect(info.st_mode == S_IFDIR | 0o2770 && info.st_gid > 0)
            let script = "pwd; mkdir runs; echo made > runs/file; stat -c %g runs/file"
            let key = try await bench.launch(
                bench.order(["sh", "-c", script], directory: folder, team: Self.team))
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            #expect(try await bench.text(key) == "\(folder)\n\(info.st_gid)\n")
            // Below it, and by a link that everybody may follow.
            let link = "\(bench.folder)/link"
            symlink("\(folder)/runs", link)
            for (lease, path) in [(2, "\(folder)/runs"), (3, link)] as [(Int64, String)] {
                let key = try await bench.launch(
                    bench.order(["sh", "-c", "pwd; cat file"], lease: lease, directory: path, team: Self.team))
                #expect(try await bench.outcome(of: key) == .exited(code: 0))
                #expect(try await bench.text(key) == "\(folder)/runs\nmade\n")
            }
            // Who is in no team, and who would go on above it.
            for (lease, path, team) in [(4, folder, nil), (5, folder + "/..", Self.team)] as [(Int64, String, TeamName?)] {
                let key = try await bench.launch(bench.order(["pwd"], lease: lease, directory: path, team: team))
                let outcome = try await bench.outcome(of: key)
                #expect(outcome == .launchFailed(because: .directoryForbidden(path: path, user: "uid \(bench.workUID)")))
            }
            // With the group alone, as a program has it that somebody kept, there is no way.
            let outside = Process()
            outside.executableURL = URL(filePath: "/usr/bin/setpriv")
            outside.arguments = [
                "--reuid", "\(bench.workUID)", "--regid", "\(info.st_gid)", "--clear-groups", "cat", "\(folder)/runs/file",
            ]
            outside.standardOutput = FileHandle.nullDevice
            outside.standardError = FileHandle.nullDevice
            try outside.run()
            outside.waitUntilExit()
            #expect(outside.terminationStatus != 0)
        }
    }

    @Test(arguments: Bench.User.allCases) func whetherATeamHasAFolderIsTold(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            #expect(try await bench.engine.teamFolder(Self.team) == nil)
            let started = try await bench.engine.openFiles(
                .team(Self.team), of: UserName("nobody-in-particular"), uid: bench.workUID)
            close(started.socket)
            #expect(try await bench.engine.teamFolder(Self.team) == started.folder)
            #expect(try await bench.engine.teamFolder(TeamName("../people")) == nil)
        }
    }
}
