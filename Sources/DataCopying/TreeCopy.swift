import CLinux
import FleetModel
import Glibc

/// Copies folders, files and links, with the times that they have; readable by everybody and writable by nobody.
struct TreeCopy {
    let room: Room
    let mustBeOpen: Bool
    let say: (String) -> Void
    private(set) var files: Int64 = 0
    private(set) var bytes: Int64 = 0
    /// Pipes, sockets and devices, which are left out.
    private(set) var special: Int64 = 0
    private var toldAt = time(nil)

    /// Two descriptors a folder: an ordinary process may have 1,024.
    static let deepest = 400
    /// Seconds between two lines on how far it is.
    var pause = 10

    /// Bytes that it may take, and that have to stay free on the disk.
    struct Room {
        let quota: Int64
        let reserve: Int64

        /// As things are now: others write there too.
        func left(at folder: String) -> Int64 {
            var info = statvfs()
            guard statvfs(folder, &info) == 0 else { return 0 }
            let (free, overflow) = UInt64(info.f_bavail).multipliedReportingOverflow(by: UInt64(info.f_frsize))
            return max(0, min(quota, (overflow ? .max : Int64(clamping: free)) - reserve))
        }
    }

    init(room: Room, mustBeOpen: Bool, say: @escaping (String) -> Void) {
        (self.room, self.mustBeOpen, self.say) = (room, mustBeOpen, say)
    }

