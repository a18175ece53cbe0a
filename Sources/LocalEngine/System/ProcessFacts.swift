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

    /// How many pid namespaces, seen from here, a process sits in: 1 is the one that `/proc` shows. Everybody may
    /// read it, also where the namespace itself may not be looked at. Nil: there is no such process.
    static func namespaceDepth(of pid: Int32) -> Int? {
        guard pid > 0, let text = Files.text("/proc/\(pid)/status") else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix("NSpid:") }
        return line.map { $0.split { $0 == "\t" || $0 == " " }.count - 1 }
    }

    /// Field numbers as in proc(5). The second one, the name, may hold spaces and parentheses.
    private static func statField(_ number: Int, of pid: Int32) -> Substring? {
        guard let text = Files.text("/proc/\(pid)/stat"), let name = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: name)...].split(separator: " ")
        return fields.indices.contains(number - 3) ? fields[number - 3] : nil
    }
}
