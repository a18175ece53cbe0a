import FleetModel
import Glibc

/// What bubblewrap is told: which parts of the machine the work sees.
struct SandboxArguments {
    let data: DataDirectory
    let initPath: String
    /// The launcher is root: carrel-init needs the right to become the work's user, and gives it up.
    let mayChangeUser: Bool
    /// Whom the work runs as.
    let workUID: UInt32
    /// Device nodes: where they are, and where the work sees them.
    var nodes: [(source: String, destination: String)] = []
    /// The work's directory, without links, where it lies beneath a private place.
    var boundDirectory: (path: String, descriptor: Int32?)?
    /// The file that the work may write its progress into; nil: none.
    var progress: String?
    /// Where the program of a session listens; nil: nowhere.
    var door: SessionDoor?
    /// The environment of software that the work starts in, or changes; nil: none.
    var software: WorkSoftware?
    /// Data sets: where the work sees them, and the open folder, or its path where bubblewrap can't take that.
    var sets: [(destination: String, path: String?, descriptor: Int32)] = []
    /// The folder in the data directory that a data set's copy is made in; nil: the work makes none.
    var copies: String?
    /// The folders in the data directory that are its user's and their team's.
    var kept: [String] = []
    /// Carrel's own program, where the work begins with it; nil: it does not.
    var program: String?

    /// Where the sandbox has its own, empty and gone at the end.
    static let privatePlaces = ["/tmp", "/dev/shm"]
    static let initDestination = "/dev/carrel-init"
    /// Holds the folder of a session's socket, which carrel-init makes as the work's user.
    static let doorPlace = "/dev/carrel"
    private static let doorBytes = 16 << 20

    /// What would let work act outside its sandbox, or see another's.
    static let maskedPlaces = [
        "/run/user", "/run/dbus", "/run/systemd/private", "/run/docker.sock", "/var/run/docker.sock", "/run/docker",
        "/run/containerd", "/run/podman", "/run/crio", "/run/libvirt", "/run/incus", "/var/lib/incus/unix.socket",
        "/var/lib/lxd/unix.socket",
        "/var/snap/lxd/common/lxd/unix.socket", "/run/nvidia-persistenced", "/tmp/nvidia-mps",
    ]

    /// The private place that a directory lies beneath; nil: it is seen anyway.
    static func privatePlace(of directory: String) -> String? {
        privatePlaces.first { directory != $0 && directory.isWithin($0) }
    }

    /// The folders between a private place and a directory beneath it, outermost first.
    private static func foldersAbove(_ directory: String) -> [String] {
        var folders: [String] = []
        var folder = directory.parentFolder
        while privatePlace(of: folder) != nil {
            folders.insert(folder, at: 0)
            folder = folder.parentFolder
        }
        return folders
    }

    var list: [String] {
        var list = ["--unshare-pid", "--unshare-ipc", "--as-pid-1", "--new-session", "--cap-drop", "ALL"]
        if case .port = door { list.append("--unshare-net") }
        if mayChangeUser { list += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"] }
        list += ["--bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]
        for node in nodes { list += ["--dev-bind", node.source, node.destination] }
        for place in Self.privatePlaces { list += ["--perms", "1777", "--tmpfs", place] }
        if let (path, descriptor) = boundDirectory {
            // What bubblewrap makes on the way to it would be closed to everybody but root.
            for folder in Self.foldersAbove(path) { list += ["--perms", "0755", "--dir", folder] }
            list += descriptor.map { ["--bind-fd", "\($0)", path] } ?? ["--bind", path, path]
        }
        // Mounted, it can't be replaced by a link or a pipe, nor deleted.
        if let progress { list += ["--bind", progress, WorkEnvironment.progressPath] }
        if door == .socket {
            list += ["--perms", "1777", "--size", "\(Self.doorBytes)", "--tmpfs", Self.doorPlace]
        }
        list += shownData
        for place in visible(Self.maskedPlaces) { list += mask(place) }
        list += maskedData
        list += ["--ro-bind", initPath, Self.initDestination]
        if let program { list += ["--ro-bind", program, EnvironmentPlace.program] }
        // `/sys` for reading only: who may write to control groups could lift the limits. Last, since bubblewrap reads the
        // whole table of mounts for each bind, and this one may make it longer by a dozen.
        return list + ["--ro-bind", "/sys", "/sys"]
    }

    /// Read-only by the mount: what their rights allow beside that is not asked.
    private var shownData: [String] {
        guard !sets.isEmpty else { return [] }
        return ["--perms", "0755", "--dir", DataPlace.shown]
            + sets.flatMap { set in
                set.path.map { ["--ro-bind", $0, set.destination] }
                    ?? ["--ro-bind-fd", "\(set.descriptor)", set.destination]
            }
    }

    /// The data directory, of which nothing is seen but the folders that are kept for its user and their team, and a shared
    /// environment, or the place of a data set's copy, where the work has to do with one.
    private var maskedData: [String] {
        let shared = software.flatMap { $0.isShared ? $0 : nil }
        let written = kept + [copies].compactMap { $0 }
        guard shared != nil || !written.isEmpty else { return visible([data.path]).flatMap { mask($0) } }
        // It may lie beneath a private place, where it would not be there.
        var list =
            visible([data.path]).isEmpty ? Self.foldersAbove(data.path).flatMap { ["--perms", "0755", "--dir", $0] } : []
        // The launcher's own user would have its owner's rights there.
        list += ["--perms", workUID == geteuid() ? "0111" : "0711", "--size", "4096", "--tmpfs", data.path]
        for folder in written + [shared?.folder].compactMap({ $0 }) {
            list += ["--perms", "0755", "--dir", folder.parentFolder]
            list += [shared?.folder == folder && shared?.isWritten == false ? "--ro-bind" : "--bind", folder, folder]
        }
        return list + ["--remount-ro", data.path]
    }

    /// Of these paths those that exist and that the work would see.
    private func visible(_ paths: [String]) -> [String] {
        var seen: [String] = []
        for path in paths.compactMap(Files.realPath) where !seen.contains(path) {
            let isHidden = Self.privatePlace(of: path) != nil
            if isHidden, !(boundDirectory.map { path.isWithin($0.path) } ?? false) { continue }
            seen.append(path)
        }
        return seen
    }

    /// A folder becomes an empty one that nobody may enter, anything else a device that can't be opened.
    private func mask(_ path: String) -> [String] {
        guard let info = Files.status(path), info.st_mode & S_IFMT == S_IFDIR else {
            return ["--ro-bind", "/dev/null", path]
        }
        let closed = ["--perms", "0000", "--size", "4096", "--tmpfs", path]
        // The folder belongs to the launcher's user: to nobody else is it open, and nobody else may open it.
        return workUID == geteuid() ? closed + ["--remount-ro", path] : closed
    }
}
