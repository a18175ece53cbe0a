import CLinux
import Glibc

/// The few things that are done to files by path.
enum Files {
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The whole of a file, at most `limit` bytes; nil: there is none. A failure says nothing about what is in it.
    static func contents(_ path: String, limit: Int = 16 << 20) throws(SystemFailure) -> [UInt8]? {
        let file: Descriptor
        do { file = try Descriptor.open(path, O_RDONLY) } catch {
            if error.number == ENOENT { return nil }
            throw error
        }
        var bytes: [UInt8] = []
        while bytes.count < limit {
            guard let part = try file.readSome(doing: "read \(path)") else { throw SystemFailure("read \(path)", EAGAIN) }
            if part.isEmpty { break }
            bytes += part
        }
        return bytes
    }

    /// The beginning of a file as text; nil when there is none, or it can't be read.
    static func text(_ path: String, limit: Int = 1 << 20) -> String? {
        (try? contents(path, limit: limit)).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Writes into a file that exists, as the kernel's own files are written: in one call.
    static func poke(_ path: String, _ text: String) throws(SystemFailure) {
        let file = try Descriptor.open(path, O_WRONLY)
        try file.write(text.utf8, doing: "write \(path)")
    }

    /// Replaces a file by a whole new one, synced with its folder.
    static func replace(_ path: String, with bytes: [UInt8]) throws(SystemFailure) {
        let draft = path + ".new"
        let file = try Descriptor.open(draft, O_WRONLY | O_CREAT | O_TRUNC)
        try file.write(bytes, doing: "write \(draft)")
        try file.sync(doing: "sync \(draft)")
        guard rename(draft, path) == 0 else { throw SystemFailure("rename \(draft)") }
    }

    static func makeFolder(_ path: String, mode: mode_t = 0o700) throws(SystemFailure) {
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw SystemFailure("create \(path)") }
    }

    static func syncFolder(_ path: String) throws(SystemFailure) {
        try Descriptor.open(path, O_RDONLY | O_DIRECTORY).sync(doing: "sync \(path)")
    }

    /// The names in a folder, sorted; empty when there is none, or it can't be read.
    static func names(in path: String) -> [String] { (try? list(path)) ?? [] }

    /// The names in a folder, sorted; empty when there is none.
    static func list(_ path: String) throws(SystemFailure) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw SystemFailure("list \(path)")
        }
        defer { closedir(folder) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(folder) else {
                if errno != 0 { throw SystemFailure("list \(path)") }
                break
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Deletes a folder and what is in it; folders two levels deep at most are ever made here. Links are not followed.
    static func deleteFolder(_ path: String) {
        guard isFolder(path) else { return }
        for name in names(in: path) where unlink("\(path)/\(name)") != 0 {
            deleteFolder("\(path)/\(name)")
        }
        rmdir(path)
    }

    /// The path without links; nil when there is nothing.
    static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    static func status(_ path: String) -> stat? {
        var info = stat()
        return stat(path, &info) == 0 ? info : nil
    }

    /// Of a link itself, not of what it leads to.
    static func ownStatus(_ path: String) -> stat? {
        var info = stat()
        return lstat(path, &info) == 0 ? info : nil
    }

    /// A folder, and no link to one.
    static func isFolder(_ path: String) -> Bool { ownStatus(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false }

    static func status(of file: Descriptor) -> stat? {
        var info = stat()
        return fstat(file.number, &info) == 0 ? info : nil
    }

    /// The bytes of the whole file system; 0: it can't be asked.
    static func sizeOfFileSystem(_ path: String) -> Int64 {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { return 0 }
        let (bytes, overflow) = UInt64(info.f_blocks).multipliedReportingOverflow(by: UInt64(info.f_frsize))
        return overflow ? .max : Int64(clamping: bytes)
    }

    /// ST_NODEV, which the C library keeps from Swift.
    private static let noDevices: UInt = 4

    /// Whether no device can be opened there: it is mounted with `nodev`.
    static func forbidsDevices(_ path: String) -> Bool {
        var info = statvfs()
        return statvfs(path, &info) == 0 && info.f_flag & noDevices != 0
    }

    static func noDevicesWords(_ path: String) -> String {
        "\(path), where the device nodes of work are made, is mounted so that no device can be opened there (nodev): mount it "
            + "without, or choose another --data-dir"
    }

    /// The bytes that an ordinary user may still write there.
    static func freeBytes(_ path: String) -> Int64 {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { return 0 }
        return Int64(info.f_bavail) * Int64(info.f_frsize)
    }
}

extension String {
    /// Whether this absolute path is `folder` or lies in it. Both without links and without a final slash.
    func isWithin(_ folder: String) -> Bool {
        self == folder || folder == "/" || hasPrefix(folder + "/")
    }

    /// `/a/b` → `/a`.
    var parentFolder: String {
        guard let slash = lastIndex(of: "/"), slash != startIndex else { return "/" }
        return String(self[..<slash])
    }
}
