import Foundation
import Glibc

/// The processes of one run, found by a variable that only its work has in its environment.
enum ProcessTable {
    struct Entry {
        let pid: pid_t
        let parent: pid_t
        let name: String
        /// `CARREL_LEASE_ID` of a process of the work.
        let lease: Int?
    }

    static func entry(_ pid: pid_t, mark: String? = nil) -> Entry? {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let open = status.firstIndex(of: "("), let close = status.lastIndex(of: ")")
        else { return nil }
        let name = String(status[status.index(after: open)..<close])
        let fields = status[status.index(close, offsetBy: 2)...].split(separator: " ")
        guard fields.count > 2, fields[0] != "Z", let parent = pid_t(fields[1]) else { return nil }
        var lease: Int?
        if let mark, let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ") {
            let variables = environment.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            if variables.contains(mark) {
                lease = variables.first { $0.hasPrefix("CARREL_LEASE_ID=") }.flatMap { Int($0.dropFirst(16)) }
            }
        }
        return Entry(pid: pid, parent: parent, name: name, lease: lease)
    }

    /// The work's processes.
    static func work(mark: String) -> [Entry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.compactMap { entry($0, mark: mark) }.filter { $0.lease != nil }
    }

    /// Pid 1 of the sandbox that a process of the work runs in, and bubblewrap's monitor above it.
    static func sandbox(of process: Entry) -> (initial: Entry, monitor: Entry?)? {
        var next: Entry? = process
        while let entry = next {
            if entry.name == "carrel-init" {
                let above = Self.entry(entry.parent)
                return (entry, above.flatMap { $0.name == "bwrap" ? $0 : nil })
            }
            next = entry.parent > 1 ? Self.entry(entry.parent) : nil
        }
        return nil
    }
}
