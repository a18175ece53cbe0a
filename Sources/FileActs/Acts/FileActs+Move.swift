import CLinux
import Glibc

extension FileActs {
    /// Gives a file, a link or a folder another name, in its folder or in another one of the place. Links are moved, not followed.
    ///
    /// - Parameter replace: a file may take the place of a file; nothing else is ever replaced.
    package func move(_ path: FilePath, to new: FilePath, replace: Bool) throws(FileFault) -> FileEntry {
        let (from, old) = try folder(of: path), (to, name) = try folder(of: new)
        let found = try from.status(of: old)
        var replaces = false
        if let there = try? to.status(of: name) {
            let kind = FileKind(there.st_mode)
            guard replace, FileKind(found.st_mode) == .file else { throw .exists(kind) }
            guard kind == .file else { throw .notAFile(kind) }
            replaces = true
        }
        let code = withName(old) { old in withName(name) { linux_rename_to(from.number, old, to.number, $0, replaces) } }
        switch -code {
        case 0:
            if replaces { try unlinkTwin(of: found, from, old, to, name) }
            return FileEntry(found, name)
        case EEXIST: throw .exists(Self.kind(name, to))
        case EXDEV: throw .elsewhere
        // By a link the new name lies in the folder itself.
        case EINVAL where FileKind(found.st_mode) == .folder: throw .intoItself
        default: throw FileFault(errno: -code)
        }
    }

    /// Of two names of one file rename(2) leaves both, and says that all is well.
    private func unlinkTwin(
        of found: stat, _ from: OpenFile, _ old: [UInt8], _ to: OpenFile, _ name: [UInt8]
    ) throws(FileFault) {
        func isMoved(_ status: stat?) -> Bool { status?.st_ino == found.st_ino && status?.st_dev == found.st_dev }
        guard found.st_nlink > 1, isMoved(try? from.status(of: old)), isMoved(try? to.status(of: name)) else { return }
        let folder = try from.status(), other = try to.status()
        guard old != name || folder.st_ino != other.st_ino || folder.st_dev != other.st_dev else { return }
        guard withName(old, { unlinkat(from.number, $0, 0) }) == 0 else { throw FileFault(errno: errno) }
    }
}
