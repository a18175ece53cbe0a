import Foundation
import GRDB
import Glibc

extension LedgerStore {
    /// Copies the ledger, as it stands now, into a file of its own in the store's folder, while others read and write.
    /// The file is complete and needs no write-ahead log. It holds the commands and environments of work that is not
    /// over, so that only its owner can read it.
    ///
    /// - Returns: the file's path; the caller deletes it.
    package func makeBackup() async throws(StoreError) -> String {
        let path = "\(directory)/\(BackupFile.name())"
        let result: Result<Void, StoreError> = await withCheckedContinuation { continuation in
            // It takes seconds for each GB, too long for a thread of the tasks.
            Thread.detachNewThread {
                continuation.resume(returning: Result { () throws(StoreError) in try self.copy(to: path) })
            }
        }
        do { try result.get() } catch {
            unlink(path)
            throw error
        }
        return path
    }

    /// Deletes what backups and restores that were cut off left behind: names that Carrel itself gives, and no others.
    package func deleteUnfinishedBackups() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] {
            if BackupFile.isOne(name) { unlink("\(directory)/\(name)") }
            if RestoreFolder.isOne(name) { try? FileManager.default.removeItem(atPath: "\(directory)/\(name)") }
        }
    }

    private func copy(to path: String) throws(StoreError) {
        let file = Glibc.open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw errno == ENOSPC ? .full(path: path) : .cannotOpen(path: path, detail: StoreFiles.lastError)
        }
        defer { Glibc.close(file) }
        do {
            let copy = try DatabaseQueue(path: path)
            try pool.backup(to: copy)
            try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            try copy.close()
        } catch { throw StoreError(error, path: path) }
        guard fsync(file) == 0 else { throw .cannotOpen(path: path, detail: StoreFiles.lastError) }
    }
}
