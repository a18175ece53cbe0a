import Foundation
import GRDB
import Glibc

extension LedgerStore {
    /// Copies the ledger, as it stands now, into a file of its own in the store's folder, while others read and write.
    /// The file is complete and needs no write-ahead log. It holds the commands and environments of work that is not
    /// over, so that only its owner can read it.
    ///
    /// It is given up where it would take the room that is kept for leases that come back, at the start or on the way. One
    /// at a time is the caller's to see to.
    /// - Parameter margin: bytes that stay free beside the ballast and as much again.
    /// - Returns: the file's path; the caller deletes it.
    package func makeBackup(margin: Int64 = BackupRoom.margin) async throws(BackupError) -> String {
        let path = "\(directory)/\(BackupFile.name())"
        let room = BackupRoom(files, ballastBytes: ballastBytes, margin: margin)
        let result: Result<Void, BackupError> = await withCheckedContinuation { continuation in
            // It takes seconds for each GB, too long for a thread of the tasks.
            Thread.detachNewThread {
                continuation.resume(returning: Result { () throws(BackupError) in try self.copy(to: path, room) })
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

    /// Pages that are copied between two looks at the room.
    private static let pagesPerLook: CInt = 1_024

    private func copy(to path: String, _ room: BackupRoom) throws(BackupError) {
        let bytes: Int64
        do { bytes = try pool.read { try Self.databaseBytes($0) } } catch {
            throw .store(StoreError(error, path: files.database))
        }
        try room.check(for: bytes)
        let file = Glibc.open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .store(StoreFiles.failure(path)) }
        defer { Glibc.close(file) }
        do {
            let copy = try DatabaseQueue(path: path)
            // From one snapshot: what others write meanwhile is not in it, and keeps the write-ahead log growing.
            try pool.backup(to: copy, pagesPerStep: Self.pagesPerLook) { progress in
                if !progress.isCompleted { try room.check(for: 0) }
            }
            try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            try copy.close()
        } catch let error as BackupError {
            throw error
        } catch {
            throw .store(StoreError(error, path: path))
        }
        guard fsync(file) == 0 else { throw .store(StoreFiles.failure(path)) }
    }

    /// The size of a complete copy.
    private static func databaseBytes(_ database: Database) throws -> Int64 {
        let pages = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        return pages * (try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
    }
}
