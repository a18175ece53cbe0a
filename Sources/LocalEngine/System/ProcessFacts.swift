import CLinux
import Glibc

/// What the kernel says about processes.
enum ProcessFacts {
    /// A number for this boot of the machine; every process of another one is gone.
    static func bootID() -> String {
        let text = Files.text("/proc/sys/kernel/random/boot_id") ?? ""
        return String(text.prefix { $0 != "\n" })
    }

    /// When a process was started, in clock ticks since the machine was; with its pid, it names a process for ever.
    static func startTime(of pid: Int32) -> UInt64? { statField(22, of: pid).flatMap { UInt64($0) } }

    /// Every process that can be seen.
    static func all() -> [Int32] { Files.names(in: "/proc").compactMap { Int32($0) } }

    static func line(_ name: String, in text: String) -> [Substring]? {
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line.map { Array($0.split { $0 == "\t" || $0 == " " }.dropFirst()) }
    }

    /// Whether this process may look into every other one, whoever's it is: CAP_SYS_PTRACE.
    static var mayLookIntoAll: Bool {
        guard let text = Files.text("/proc/self/status"), let word = line("CapEff:", in: text)?.first,
            let bits = UInt64(word, radix: 16)
        else { return geteuid() == 0 }
        return bits >> 19 & 1 == 1
    }

    /// The first thread may have ended before the others.
    static func hasLivingThread(_ pid: Int32) -> Bool {
        !isZombie(pid)
            || Files.names(in: "/proc/\(pid)/task").contains { name in
                let text = Files.text("/proc/\(pid)/task/\(name)/stat") ?? ""
                let state = text.split(separator: ")").last?.split(separator: " ").first
                return state != nil && state != "Z" && state != "X"
            }
    }

    static func parent(of pid: Int32) -> Int32? { statField(4, of: pid).flatMap { Int32($0) } }

    static func isZombie(_ pid: Int32) -> Bool { statField(3, of: pid).map { $0 == "Z" || $0 == "X" } ?? false }

    /// The number of the user who started it; nil: there is no such process.
    static func realUser(of pid: Int32) -> UInt32? {
        Files.text("/proc/\(pid)/status").flatMap { line("Uid:", in: $0) }?.first.flatMap { UInt32($0) }
    }

    /// When the machine was started, by its wall clock, in seconds since 1970.
    static func bootTime() -> Int64? {
        let line = Files.text("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line?.split(separator: " ").last.flatMap { Int64($0) }
    }

    /// Field numbers as in proc(5). The second one, the name, may hold spaces and parentheses.
    private static func statField(_ number: Int, of pid: Int32) -> Substring? {
        guard let text = Files.text("/proc/\(pid)/stat"), let name = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: name)...].split(separator: " ")
        return fields.indices.contains(number - 3) ? fields[number - 3] : nil
    }
}
