import Foundation
import Glibc

/// The files of a store, and what must hold for them before SQLite touches them.
struct StoreFiles: Sendable {
    let directory: String

    var database: String { directory + "/ledger.sqlite" }
    var writeAheadLog: String { database + "-wal" }
    /// What SQLite keeps beside the log while the database is open.
    var index: String { database + "-shm" }
    /// Where a ledger lies that a backup has replaced.
    func kept(_ number: Int) -> String { "\(database).replaced-\(number)" }
    /// Where a new database is made, before it is moved into place as a whole.
    var fresh: String { directory + "/ledger.sqlite.new" }
    var ballast: String { directory + "/ballast" }

    /// Whether there is a database; throws when what is there can't be one.
    ///
    /// Looks at names and bits only. Opening and closing the database's own file here would drop the locks that
    /// SQLite holds on it in this process.
    func databaseExists() throws(StoreError) -> Bool {
        guard let folder = Self.status(of: directory) else {
            guard errno == ENOENT || errno == ENOTDIR else { throw Self.failure(directory) }
            throw .cannotOpen(path: database, detail: "the folder \(directory) does not exist or is no folder")
        }
        guard folder.st_mode & S_IFMT == S_IFDIR else {
            throw .cannotOpen(path: database, detail: "the folder \(directory) does not exist or is no folder")
        }
        guard let found = Self.status(of: database) else {
            guard errno == ENOENT else { throw Self.failure(database) }
            if let log = Self.status(of: writeAheadLog), log.st_size > 0 {
                throw .damaged(path: database, detail: "it is gone, and its write-ahead log \(writeAheadLog) is there")
            }
            return false
        }
        switch found.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw .cannotOpen(path: database, detail: "it is a folder")
        default: throw .cannotOpen(path: database, detail: "it is no ordinary file")
        }
        let mode = found.st_mode & 0o777
        guard mode == 0o600 else { throw .wrongPermissions(path: database, mode: mode) }
        // A ledger is moved into place when it is complete, so that none of ours is ever empty.
        guard found.st_size > 0 else { throw .damaged(path: database, detail: "it is empty") }
        guard access(database, W_OK) == 0 else { throw Self.failure(database) }
        return true
    }

    /// Something that tells that there was a ledger here; nil: nothing does.
    var traceOfALedger: String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.sorted().first { name in
            name.hasPrefix("ledger.sqlite.replaced-") || name.hasPrefix("restore-")
        }.map { "\(directory)/\($0)" }
    }

    /// The bytes that ordinary users may still write on the file system; nil: it can't be asked.
    var bytesFree: Int64? {
        var found = statvfs()
        guard statvfs(directory, &found) == 0 else { return nil }
        let (bytes, overflow) = UInt64(found.f_bavail).multipliedReportingOverflow(by: UInt64(found.f_frsize))
        return overflow ? .max : Int64(clamping: bytes)
    }

    /// Whether a name is taken, by whatever.
    static func isThere(_ path: String) -> Bool {
        var found = stat()
        return lstat(path, &found) == 0
    }

    /// The bytes of a file; 0: it is not there.
    static func size(of path: String) -> Int64 { status(of: path).map { Int64($0.st_size) } ?? 0 }

    /// nil: `errno` says why.
    static func status(of path: String) -> stat? {
        var found = stat()
        return stat(path, &found) == 0 ? found : nil
    }

    static var lastError: String { String(cString: strerror(errno)) }

    /// What `errno` means for a file of the store: no room, something that a person must mend, or trouble of the disk or
    /// the machine, which may pass.
    static func failure(_ path: String, _ number: Int32 = errno) -> StoreError {
        let detail = String(cString: strerror(number))
        return switch number {
        case ENOSPC, EDQUOT: .full(path: path)
        case EACCES, EPERM, EROFS, ENOENT, ENOTDIR, EISDIR, ELOOP, EEXIST, ENAMETOOLONG:
            .cannotOpen(path: path, detail: detail)
        default: .failed(code: 0, detail: "\(path): \(detail)")
        }
    }

    /// Makes names that were added to or taken from the folder durable.
    func syncDirectory() throws(StoreError) {
        let folder = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Self.failure(directory) }
        defer { Glibc.close(folder) }
        guard fsync(folder) == 0 else { throw Self.failure(directory) }
    }
}
