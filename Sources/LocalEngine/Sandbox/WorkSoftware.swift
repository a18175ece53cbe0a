import CLinux
import EngineInterface
import FleetModel
import Glibc

/// The environment of software that work starts in, or changes, as it was found.
struct WorkSoftware: Hashable, Codable {
    /// Absolute.
    let folder: String
    /// It lies in the data directory, which work sees nothing else of.
    let isShared: Bool
    /// The work makes or removes it.
    let isWritten: Bool
    let isConda: Bool

    /// Looks it up with the rights of the work's user. May wait for file servers.
    static func find(
        _ use: EnvironmentUse, for order: LaunchOrder, _ folders: WorkFolders, _ data: DataDirectory
    ) throws(LaunchFailure) -> WorkSoftware {
        let identity = folders.identity
        switch use {
        case .changesShared(let name):
            guard EnvironmentPlace.isName(name) else { throw .environmentMissing(name: name) }
            return WorkSoftware(folder: data.environment(name), isShared: true, isWritten: true, isConda: false)
        case .named(let name):
            guard EnvironmentPlace.isName(name) else { throw .environmentMissing(name: name) }
            for home in homes(of: order, identity) {
                let own = "\(home)/\(EnvironmentPlace.ownFolder)/\(name)"
                if let open = open(own, folders), has(EnvironmentPlace.record, open) {
                    return try visible(own, open, data, folders)
                }
            }
            let shared = data.environment(name)
            // Nobody but the server gets there outside a sandbox; whoever asks may start in it.
            guard let open = openAsLauncher(shared), has(EnvironmentPlace.record, open) else {
                throw .environmentMissing(name: name)
            }
            return WorkSoftware(folder: shared, isShared: true, isWritten: false, isConda: false)
        case .folder(let path):
            guard path.hasPrefix("/"), let open = open(path, folders), has("pyvenv.cfg", open) || has("conda-meta", open)
            else { throw .environmentMissing(name: path) }
            return try visible(path, open, data, folders)
        }
    }

    /// The home of the user's account; for who has none that the machine knows of, also what the client's `HOME` says. Nothing
    /// that doesn't stay.
    private static func homes(of order: LaunchOrder, _ identity: WorkIdentity) -> [String] {
        guard !identity.isAllocated else { return [] }
        let given = order.work.environment.last { $0.hasPrefix("HOME=") }.map { String($0.dropFirst(5)) }
        let homes = [identity.home, identity.name == nil ? given : nil].compactMap { $0 }
        return homes.filter { $0.hasPrefix("/") }
    }

    private static func visible(
        _ path: String, _ open: Descriptor, _ data: DataDirectory, _ folders: WorkFolders
    ) throws(LaunchFailure) -> WorkSoftware {
        guard let real = Files.linkTarget("/proc/self/fd/\(open.number)"),
            !real.isWithin(data.path) || folders.all.contains(where: real.isWithin)
        else {
            throw .environmentMissing(name: path)
        }
        if let place = SandboxArguments.privatePlace(of: real), !folders.all.contains(where: real.isWithin) {
            throw .sandbox(
                detail: "the environment \(path) lies beneath \(place), which work has of its own; make it elsewhere")
        }
        return WorkSoftware(folder: path, isShared: false, isWritten: false, isConda: has("conda-meta", open))
    }

    private static func openAsLauncher(_ path: String) -> Descriptor? {
        let number = linux_open_directory(path)
        return number < 0 ? nil : Descriptor(number)
    }

    private static func open(_ path: String, _ folders: WorkFolders) -> Descriptor? {
        guard !path.utf8.contains(0) else { return nil }
        let number = folders.open(path)
        return number < 0 ? nil : Descriptor(number)
    }

    private static func has(_ name: String, _ folder: Descriptor) -> Bool {
        var found = stat()
        return fstatat(folder.number, name, &found, AT_SYMLINK_NOFOLLOW) == 0
    }

    /// Makes the folder that the work may write, in the data directory. Outside a sandbox nobody but the server reads it: what an
    /// installed package left there with special rights must not be run by others.
    func prepare(for identity: WorkIdentity, readableTo service: ServiceIdentity) throws(SystemFailure) {
        guard isShared else { return }
        guard isWritten else {
            // When it was last used: inside it is read-only, so that reading leaves no trace.
            var times = [timespec(tv_sec: 0, tv_nsec: Self.now), timespec(tv_sec: 0, tv_nsec: Self.omit)]
            utimensat(AT_FDCWD, "\(folder)/pyvenv.cfg", &times, AT_SYMLINK_NOFOLLOW)
            return
        }
        let parent = folder.parentFolder
        try Files.makeFolder(parent)
        guard Files.isFolder(parent), !service.isSeparate || lchown(parent, geteuid(), service.gid) == 0,
            chmod(parent, 0o750) == 0
        else { throw SystemFailure("set the rights of \(parent)") }
        try Files.makeFolder(folder, mode: 0o755)
        guard Files.isFolder(folder) else { throw SystemFailure("use \(folder)", ENOTDIR) }
        guard lchown(folder, identity.uid, identity.gid) == 0 else { throw SystemFailure("give \(folder) to the work") }
    }

    /// UTIME_NOW and UTIME_OMIT, which the C library keeps from Swift.
    private static let now = (1 << 30) - 1
    private static let omit = (1 << 30) - 2

    /// What programs and shells know an environment by.
    var variables: [(String, String)] {
        isWritten ? [] : [(isConda ? "CONDA_PREFIX" : "VIRTUAL_ENV", folder)]
    }
}
