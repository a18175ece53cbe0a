import Glibc

/// A file that only takes up room. When the disk is full it goes, and its room lets leases be returned.
enum Ballast {
    static func release(_ files: StoreFiles) throws(StoreError) {
        guard unlink(files.ballast) == 0 || errno == ENOENT else {
            throw StoreFiles.failure(files.ballast)
        }
    }

    /// Whether the file takes up its room: a sparse one would free nothing.
    static func isThere(_ files: StoreFiles, bytes: Int64) -> Bool {
        guard let found = StoreFiles.status(of: files.ballast) else { return false }
        return Int64(found.st_size) >= bytes && Int64(found.st_blocks) * 512 >= bytes
    }

    /// Takes up the room again; false: there is not enough for the ballast and as much again beside it.
    static func restore(_ files: StoreFiles, bytes: Int64) throws(StoreError) -> Bool {
        if bytes == 0 || isThere(files, bytes: bytes) { return true }
        try release(files)
        guard let free = files.bytesFree, free / 2 >= bytes else { return false }
        let file = Glibc.open(files.ballast, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            if errno == ENOSPC { return false }
            throw StoreFiles.failure(files.ballast)
        }
        defer { Glibc.close(file) }
        let failure = posix_fallocate(file, 0, off_t(bytes))
        if failure == 0 { return true }
        try release(files)
        if failure == ENOSPC || failure == EDQUOT || failure == EFBIG { return false }
        throw StoreFiles.failure(files.ballast, failure)
    }
}

extension LedgerStore {
    package static let defaultBallastBytes: Int64 = 16 << 20

    /// Whether there is room in reserve. false: take in returns only, until `restoreBallast` gives true.
    package var hasBallast: Bool { Ballast.isThere(files, bytes: ballastBytes) }

    /// Frees the room in reserve, so that leases can be returned on a full disk.
    package func releaseBallast() throws(StoreError) { try Ballast.release(files) }

    /// Takes room into reserve again; false: there is not enough yet.
    package func restoreBallast() throws(StoreError) -> Bool { try Ballast.restore(files, bytes: ballastBytes) }
}
