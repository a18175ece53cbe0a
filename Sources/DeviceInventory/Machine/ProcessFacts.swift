import FleetModel

/// Who runs a process, and what it is: from `/proc` and `/etc/passwd` only. An account directory might not answer, and
/// who waits for it would look like a driver that hangs.
enum ProcessFacts {
    static func named(_ process: DeviceProcess, root: String) -> DeviceProcess {
        var process = process
        process.command = TextFile.read("\(root)/proc/\(process.pid)/comm").flatMap { $0.isEmpty ? nil : $0.withoutControls }
        process.user = uid(process.pid, root: root).map { name(ofUID: $0, root: root) ?? $0 }
        return process
    }

    /// The real user's number; nil: there is no such process, or it can't be seen.
    private static func uid(_ pid: Int32, root: String) -> String? {
        let lines = (TextFile.read("\(root)/proc/\(pid)/status") ?? "").split(separator: "\n")
        return lines.first { $0.hasPrefix("Uid:") }?.split(whereSeparator: \.isWhitespace).dropFirst().first.map(String.init)
    }

    private static func name(ofUID uid: String, root: String) -> String? {
        for line in (TextFile.read("\(root)/etc/passwd") ?? "").split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            if fields.count > 2, fields[2] == uid { return String(fields[0]) }
        }
        return nil
    }
}
