import CLinux
import EngineInterface
import FleetModel
import Glibc

/// A data set that a launch shows its work.
struct WorkData {
    let name: String
    /// What is shown, open: by its path alone somebody could exchange it before it is bound.
    let folder: Descriptor
    /// The folder that an administrator named.
    let original: String
    let copy: DataCopyState

    /// The copy that is shown; nil: the folder itself is.
    var copyName: String? { if case .used(let name) = copy { name } else { nil } }
    /// Where the work sees it.
    var destination: String { "\(DataPlace.shown)/\(name)" }

    /// Opens it, in the scout's process. May wait for file servers.
    ///
    /// No link on the way is followed: what an administrator named is shown, and not what somebody put in its place. Where others than
    /// root own a folder on the way, the work's user must be able to go there by themselves; where it is root's alone, the folder is the
    /// administrator's gift, and only its own rights count.
    /// - Parameter takesCopy: a whole and fresh copy is shown in its place, to whom the folder itself would be.
    static func open(
        _ grant: DataGrant, _ identity: WorkIdentity, _ data: DataDirectory, takesCopy: Bool
    ) throws(LaunchFailure) -> (folder: Int32, copy: DataCopyState) {
        let name = grant.name
        guard DataPlace.isName(name), let path = grant.folder else {
            throw .dataUnavailable(name: name, because: grant.trouble ?? .removed)
        }
        guard DataFolderRule.fault(of: path, dataDirectory: data.path, masked: maskedPlaces) == nil else {
            throw .dataUnavailable(name: name, because: .missing)
        }
        var alone = false
        let number = linux_open_directory_strictly(path, &alone, nil)
        guard number >= 0 else { throw .dataUnavailable(name: name, because: number == -EACCES ? .closed : .missing) }
        guard mayEnter(number, by: alone ? "/proc/self/fd/\(number)" : path, identity) else {
            close(number)
            throw .dataUnavailable(name: name, because: .closed)
        }
        guard takesCopy, let found = DataCopies(place: data).find(name, like: number) else { return (number, .none) }
        guard let copy = found.folder else { return (number, .stale(found.record.copy)) }
        close(number)
        return (copy, .used(found.record.copy))
    }

    /// Whether the work's user gets into the open folder by this way.
    private static func mayEnter(_ number: Int32, by path: String, _ identity: WorkIdentity) -> Bool {
        guard identity.mustDrop else { return faccessat(number, ".", X_OK, 0) == 0 }
        let own = linux_open_directory_as(-1, path, identity.uid, identity.gid, identity.groups, identity.groups.count)
        guard own >= 0 else { return false }
        defer { close(own) }
        var theirs = stat(), ours = stat()
        return fstat(own, &theirs) == 0 && fstat(number, &ours) == 0 && theirs.st_dev == ours.st_dev
            && theirs.st_ino == ours.st_ino
    }

    /// What no work sees, by its own name and without links.
    static var maskedPlaces: [String] {
        SandboxArguments.maskedPlaces + SandboxArguments.maskedPlaces.compactMap(Files.realPath)
    }
}
