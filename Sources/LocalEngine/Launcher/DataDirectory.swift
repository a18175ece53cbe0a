import CLinux
import FleetModel
import Glibc

/// Where everything lies that must outlive a process.
package struct DataDirectory: Hashable, Sendable {
    /// Absolute, without links.
    package let path: String

    package init(path: String) { self.path = path }

    /// For the server: its database and all that it keeps.
    package var serverFolder: String { "\(path)/server" }
    /// Where clients connect.
    package var socketPath: String { "\(path)/carrel.sock" }
    var lockPath: String { "\(path)/lock" }
    /// The attempts that the list holds, each a folder `LEASE/NUMBER`.
    var attemptsFolder: String { "\(path)/attempts" }
    /// What becomes the folder of the next attempt.
    var spareFolder: String { "\(path)/spare" }
    /// The logs of attempts that are forgotten, in the same order.
    var logsFolder: String { "\(path)/logs" }
    /// The folder of a shared environment of software.
    func environment(_ name: String) -> String { "\(path)/\(EnvironmentPlace.sharedFolder)/\(name)" }
    /// Copies of data sets: a folder for each of those that are to have one.
    var copiesFolder: String { "\(path)/\(DataCopyPlace.folder)" }
    /// The folders of people whose work runs as a user without a home, and of teams.
    var peopleFolder: String { "\(path)/people" }
    var teamsFolder: String { "\(path)/teams" }
    /// Tells one data directory's control groups from another's.
    var mark: String {
        let prefix = ControlGroups.markPrefix
        guard let info = Files.status(path) else { return prefix + "0" }
        return prefix + String(info.st_dev, radix: 36) + "-" + String(info.st_ino, radix: 36)
    }

    /// The longest path that a Unix socket's address takes.
    static let longestSocketPath = 107

    /// The place that applies: what is given, else `CARREL_DATA_DIR`, else `/var/lib/carrel` for root and
    /// `~/.local/share/carrel` (or where `XDG_DATA_HOME` says) for everybody else. Absolute; nothing is created.
    package static func location(given: String?) -> String {
        func absolute(_ path: String) -> String {
            guard !path.hasPrefix("/"), let here = Files.realPath(".") else { return path }
            return "\(here)/\(path)"
        }
        func variable(_ name: String) -> String? {
            getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        if let given { return absolute(given) }
        if let path = variable("CARREL_DATA_DIR") { return absolute(path) }
        if geteuid() == 0 { return "/var/lib/carrel" }
        if let path = variable("XDG_DATA_HOME"), path.hasPrefix("/") { return "\(path)/carrel" }
        return "\(variable("HOME") ?? "/tmp")/.local/share/carrel"
    }
}

/// A data directory that this process holds the lock of.
final class HeldDataDirectory {
    let place: DataDirectory
    let folder: Descriptor
    private let lock: Descriptor

    private init(_ place: DataDirectory, _ folder: Descriptor, _ lock: Descriptor) {
        self.place = place
        self.folder = folder
        self.lock = lock
    }

    /// Creates what is missing, sets the rights and takes the lock.
    static func hold(_ path: String, service: ServiceIdentity) throws(LauncherError) -> HeldDataDirectory {
        do {
            return try prepare(path, service)
        } catch let failure as SystemFailure {
            throw .dataDirectory(path, failure)
        } catch let error as LauncherError {
            throw error
        } catch {
            throw .dataDirectory(path: path, detail: "\(error)")
        }
    }

    private static func prepare(_ path: String, _ service: ServiceIdentity) throws -> HeldDataDirectory {
        if service.isSeparate { try checkWay(to: path, for: service) }
        try makeParents(path)
        try Files.makeFolder(path)
        guard let resolved = Files.realPath(path) else { throw SystemFailure("resolve \(path)") }
        let place = DataDirectory(path: resolved)
        let length = place.socketPath.utf8.count
        guard length <= DataDirectory.longestSocketPath else {
            throw LauncherError.socketPathTooLong(path: place.socketPath, length: length)
        }
        let folder = try Descriptor.open(resolved, O_RDONLY | O_DIRECTORY)
        // Whoever owns the folder could exchange everything in it for something else.
        try checkOwner(resolved, [geteuid()])
        let lock = try takeLock(place)
        try setMode(resolved, service.isSeparate ? 0o711 : 0o700)
        for inner in [place.serverFolder, place.attemptsFolder, place.logsFolder] {
            try Files.makeFolder(inner)
            try checkOwner(inner, [geteuid(), service.uid])
            try setMode(inner, 0o700)
        }
        // Earlier versions left the way to teams' folders open to those who have their groups.
        if Files.isFolder(place.teamsFolder) { try setMode(place.teamsFolder, 0o700) }
        if service.isSeparate, chown(place.serverFolder, service.uid, service.gid) != 0 {
            throw SystemFailure("give \(place.serverFolder) to the service user")
        }
        return HeldDataDirectory(place, folder, lock)
    }

    /// The server's user must be able to enter every folder above. One that its owner alone may enter is told here, before
    /// anything is made; finer rights show when the server starts.
    private static func checkWay(to path: String, for service: ServiceIdentity) throws(LauncherError) {
        var folder = path
        while folder != "/" {
            folder = folder.parentFolder
            guard let info = Files.status(folder), info.st_uid != service.uid, info.st_mode & 0o011 == 0 else { continue }
            throw .dataDirectory(
                path: path, detail: "the server runs as user \(service.uid), who can't enter \(folder)")
        }
    }

    /// A folder, no link to one, of one of these users.
    private static func checkOwner(_ path: String, _ owners: [uid_t]) throws {
        var info = stat()
        guard lstat(path, &info) == 0 else { throw SystemFailure("look at \(path)") }
        guard info.st_mode & S_IFMT == S_IFDIR else {
            throw LauncherError.dataDirectory(path: path, detail: "it is no folder of its own")
        }
        guard owners.contains(info.st_uid) else {
            throw LauncherError.dataDirectory(
                path: path, detail: "it belongs to user \(info.st_uid), who could change it at will")
        }
    }

    private static func takeLock(_ place: DataDirectory) throws -> Descriptor {
        let lock = try Descriptor.open(place.lockPath, O_RDWR | O_CREAT)
        guard linux_lock(lock.number) == 0 else {
            let holder = Files.text(place.lockPath).flatMap { Int32($0.filter { $0 != "\n" }) }
            throw LauncherError.alreadyRunning(path: place.path, pid: holder)
        }
        let pid = "\(getpid())\n"
        guard ftruncate(lock.number, 0) == 0 else { throw SystemFailure("write \(place.lockPath)") }
        try lock.write(pid.utf8, doing: "write \(place.lockPath)")
        return lock
    }

    private static func makeParents(_ path: String) throws(SystemFailure) {
        let parent = path.parentFolder
        if Files.exists(parent) { return }
        try makeParents(parent)
        try Files.makeFolder(parent, mode: 0o755)
    }

    private static func setMode(_ path: String, _ mode: mode_t) throws(SystemFailure) {
        guard chmod(path, mode) == 0 else { throw SystemFailure("set the mode of \(path)") }
    }

    /// Binds the socket that clients connect to. A file that a dead launcher left behind is in the way: the lock is
    /// ours, so that it is nobody's.
    func bindSocket(forEverybody: Bool) throws(LauncherError) -> Descriptor {
        unlink(place.socketPath)
        do {
            let mode: mode_t = forEverybody ? 0o666 : 0o600
            return Descriptor(
                try checked(linux_listen_in(folder.number, "carrel.sock", mode), "listen at \(place.socketPath)"))
        } catch {
            throw .dataDirectory(place.path, error)
        }
    }

    func removeSocket() { unlink(place.socketPath) }
}

extension LauncherError {
    fileprivate static func dataDirectory(_ path: String, _ failure: SystemFailure) -> LauncherError {
        failure.mayPass
            ? .dataDirectoryAway(path: path, detail: failure.text) : .dataDirectory(path: path, detail: failure.text)
    }
}
