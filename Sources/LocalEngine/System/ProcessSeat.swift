import CLinux
import Glibc

/// Where a process sits: which namespaces say what its numbers mean.
enum ProcessSeat: Hashable {
    /// - Parameters:
    ///   - depth: how many pid namespaces, seen from here, it sits in: 1 is the one that `/proc` shows.
    ///   - sharesUsers: whether its user namespace is this process's own. In another one whoever made it is root, and acts as any
    ///     number that was lent to it.
    case levels(depth: Int, sharesUsers: Bool)
    case gone

    /// Nil: it can't be read now.
    static func of(_ pid: Int32) -> ProcessSeat? {
        guard pid > 0, Files.exists("/proc/\(pid)") else { return .gone }
        return read(Files.text("/proc/\(pid)/status"), pid)
    }

    /// Of the process that a descriptor names, whatever has become of its number.
    static func of(_ process: Descriptor) -> ProcessSeat? {
        guard let text = Files.text("/proc/self/fdinfo/\(process.number)") else { return nil }
        // A process that has been collected is -1, and one that can't be seen from here is 0.
        guard let pid = ProcessFacts.line("Pid:", in: text)?.first.flatMap({ Int32($0) }) else { return nil }
        if pid <= 0 { return .gone }
        let seat = read(text, pid)
        // As long as it had not ended, the number was its own.
        return linux_pidfd_ended(process.number) ? .gone : seat
    }

    /// - Parameter text: a file that has the process's line `NSpid`. Everybody may read it.
    private static func read(_ text: String?, _ pid: Int32) -> ProcessSeat? {
        guard let levels = text.flatMap({ ProcessFacts.line("NSpid:", in: $0) }), let shares = sharesUsers(pid) else {
            return nil
        }
        return .levels(depth: levels.count, sharesUsers: shares)
    }

    private static func sharesUsers(_ pid: Int32) -> Bool? {
        guard let ours = Files.status("/proc/self/ns/user") else {
            // A kernel without user namespaces.
            return Files.ownStatus("/proc/self/ns/user") == nil ? true : nil
        }
        if let theirs = Files.status("/proc/\(pid)/ns/user") {
            return (theirs.st_dev, theirs.st_ino) == (ours.st_dev, ours.st_ino)
        }
        // Who may not look at a process's namespaces may read its maps. One below this one's has another map: only root can map
        // every number, and needs no such way in.
        return haveSameMaps(pid, "uid_map").flatMap { same in haveSameMaps(pid, "gid_map").map { same && $0 } }
    }

    private static func haveSameMaps(_ pid: Int32, _ name: String) -> Bool? {
        guard let theirs = Files.text("/proc/\(pid)/\(name)"), let ours = Files.text("/proc/self/\(name)") else {
            return nil
        }
        return theirs == ours
    }
}
