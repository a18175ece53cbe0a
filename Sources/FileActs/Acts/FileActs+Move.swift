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
        case 0: return FileEntry(found, name)
        case EEXIST: throw .exists(Self.kind(name, to))
        case EXDEV: throw .elsewhere
        default: throw FileFault(errno: -code)
        }
    }
}
