package import FleetModel
package import Foundation
import Glibc
import GRDB
import LeaseLedger

/// What was put back.
package struct RestoredLedger: Hashable, Sendable {
    /// The newest event of the backup, and its time on the ledger's clock.
    package let sequence: Int64
    package let time: Timestamp
    package let waiting: Int
    package let live: Int
    /// What the next request will be called.
    package let nextID: LeaseID
    /// Where the ledger that was there before lies now; nil: there was none.
    package let replaced: String?
}

extension LedgerStore {
    /// Puts a backup in the place of the ledger of a folder. No server may run on it meanwhile.
    ///
    /// The backup is copied and examined as a whole (format, pages, replay of the whole log) before anything is moved;
    /// what was there before is kept beside it under another name. An older format is brought up to date.
    ///
    /// - Parameters:
    ///   - backup: an open file.
    ///   - replacing: a ledger that is there may be moved aside.
    ///   - used: the highest number that attempts or logs in the data directory bear; the numbers go on above it and
    ///     above those of the ledger that was there.
    package static func restore(
        from backup: FileHandle, at directory: String, replacing: Bool, above used: Int64
    ) async throws(StoreError) -> RestoredLedger {
        let files = StoreFiles(directory: directory)
        let isThere = StoreFiles.status(of: files.database) != nil
        if isThere, !replacing { throw .ledgerInTheWay(path: files.database) }
        let staging = "\(directory)/restore-\(UUID().uuidString)"
        do {
            let found = try await stage(backup, at: staging, above: max(used, isThere ? highestNumber(files) : 0))
            let replaced = isThere ? try moveAside(files) : nil
            guard rename(StoreFiles(directory: staging).database, files.database) == 0 else {
                throw StoreError.cannotOpen(path: files.database, detail: StoreFiles.lastError)
            }
            try files.syncDirectory()
            try? FileManager.default.removeItem(atPath: staging)
            return RestoredLedger(
                sequence: found.sequence, time: found.time, waiting: found.waiting.count, live: found.live.count,
                nextID: found.nextID, replaced: replaced)
        } catch let error as StoreError {
            try? FileManager.default.removeItem(atPath: staging)
            throw error
        } catch {
            try? FileManager.default.removeItem(atPath: staging)
            throw .failed(code: 0, detail: "\(error)")
        }
    }

    /// Copies, examines, and writes down that this was restored. The state is the backup's own, with the next number.
    private static func stage(_ backup: FileHandle, at staging: String, above used: Int64) async throws -> LedgerState {
        guard mkdir(staging, 0o700) == 0 else { throw StoreError.cannotOpen(path: staging, detail: StoreFiles.lastError) }
        let files = StoreFiles(directory: staging)
        let copy = Glibc.open(files.database, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard copy >= 0 else { throw StoreError.cannotOpen(path: files.database, detail: StoreFiles.lastError) }
        let file = FileHandle(fileDescriptor: copy, closeOnDealloc: true)
        while let part = try backup.read(upToCount: 1 << 20), !part.isEmpty { try file.write(contentsOf: part) }
        try file.synchronize()
        try file.close()
        let store: LedgerStore
        do throws(StoreError) { store = try LedgerStore.open(at: staging, ballastBytes: 0) } catch {
            switch error {
            case .damaged(_, let detail): throw StoreError.notABackup(detail: detail)
            case .notALedger: throw StoreError.notABackup(detail: "it is a database of another program")
            case .newerVersion(_, let found, let known):
                throw StoreError.notABackup(
                    detail: "it was made by a newer Carrel (format \(found); this one knows formats up to \(known))")
            case .cannotOpen, .wrongPermissions, .notABackup, .ledgerInTheWay, .full, .failed: throw error
            }
        }
        let damage = try await store.integrityCheck()
        if let first = damage.first { throw StoreError.notABackup(detail: first) }
        let replay = try await store.verifyReplay()
        guard case .agrees = replay else { throw StoreError.notABackup(detail: "\(replay)") }
        var (checkpoint, tail) = try await store.load()
        var state = checkpoint ?? LedgerState()
        checkpoint = nil
        for event in tail { state.apply(event) }
        let next = max(state.nextID, LeaseID(used).next)
        let restored = RecordedEvent(
            sequence: state.sequence + 1, at: state.time, event: .ledgerRestored(LedgerRestored(nextID: next)))
        do { try await store.append(LogBatch(events: [restored]), after: state.sequence) } catch {
            throw StoreError.failed(code: 0, detail: "\(error)")
        }
        state.apply(restored)
        try store.close()
        return state
    }

    /// The highest number of a request in the ledger that is there; 0 where that can't be read.
    private static func highestNumber(_ files: StoreFiles) -> Int64 {
        guard let store = try? LedgerStore.open(at: files.directory, ballastBytes: 0) else { return 0 }
        defer { try? store.close() }
        return
            (try? store.pool.read { database in
                let base = try? store.base(in: database).state.nextID.number - 1
                return max(try Int64.fetchOne(database, sql: "SELECT max(subject) FROM event") ?? 0, base ?? 0)
            }) ?? 0
    }

    /// The database together with its write-ahead log, which belongs to it.
    private static func moveAside(_ files: StoreFiles) throws(StoreError) -> String {
        var number = 1
        while StoreFiles.status(of: "\(files.database).replaced-\(number)") != nil { number += 1 }
        let place = "\(files.database).replaced-\(number)"
        for suffix in ["", "-wal"] where StoreFiles.status(of: files.database + suffix) != nil {
            guard rename(files.database + suffix, place + suffix) == 0 else {
                throw .cannotOpen(path: files.database, detail: StoreFiles.lastError)
            }
        }
        unlink(files.database + "-shm")
        return place
    }
}
