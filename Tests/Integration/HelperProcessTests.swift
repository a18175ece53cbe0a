import Foundation
import Glibc
import Testing

/// What looks at devices, on the real binary: whose child it is, what it may, and that it outlives nobody.
@Suite("The processes that look at devices", .serialized)
struct HelperProcessTests {
    private static func with(_ body: (Site, ReturnTests.Machine) async throws -> Void) async throws {
        try #require(geteuid() == 0, "device nodes for the tests can be made by root only: run them as root")
        let machine = try await ReturnTests.Machine(), site = try Site(simulate: nil)
        do {
            try await site.up(environment: machine.environment)
            try await body(site, machine)
        } catch {
            print("standard error of the server:\n\(site.launcher?.errors ?? "")")
            await site.clear()
            machine.clear()
            throw error
        }
        await site.clear()
        machine.clear()
    }

    private static func field(_ name: String, of pid: Int32) -> [String] {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") } ?? ""
        return line.split { $0 == "\t" || $0 == " " }.dropFirst().map(String.init)
    }

    /// The watch process of this site's launcher; nil: there is none now.
    private static func watch(of launcher: Int32) -> Int32? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.first { pid in
            let words = (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)) ?? ""
            return words.split(separator: "\0").dropFirst().first == "__watch" && field("PPid", of: pid) == ["\(launcher)"]
        }
    }

    private static func isGone(_ pid: Int32) -> Bool {
        let state = field("State", of: pid).first
        return state == nil || state == "Z"
    }

    @Test("the launcher starts the watch: as root, with the kernel's log and nothing else")
    func rights() async throws {
        try await Self.with { site, machine in
            let launcher = try #require(site.launcher).pid
            try await eventually("the watch is there") { Self.watch(of: launcher) != nil }
            let watch = try #require(Self.watch(of: launcher))
            #expect(Self.field("Uid", of: watch) == ["0", "0", "0", "0"])
            for set in ["CapPrm", "CapEff", "CapBnd"] {
                #expect(Self.field(set, of: watch) == ["0000000400000000"], "\(set)")
            }
            #expect(Self.field("NoNewPrivs", of: watch) == ["1"])
            #expect(Self.field("Uid", of: try site.serverPID).first != "0")
        }
    }

    @Test("a killed server and a killed launcher leave no watch, and the next server has one of its own")
    func kills() async throws {
        try await Self.with { site, machine in
            let launcher = try #require(site.launcher).pid
            try await eventually("the watch is there") { Self.watch(of: launcher) != nil }
            let first = try #require(Self.watch(of: launcher))
            kill(try site.serverPID, SIGKILL)
            try await eventually("the watch goes with the server") { Self.isGone(first) }
            try await eventually("the next server has one") { Self.watch(of: launcher).map { $0 != first } ?? false }
            let second = try #require(Self.watch(of: launcher))
            await site.killLauncher()
            try await eventually("the watch goes with the launcher") { Self.isGone(second) }
        }
    }

    @Test("a driver that gives a GPU another minor number is believed")
    func minors() async throws {
        try await Self.with { site, machine in
            func minors() async throws -> [Int] {
                let devices = try await site.json("gpus")["devices"] as? [[String: Any]] ?? []
                return devices.sorted { "\($0["uuid"] ?? "")" < "\($1["uuid"] ?? "")" }.compactMap { $0["minor"] as? Int }
            }
            #expect(try await minors() == [0, 1])
            try machine.set("gpu 0 minor", "1")
            try machine.set("gpu 1 minor", "0")
            try await eventually("both are known by their new numbers", within: 90) { try await minors() == [1, 0] }
            let seen = try await site.carrel("run", "--gpus", "1", "--", "sh", "-c", "ls /dev | grep -c '^nvidia[0-9]'")
            #expect(seen.code == 0 && seen.output == "1\n", "\(seen)")
        }
    }
}
