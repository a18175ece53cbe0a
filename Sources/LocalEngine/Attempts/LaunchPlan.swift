import CLinux
import EngineInterface
import FleetModel
import Glibc

/// Everything about a launch that can be found wanting before anything is started.
struct LaunchPlan {
    let identity: WorkIdentity
    /// What of the data directory the work sees.
    let folders: WorkFolders
    /// Without links, where it could be resolved.
    let directory: String
    /// The directory itself, opened with the rights of the work's user.
    let openDirectory: Descriptor
    let nodes: [DeviceNodes.Node]
    /// nil: none was asked for.
    let software: WorkSoftware?
    let data: [WorkData]

    /// The kernel's bounds: for one argument, and for all with the environment, of which a quarter of the stack's
    /// limit (8 MiB) is theirs.
    static let longestArgument = 131_071
    static let longestTotal = 2 << 20

    /// What the order alone shows.
    static func check(_ order: LaunchOrder) throws(LaunchFailure) {
        let work = order.work
        let strings = work.command + work.environment
        guard let command = work.command.first, !work.command.contains(where: { $0.utf8.contains(0) }) else {
            throw .sandbox(detail: "The command is empty, or holds a zero byte.")
        }
        guard !command.isEmpty else { throw .commandNotFound(command: command) }
        // Copies are written by Carrel's own program, and by no other.
        guard work.copying == nil || work.command.prefix(2) == [EnvironmentPlace.program, DataCopyOrder.verb] else {
            throw .sandbox(detail: "only Carrel itself copies data sets")
        }
        let longest = strings.map(\.utf8.count).max() ?? 0
        guard longest <= Self.longestArgument else { throw .argumentsTooLong(bytes: longest) }
        guard work.bytes <= Self.longestTotal else { throw .argumentsTooLong(bytes: work.bytes) }
        guard work.directory.hasPrefix("/"), !work.directory.utf8.contains(0) else {
            throw .directoryMissing(path: work.directory)
        }
    }

    init(_ order: LaunchOrder, _ found: LaunchScout.Findings, _ launcher: LauncherLoop) throws(LaunchFailure) {
        folders = found.folders
        identity = folders.identity
        nodes = found.nodes
        software = found.software
        data = found.data
        // The kernel's own word for what is open: nobody is asked.
        guard let path = Files.linkTarget("/proc/self/fd/\(found.directory.number)"),
            !path.isWithin(launcher.data.place.path) || found.folders.all.contains(where: path.isWithin)
        else { throw .directoryForbidden(path: order.work.directory, user: identity.text) }
        // By its path alone somebody could exchange it before it is bound, for a folder that is closed to them.
        if geteuid() == 0, !launcher.sandbox.bindsDescriptors, let place = SandboxArguments.privatePlace(of: path) {
            throw .sandbox(
                detail: "the folder \(path) lies beneath \(place), which work has of its own, and "
                    + "\(launcher.sandbox.version) can't show it there safely. Start from another folder, or install a "
                    + "bubblewrap that knows --bind-fd")
        }
        if identity.mustDrop, nodes.contains(where: \.isLeased), Files.forbidsDevices(launcher.data.place.path) {
            throw .sandbox(detail: Files.noDevicesWords(launcher.data.place.path))
        }
        if geteuid() == 0, !data.isEmpty, !launcher.sandbox.bindsDescriptors {
            throw .sandbox(
                detail:
                    "\(launcher.sandbox.version) can't show data sets safely; install a bubblewrap that knows --ro-bind-fd")
        }
        openDirectory = found.directory
        directory = path
    }
}

extension Files {
    static func linkTarget(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink(path, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }
}
