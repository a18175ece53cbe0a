import FleetModel
import Foundation
import Glibc

/// What a lookout found about a process that has a device's node open. Asked in a child: accounts may be somewhere that does
/// not answer, and a process may hold the lock of its own memory for ever.
struct HolderFacts: Hashable, Codable {
    let pid: Int32
    /// It has ended meanwhile: it holds nothing any more.
    var isGone = false
    var user: String?
    var uid: UInt32?
    var command: String?
    /// The file that it runs, without links.
    var program: String?
    /// That file belongs to root, and nobody else may write it or the folder that it lies in.
    var isSystemProgram = false
    /// By the wall clock, in milliseconds since 1970.
    var startedAt: Int64?

    init(pid: Int32) { self.pid = pid }

    static func gather(_ pid: Int32) -> HolderFacts {
        var facts = HolderFacts(pid: pid)
        guard let start = ProcessFacts.startTime(of: pid), ProcessFacts.hasLivingThread(pid) else {
            facts.isGone = true
            return facts
        }
        if let booted = ProcessFacts.bootTime(), case let ticks = sysconf(Int32(_SC_CLK_TCK)), ticks > 0 {
            facts.startedAt = (booted * 1_000) + Int64(start) * 1_000 / Int64(ticks)
        }
        facts.command = Files.text("/proc/\(pid)/comm").map { String($0.prefix { $0 != "\n" }).withoutControls }
        if let uid = ProcessFacts.realUser(of: pid) {
            facts.uid = uid
            facts.user = (UnixAccount.numbered(uid)?.name ?? "\(uid)").withoutControls
        }
        facts.program = Files.linkTarget("/proc/\(pid)/exe")
        // Through the link of the kernel's, which leads to the file itself whatever lies at its path now.
        if let info = Files.status("/proc/\(pid)/exe"), let path = facts.program,
            let folder = Files.status(path.parentFolder)
        {
            facts.isSystemProgram = isRoots(info) && isRoots(folder) && isSameFile(info, path)
        }
        return facts
    }

    private static func isRoots(_ info: stat) -> Bool { info.st_uid == 0 && info.st_mode & 0o022 == 0 }

    /// A process in another view of the file system may have a file of its own at that path.
    private static func isSameFile(_ info: stat, _ path: String) -> Bool {
        guard let there = Files.status(path) else { return false }
        return there.st_dev == info.st_dev && there.st_ino == info.st_ino
    }

    /// `4711 (python3 of alice, since 2027-03-01 14:02:11 UTC)`.
    var words: String {
        let who = [command, user.map { "of \($0)" }].compactMap(\.self).joined(separator: " ")
        let about = [who, startedAt.map { "since \(Self.utc($0))" } ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
        return about.isEmpty ? "process \(pid)" : "process \(pid) (\(about))"
    }

    private static func utc(_ milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1_000), parts = tm(), buffer = [CChar](repeating: 0, count: 64)
        gmtime_r(&seconds, &parts)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%d %H:%M:%S UTC", &parts)
        return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
