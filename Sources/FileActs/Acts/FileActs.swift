import CLinux
import Glibc

/// What is done to files beneath one folder, with the rights of this process. No link and no name leads out of the folder,
/// whoever changes what lies in it meanwhile.
package struct FileActs {
    let root: OpenFile
    let sharing: Sharing

    /// Whom new files belong to besides their owner.
    package enum Sharing: String, Sendable {
        /// Nobody, until their owner says otherwise.
        case own
        /// A team.
        case team

        var fileMode: mode_t { self == .own ? 0o600 : 0o660 }
        var folderMode: mode_t { self == .own ? 0o700 : 0o770 }
    }

    /// Throws where the folder can't be opened.
    package init(root path: String, sharing: Sharing) throws(FileFault) {
        self.init(root: try OpenFile.holding(path).get(), sharing: sharing)
    }

    init(root: OpenFile, sharing: Sharing) {
        self.root = root
        self.sharing = sharing
        umask(0)
    }

    /// Opens a path: links on the way, and at its end, lead as far as the place reaches.
    func open(_ path: FilePath, _ flags: Int32) throws(FileFault) -> OpenFile {
        let text = path.names.joined(separator: [UInt8(ascii: "/")])
        let root = root.number
        let file = withName(Array(text)) { linux_open_beneath(root, $0, flags) }
        guard file >= 0 else { throw FileFault(errno: -file) }
        return OpenFile(file)
    }

    /// The folder that an entry is in, and its name there.
    func folder(of path: FilePath) throws(FileFault) -> (OpenFile, [UInt8]) {
        guard let name = path.last else { throw .isTop }
        return (try open(path.parent, hold | O_DIRECTORY), name)
    }

    package func look(at path: FilePath) throws(FileFault) -> FileEntry {
        try entry(try open(path, hold), named: path.last ?? [])
    }

    /// What is behind an open descriptor, under the name that was asked for.
    func entry(_ file: OpenFile, named name: [UInt8]) throws(FileFault) -> FileEntry {
        FileEntry(try file.status(), name)
    }

    package func makeFolder(_ path: FilePath) throws(FileFault) -> FileEntry {
        let (folder, name) = try folder(of: path)
        guard withName(name, { mkdirat(folder.number, $0, sharing.folderMode) }) == 0 else {
            throw errno == EEXIST ? .exists(kind(name, in: folder)) : FileFault(errno: errno)
        }
        return try look(at: path)
    }

    func kind(_ name: [UInt8], in folder: OpenFile) -> FileKind {
        (try? folder.status(of: name)).map { FileKind($0.st_mode) } ?? .other
    }

    /// Opens a file for reading, if it is an ordinary one: looking at a pipe or a device must have no effect on it.
    package func read(_ path: FilePath) throws(FileFault) -> (OpenFile, FileEntry) {
        let held = try open(path, hold)
        let found = try entry(held, named: path.last ?? [])
        guard found.kind == .file else { throw .notAFile(found.kind) }
        let file = linux_reopen(held.number, O_RDONLY | O_NONBLOCK)
        guard file >= 0 else { throw FileFault(errno: -file) }
        return (OpenFile(file), found)
    }
}

/// Opens nothing: takes hold of what is there, to look at it first.
let hold = Int32(LINUX_HOLD)

/// A descriptor that is closed with its last owner.
package final class OpenFile: Sendable {
    package let number: Int32
    package init(_ number: Int32) { self.number = number }
    deinit { close(number) }

    /// Takes hold of a folder by its path.
    static func holding(_ path: String) -> Result<OpenFile, FileFault> {
        let file = open(path, hold | O_DIRECTORY | O_CLOEXEC)
        return file < 0 ? .failure(FileFault(errno: errno)) : .success(OpenFile(file))
    }

    func status() throws(FileFault) -> stat {
        var found = stat()
        guard fstat(number, &found) == 0 else { throw FileFault(errno: errno) }
        return found
    }

    /// Of an entry of this folder; a link itself.
    func status(of name: [UInt8]) throws(FileFault) -> stat {
        var found = stat()
        guard withName(name, { fstatat(number, $0, &found, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            throw FileFault(errno: errno)
        }
        return found
    }
}

/// Names are bytes; C wants them with a zero at the end.
func withName<Result>(_ name: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (name.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
        // Never empty: it holds the zero at least.
        body(buffer.baseAddress!)
    }
}

extension FileEntry {
    init(_ found: stat, _ name: [UInt8]) {
        // Some file systems keep any time that somebody chose.
        let most = Int(Int64.max / 1_000 - 1), time = found.st_mtim
        self.init(
            name: name, kind: FileKind(found.st_mode), bytes: Int64(found.st_size),
            changedAt: Int64(min(max(time.tv_sec, -most), most)) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

extension FileKind {
    init(_ mode: mode_t) {
        self =
            switch mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .other
            }
    }
}

extension FileFault {
    init(errno code: Int32) {
        self =
            switch code {
            case ENOENT: .missing
            case ENOTDIR: .notAFolder
            case EXDEV, ELOOP: .outside
            case EACCES, EPERM: .forbidden
            case EROFS: .readOnly
            case ENOTEMPTY: .notEmpty
            case ENOSPC: .full(free: 0, wanted: nil)
            case EDQUOT: .overQuota
            case EISDIR: .notAFile(.folder)
            case ENAMETOOLONG: .nameTooLong(most: FilePath.longestName)
            case EINVAL, EILSEQ: .badName
            case EBUSY, ETXTBSY: .inUse
            case ENOSYS: .oldKernel
            case ETIMEDOUT, EIO, ESTALE, EHOSTDOWN, EAGAIN: .silent
            default: .failed(code: code)
            }
    }
}
