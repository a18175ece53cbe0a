import Glibc

/// Deletes a folder that was copied, with all that is in it; links are not followed.
enum TreeRemoval {
    static func remove(_ path: String) throws(DataCopyTrouble) {
        var info = stat()
        guard lstat(path, &info) == 0 else { return }
        try remove(EntryName(path), in: AT_FDCWD, path)
    }

    private static func remove(_ name: EntryName, in parent: Int32, _ path: String) throws(DataCopyTrouble) {
        let folder = name.with { openat(parent, $0, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW) }
        guard folder >= 0 else {
            guard name.with({ unlinkat(parent, $0, 0) }) == 0 || errno == ENOENT else {
                throw .system(doing: "delete \(path)", code: errno)
            }
            return
        }
        defer { close(folder) }
        // Copies are closed to writing, for their owner too.
        fchmod(folder, 0o700)
        let names: [EntryName]
        do throws(Errno) { names = try EntryName.list(folder) } catch {
            throw .system(doing: "list \(path)", code: error.code)
        }
        for inner in names { try remove(inner, in: folder, "\(path)/\(inner.text)") }
        guard name.with({ unlinkat(parent, $0, AT_REMOVEDIR) }) == 0 || errno == ENOENT else {
            throw .system(doing: "delete \(path)", code: errno)
        }
    }
}
