import CLinux
import Foundation
import Glibc
import Testing

@testable import LocalEngine

/// The program that has bad habits, compiled for the test, and what it may leave behind on the machine.
struct HostileWork {
    enum Habit: String, CaseIterable, Sendable {
        case daemons, deaf, stopped, many, relay, zombies, shared
        case memoryFiles = "memory-files"
        case files, mounts, threads, cores, traces, watchers, nodes, borrowed
    }

    let folder: String
    var program: String { "\(folder)/hostile_work" }
    /// A device's node: one of the machine's that nobody opens, of tunnels.
    var nodes: String { "\(folder)/nodes" }
    /// A folder that the work may write to.
    var desk: String { "\(folder)/desk" }

    init() throws {
        folder = try Bench.makeFolder(.root)
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Stubs/hostile/hostile_work.c").path
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = ["cc", "-std=gnu11", "-O1", "-pthread", "-o", "\(folder)/hostile_work", source, "-lrt"]
        try compiler.run()
        compiler.waitUntilExit()
        try #require(compiler.terminationStatus == 0, "apt-get install gcc")
        try Files.makeFolder("\(folder)/nodes", mode: 0o755)
        try Files.makeFolder("\(folder)/desk", mode: 0o777)
        chmod("\(folder)/desk", 0o777)
        let open = Glibc.open("\(folder)/nodes", O_RDONLY | O_DIRECTORY)
        defer { close(open) }
        try #require(linux_make_device(open, "nvidia0", false, 10, 200, 0) == 0)
        try #require(linux_make_device(open, "nvidiactl", false, 1, 3, 0) == 0)
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    /// All that is left of the work on the machine, in words.
    func leftovers(of bench: Bench, lease: Int64) -> [String] {
        var found: [String] = []
        for pid in ProcessFacts.all() {
            let words = Files.text("/proc/\(pid)/cmdline") ?? ""
            if words.contains(program), !ProcessFacts.isZombie(pid) { found.append("process \(pid)") }
        }
        let mounts = (Files.text("/proc/self/mountinfo") ?? "") + (Files.text("/proc/1/mountinfo") ?? "")
        if mounts.contains("hostile") || mounts.contains("\(bench.data)/attempts") { found.append("a mount") }
        if Files.exists("\(bench.data)/attempts/\(lease)") { found.append("the attempt's private files") }
        for folder in ["/tmp", "/var/tmp", "/dev/shm", "/run", "/dev/mqueue", desk] {
            found += Files.names(in: folder).filter { $0.hasPrefix("hostile-") || $0 == "hostile" }.map { "\(folder)/\($0)" }
        }
        for kind in ["shm", "sem", "msg"] {
            let lines = (Files.text("/proc/sysvipc/\(kind)") ?? "").split(separator: "\n").dropFirst()
            if lines.contains(where: { $0.split(separator: " ").contains("\(bench.workUID)") }) {
                found.append("System V \(kind)")
            }
        }
        let mark = DataDirectory(path: bench.data).mark
        if let tree = FileManager.default.enumerator(atPath: "/sys/fs/cgroup") {
            for case let path as String in tree where path.hasSuffix("\(mark)/\(lease)-1") {
                found.append("the group \(path)")
            }
        }
        return found
    }
}