    /// - Parameter target: is made.
    mutating func copy(_ source: String, to target: String) throws(DataCopyTrouble) {
        let from = open(source, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard from >= 0 else {
            throw errno == EACCES ? .notOpen(path: source) : .system(doing: "open \(source)", code: errno)
        }
        defer { close(from) }
        guard mkdir(target, 0o755) == 0 else { throw .system(doing: "make \(target)", code: errno) }
        let to = open(target, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard to >= 0 else { throw .system(doing: "open \(target)", code: errno) }
        defer { close(to) }
        try fill(to, from: from, ".", depth: 0)
    }

    /// - Parameter path: for messages.
    private mutating func fill(_ to: Int32, from: Int32, _ path: String, depth: Int) throws(DataCopyTrouble) {
        var info = stat()
        guard fstat(from, &info) == 0 else { throw .system(doing: "look at \(path)", code: errno) }
        try checkRights(from, info, 0o555, path)
        guard depth <= Self.deepest else { throw .tooDeep(path: path) }
        for name in try names(in: from, path) {
            try copy(name, to, from, depth == 0 ? name.text : "\(path)/\(name.text)", depth)
        }
        // Files that came after the list was read are not in the copy.
        var after = stat()
        guard fstat(from, &after) == 0, isSame(info.st_mtim, after.st_mtim), isSame(info.st_ctim, after.st_ctim) else {
            throw .changed(path: path)
        }
        // The top keeps its owner's right to write: without it nobody but root could move it away.
        guard fchmod(to, depth == 0 ? 0o755 : 0o555) == 0 else {
            throw .system(doing: "set the rights of \(path)", code: errno)
        }
        setTimes(to, info)
    }

    private mutating func copy(
        _ name: EntryName, _ to: Int32, _ from: Int32, _ path: String, _ depth: Int
    ) throws(DataCopyTrouble) {
        var info = stat()
        guard name.with({ fstatat(from, $0, &info, AT_SYMLINK_NOFOLLOW) }) == 0 else { throw .changed(path: path) }
        switch info.st_mode & S_IFMT {
        case S_IFDIR:
            let inner = try enter(name, from, path)
            defer { close(inner) }
            guard name.with({ mkdirat(to, $0, 0o755) }) == 0 else {
                throw .system(doing: "make a folder for \(path)", code: errno)
            }
            let made = name.with { openat(to, $0, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW) }
            guard made >= 0 else { throw .system(doing: "open the copy of \(path)", code: errno) }
            defer { close(made) }
            try fill(made, from: inner, path, depth: depth + 1)
        case S_IFREG: try copyFile(name, to, from, path)
        case S_IFLNK: try copyLink(name, to, from, path, info)
        default: special += 1
        }
        let now = time(nil)
        guard now - toldAt >= pause else { return }
        toldAt = now
        say("\(MemoryBytes(bytes).text) in \(files) files so far.")
    }

    private func enter(_ name: EntryName, _ from: Int32, _ path: String) throws(DataCopyTrouble) -> Int32 {
        let inner = name.with { openat(from, $0, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW) }
        guard inner >= 0 else { throw errno == EACCES ? .notOpen(path: path) : .changed(path: path) }
        return inner
    }

    private mutating func copyFile(
        _ name: EntryName, _ to: Int32, _ from: Int32, _ path: String
    ) throws(DataCopyTrouble) {
        let input = name.with { openat(from, $0, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }
        guard input >= 0 else { throw errno == EACCES ? .notOpen(path: path) : .changed(path: path) }
        defer { close(input) }
        var info = stat()
        guard fstat(input, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { throw .changed(path: path) }
        try checkRights(input, info, 0o444, path)
        let size = Int64(info.st_size)
        try checkRoom(for: size, to)
        let output = name.with { openat(to, $0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600) }
        guard output >= 0 else { throw .system(doing: "make the copy of \(path)", code: errno) }
        defer { close(output) }
        let copied = try pour(input, output, path, to, most: size)
        var after = stat()
        guard copied == size, fstat(input, &after) == 0, after.st_size == info.st_size,
            after.st_mtim.tv_sec == info.st_mtim.tv_sec,
            after.st_mtim.tv_nsec == info.st_mtim.tv_nsec
        else { throw .changed(path: path) }
        guard fchmod(output, info.st_mode & 0o111 == 0 ? 0o444 : 0o555) == 0 else {
            throw .system(doing: "set the rights of the copy of \(path)", code: errno)
        }
        setTimes(output, info)
        (files, bytes) = (files + 1, bytes + size)
    }

    /// By the kernel where the file systems can; it may stop early, so that what is left is read and written.
    /// - Returns: bytes; at most one more than `most`.
    private func pour(
        _ input: Int32, _ output: Int32, _ path: String, _ folder: Int32, most: Int64
    ) throws(DataCopyTrouble) -> Int64 {
        var count: Int64 = 0
        while count < most {
            let part = linux_copy_range(input, output, min(most - count, 256 << 20))
            guard part > 0 else { break }
            count += part
            // Others write there too.
            if count < most { try checkRoom(for: most - count, folder, taken: count) }
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while count <= most {
            let part = read(input, &buffer, buffer.count)
            if part < 0, errno == EINTR { continue }
            guard part >= 0 else { throw .system(doing: "read \(path)", code: errno) }
            if part == 0 { break }
            var written = 0
            while written < part {
                let sent = buffer.withUnsafeBytes { write(output, $0.baseAddress! + written, part - written) }
                if sent < 0, errno == EINTR { continue }
                guard sent > 0 else { throw .system(doing: "write the copy of \(path)", code: errno) }
                written += sent
            }
            count += Int64(part)
        }
        return count
    }

    private func copyLink(
        _ name: EntryName, _ to: Int32, _ from: Int32, _ path: String, _ info: stat
    ) throws(DataCopyTrouble) {
        var target = [CChar](repeating: 0, count: 4_097)
        let length = name.with { readlinkat(from, $0, &target, 4_096) }
        guard length > 0 else { throw .changed(path: path) }
        target[length] = 0
        guard name.with({ symlinkat(target, to, $0) }) == 0 else {
            throw .system(doing: "copy the link \(path)", code: errno)
        }
        var times = [info.st_atim, info.st_mtim]
        _ = name.with { utimensat(to, $0, &times, AT_SYMLINK_NOFOLLOW) }
    }

    private func setTimes(_ file: Int32, _ info: stat) {
        var times = [info.st_atim, info.st_mtim]
        futimens(file, &times)
    }

    /// Everybody must be able to read it. A list of rights beside the mode could say otherwise of somebody, and is not copied.
    private func checkRights(_ file: Int32, _ info: stat, _ mode: mode_t, _ path: String) throws(DataCopyTrouble) {
        guard mustBeOpen else { return }
        guard info.st_mode & mode == mode else { throw .notOpen(path: path) }
        guard !linux_has_acl(file) else { throw .hasRights(path: path) }
    }

    /// Asked for each file, as things are then.
    /// - Parameter taken: what of this file is there already.
    private func checkRoom(for size: Int64, _ folder: Int32, taken: Int64 = 0) throws(DataCopyTrouble) {
        let most = min(room.quota - bytes - taken, room.left(at: "/proc/self/fd/\(folder)"))
        guard size <= most else {
            throw .noRoom(needed: bytes + taken + size, room: bytes + taken + max(0, most), isNew: false)
        }
        var info = statvfs()
        // File systems that make room for files as they need it say 0.
        guard fstatvfs(folder, &info) != 0 || info.f_files == 0 || info.f_favail > info.f_files / 50 else {
            throw .tooManyFiles(files: files)
        }
    }

    private func isSame(_ one: timespec, _ other: timespec) -> Bool {
        one.tv_sec == other.tv_sec && one.tv_nsec == other.tv_nsec
    }

    private func names(in folder: Int32, _ path: String) throws(DataCopyTrouble) -> [EntryName] {
        do throws(Errno) { return try EntryName.list(folder) } catch {
            throw .system(doing: "list \(path)", code: error.code)
        }
    }
}
