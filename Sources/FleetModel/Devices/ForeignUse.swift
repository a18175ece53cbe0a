/// Processes on a device that no lease accounts for.
package struct ForeignUse: Hashable, Codable, Sendable {
    /// In order of their numbers.
    package let processes: [DeviceProcess]
    /// When they were seen first, these or others without a break.
    package let since: Timestamp
    /// No lease begins on the device while they are there.
    package var isWithheld: Bool

    /// Of more only so many are named.
    package static let mostNamed = 16

    package init(_ processes: [DeviceProcess], since: Timestamp, isWithheld: Bool) {
        self.processes = processes
        self.since = since
        self.isWithheld = isWithheld
    }

    /// As they are written down: in order, each once, not too many, and without what changes from look to look.
    package static func named(_ processes: [DeviceProcess]) -> [DeviceProcess] {
        var named: [DeviceProcess] = []
        for process in processes.sorted(by: { $0.pid < $1.pid }) where named.last?.pid != process.pid {
            named.append(DeviceProcess(pid: process.pid, user: process.user, command: process.command))
        }
        return Array(named.prefix(mostNamed))
    }

    /// Who they are.
    package var words: String { processes.words }
}

extension [DeviceProcess] {
    /// `python3 of bob (process 4711)`, one after the other.
    package var words: String {
        map { process in
            let who = [process.command, process.user.map { "of \($0)" }].compactMap(\.self).joined(separator: " ")
            return who.isEmpty ? "process \(process.pid)" : "\(who) (process \(process.pid))"
        }.joined(separator: ", ")
    }
}
