import CLinux
import EngineInterface
import FleetModel
import Glibc

/// Everything about a launch that can be found wanting before anything is started.
struct LaunchPlan {
    let identity: WorkIdentity
    /// Without links, where it could be resolved.
    let directory: String
    /// The directory itself, opened with the rights of the work's user.
    let openDirectory: Descriptor
    let nodes: [DeviceNodes.Node]

    /// The kernel's bounds: for one argument, and for all with the environment, of which a quarter of the stack's
    /// limit (8 MiB) is theirs.
    static let longestArgument = 131_071
    static let longestTotal = 2 << 20

    init(_ order: LaunchOrder, _ launcher: LauncherLoop) throws(LaunchFailure) {
        let work = order.work
        let strings = work.command + work.environment
        guard let command = work.command.first, !work.command.contains(where: { $0.utf8.contains(0) }) else {
            throw .sandbox(detail: "The command is empty, or holds a zero byte.")
        }
        guard !command.isEmpty else { throw .commandNotFound(command: command) }
        let longest = strings.map(\.utf8.count).max() ?? 0
        guard longest <= Self.longestArgument else { throw .argumentsTooLong(bytes: longest) }
        guard work.bytes <= Self.longestTotal else { throw .argumentsTooLong(bytes: work.bytes) }
        identity = try WorkIdentity.find(
            uid: work.uid, user: order.user, launcher.configuration, service: launcher.service)
        nodes = try DeviceNodes.needed(for: order.devices, folder: launcher.configuration.deviceFolder)
        guard work.directory.hasPrefix("/"), !work.directory.utf8.contains(0) else {
            throw .directoryMissing(path: work.directory)
        }
        let opened = Self.open(work.directory, identity)
        if opened.error == ENOENT || opened.error == ENOTDIR { throw .directoryMissing(path: work.directory) }
        let who = identity.name ?? "uid \(identity.uid)"
        guard let descriptor = opened.descriptor, let path = Files.linkTarget("/proc/self/fd/\(descriptor.number)")
        else { throw .directoryForbidden(path: work.directory, user: who) }
        guard !path.isWithin(launcher.data.place.path) else {
            throw .directoryForbidden(path: work.directory, user: who)
        }
        openDirectory = descriptor
        directory = path
    }

    /// As the work's user, so that nobody gets into a directory through us that is closed to them.
    private static func open(_ path: String, _ identity: WorkIdentity) -> (descriptor: Descriptor?, error: Int32) {
        guard identity.mustDrop else {
            let number = linux_open_directory(path)
            return number < 0 ? (nil, -number) : (Descriptor(number), 0)
        }
        let number = linux_open_directory_as(
            path, identity.uid, identity.gid, identity.groups, identity.groups.count)
        return number < 0 ? (nil, -number) : (Descriptor(number), 0)
    }
}

extension Files {
    static func linkTarget(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink(path, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }
}
