import CLinux
import Glibc

extension FileActs {
    /// More names of one folder are not looked at.
    private static let mostNames = 100_000
    private static let mostListed = 2_000

    /// Entries in the order of their names, as bytes.
    package func list(_ path: FilePath, after: [UInt8]?, limit: Int) throws(FileFault) -> FileList {
        let folder = try open(path, O_RDONLY | O_DIRECTORY)
        let (names, isCut) = try self.names(in: folder)
        let left = after.map { after in names.filter { after.lexicographicallyPrecedes($0) } } ?? names
        let page = left.prefix(max(1, min(limit, Self.mostListed)))
        // What has gone since is not there.
        let entries = page.compactMap { name in (try? folder.status(of: name)).map { FileEntry($0, name) } }
        return FileList(entries: entries, next: left.count > page.count ? page.last : nil, isCut: isCut)
    }

    func names(in folder: OpenFile) throws(FileFault) -> (names: [[UInt8]], isCut: Bool) {
        // The stream closes a descriptor of its own.
        let own = fcntl(folder.number, F_DUPFD_CLOEXEC, 3)
        guard own >= 0 else { throw FileFault(errno: errno) }
        guard let stream = fdopendir(own) else {
            let code = errno
            close(own)
            throw FileFault(errno: code)
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw FileFault(errno: errno) }
                break
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name == [0x2e] || name == [0x2e, 0x2e] { continue }
            guard names.count < Self.mostNames else { return (names.sorted { $0.lexicographicallyPrecedes($1) }, true) }
            names.append(name)
        }
        return (names.sorted { $0.lexicographicallyPrecedes($1) }, false)
    }
}
