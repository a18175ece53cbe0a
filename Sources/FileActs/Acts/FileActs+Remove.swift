import CLinux
import Glibc

extension FileActs {
    /// How deep folders are followed; each level holds a descriptor.
    static let mostLevels = 200

    /// Removes a file, a link, or a folder; one that is not empty only with all that is in it. Links are removed, not followed.
    /// Returns how many files and folders are gone.
    package func remove(_ path: FilePath, recursive: Bool) throws(FileFault) -> Int {
        let (folder, name) = try folder(of: path)
        let found = try folder.status(of: name)
        guard FileKind(found.st_mode) == .folder else {
            guard withName(name, { unlinkat(folder.number, $0, 0) }) == 0 else { throw FileFault(errno: errno) }
            return 1
        }
        var count = 0
        if recursive { try empty(name, in: folder, level: 1, &count) }
        guard withName(name, { unlinkat(folder.number, $0, Int32(AT_REMOVEDIR)) }) == 0 else {
            throw errno == EEXIST ? .notEmpty : FileFault(errno: errno)
        }
        return count + 1
    }

    private func empty(
        _ name: [UInt8], in parent: OpenFile, level: Int, _ count: inout Int
    ) throws(FileFault) {
        guard level <= Self.mostLevels else { throw .tooDeep(most: Self.mostLevels) }
        let opened = withName(name) { linux_open_folder_here(parent.number, $0) }
        // Something is mounted there, the folder that is to be removed included.
        guard opened != -EXDEV else { throw .elsewhere }
        guard opened >= 0 else { throw FileFault(errno: -opened) }
        let folder = OpenFile(opened)
        while true {
            let (names, isCut) = try names(in: folder)
            for name in names {
                let found: stat
                do throws(FileFault) { found = try folder.status(of: name) } catch {
                    if error == .missing { continue }
                    throw error
                }
                let isFolder = FileKind(found.st_mode) == .folder
                if isFolder { try empty(name, in: folder, level: level + 1, &count) }
                let flags = isFolder ? Int32(AT_REMOVEDIR) : 0
                guard withName(name, { unlinkat(folder.number, $0, flags) }) == 0 || errno == ENOENT else {
                    throw FileFault(errno: errno)
                }
                count += 1
            }
            if !isCut { return }
        }
    }
}
