package import FleetModel
package import Foundation
import Glibc
import GRDB
import LeaseLedger

/// What was put back.
package struct RestoredLedger: Hashable, Sendable {
    /// The newest event of the backup.
    package let backupSequence: Int64
    /// The newest event now, and its time on the ledger's clock.
    package let sequence: Int64
    package let time: Timestamp
    package let waiting: Int
    package let live: Int
    /// What the next request will be called.
    package let nextID: LeaseID
    /// Requests that wait in the backup and were launched since: they are refused with that reason.
    package let refused: [LeaseID]
    /// How many tokens of the backup are valid no more, since the ledger that was there has them revoked, or there was none
    /// to ask.
    package let revokedTokens: Int
    /// Where the ledger that was there before lies now; nil: there was none.
    package let replaced: String?
}

extension LedgerStore {
    /// Puts a backup in the place of the ledger of a folder. No server may run on it meanwhile.
    ///
    /// The backup is copied and examined as a whole (format, pages, replay of the whole log) before anything is moved;
    /// what was there before is kept beside it under another name. An older format is brought up to date. A process that is
    /// killed meanwhile leaves the one or the other ledger whole, or none, and then nothing starts on an empty one.
    ///
    /// - Parameters:
    ///   - backup: an open file.
    ///   - replacing: a ledger that is there may be moved aside.
    ///   - launched: every attempt that the data directory tells of; numbers go on above them and above those of the
    ///     ledger that was there, and what was launched since is not launched again.
    ///   - numbersFrom: what the next request is to be called at the least; it must be given where a ledger is there that
    ///     can't be read.
    ///   - step: hears of each step before it is made.
    package static func restore(
        from backup: FileHandle, at directory: String, replacing: Bool, launched: [AttemptKey] = [],
        numbersFrom: LeaseID? = nil, step: @escaping @Sendable (RestoreStep) -> Void = { _ in }
    ) async throws(StoreError) -> RestoredLedger {
        let files = StoreFiles(directory: directory)
        let replacement = LedgerReplacement(files: files, step: step)
        let isThere = replacement.isSomethingThere
        if isThere, !replacing { throw .ledgerInTheWay(path: files.database) }
        let staging = "\(directory)/\(RestoreFolder.name())"
        defer { try? FileManager.default.removeItem(atPath: staging) }
        do {
            let store = try await examined(backup, at: staging, step)
            let old = isThere ? try await ReplacedLedger.read(files, into: staging + "/replaced") : nil
            if isThere, old == nil, numbersFrom == nil {
                let highest = launched.map(\.lease).max() ?? LeaseID(0)
                throw StoreError.numbersUnknown(path: files.database, highest: highest)
            }
            let found = try await complete(store, old, launched, numbersFrom)
            try store.close()
            let new = StoreFiles(directory: staging)
            guard StoreFiles.size(of: new.writeAheadLog) == 0 else {
                throw StoreError.failed(code: 0, detail: "the copy's write-ahead log could not be emptied")
            }
            let replaced = try replacement.put(new.database)
            step(.tidy)
            return RestoredLedger(
                backupSequence: found.backup, sequence: found.state.sequence, time: found.state.time,
                waiting: found.state.waiting.count, live: found.state.live.count,
                nextID: found.state.nextID,
                refused: found.refused,
                revokedTokens: found.revoked, replaced: replaced)
        } catch let error as StoreError {
            throw error
        } catch {
            throw .failed(code: 0, detail: "\(error)")
        }
    }

    /// A store on a copy of the backup, found sound as a whole.
    private static func examined(
        _ backup: FileHandle, at staging: String, _ step: @Sendable (RestoreStep) -> Void
    ) async throws -> LedgerStore {
        guard mkdir(staging, 0o700) == 0 else { throw StoreError.cannotOpen(path: staging, detail: StoreFiles.lastError) }
        try StoreFiles(directory: (staging as NSString).deletingLastPathComponent).syncDirectory()
        let files = StoreFiles(directory: staging)
        let copy = Glibc.open(files.database, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard copy >= 0 else { throw StoreError.cannotOpen(path: files.database, detail: StoreFiles.lastError) }
        let file = FileHandle(fileDescriptor: copy, closeOnDealloc: true)
        while let part = try backup.read(upToCount: 1 << 20), !part.isEmpty { try file.write(contentsOf: part) }
        try file.synchronize()
        try file.close()
        step(.examine)
        let store: LedgerStore
        do throws(StoreError) { store = try LedgerStore.open(at: staging, ballastBytes: 0) } catch {
            switch error {
            case .damaged(_, let detail): throw StoreError.notABackup(detail: detail)
            case .notALedger: throw StoreError.notABackup(detail: "it is a database of another program")
            case .newerVersion(_, let found, let known):
                throw StoreError.notABackup(
                    detail: "it was made by a newer Carrel (format \(found); this one knows formats up to \(known))")
            case .cannotOpen, .wrongPermissions, .notABackup, .ledgerInTheWay, .ledgerMissing, .numbersUnknown, .full,
                .failed:
                throw error
            }
        }
        let damage = try await store.integrityCheck()
        if let first = damage.first { throw StoreError.notABackup(detail: first) }
        let replay = try await store.verifyReplay()
        guard case .agrees = replay else { throw StoreError.notABackup(detail: "\(replay)") }
        return store
    }

    /// Writes down that the backup was put back, and what follows from what is known of the time since: nothing that began
    /// then begins again, and only tokens that the replaced ledger still has are valid. Everybody is signed out, and who was
    /// disabled since stays so.
    private static func complete(
        _ store: LedgerStore, _ old: ReplacedLedger?, _ launched: [AttemptKey], _ numbersFrom: LeaseID?
    ) async throws -> (backup: Int64, state: LedgerState, refused: [LeaseID], revoked: Int) {
        let (checkpoint, tail) = try await store.load()
        let state = tail.reduce(into: checkpoint ?? LedgerState()) { $0.apply($1) }
        var batch = LedgerBatch(from: state, at: state.time)
        batch.restore(
            nextID: max(old?.state.nextID ?? LeaseID(1), numbersFrom ?? LeaseID(1)),
            launched: launched + (old?.launched(of: state) ?? []))
        do {
            try await store.append(LogBatch(events: batch.events, ended: batch.ended), after: state.sequence)
        } catch {
            throw StoreError.failed(code: 0, detail: "\(error)")
        }
        let valid = old?.tokens ?? [], disabled = old?.disabled ?? [], now = state.time.milliseconds
        let revoked = try await store.write { database in
            // Links that were used since and browsers that were signed out since must open nothing again.
            try database.execute(sql: "DELETE FROM browser_session; DELETE FROM sign_in_ticket; DELETE FROM session_share")
            for name in disabled {
                try database.execute(sql: "UPDATE account SET disabled = 1 WHERE name = ?", arguments: [name])
            }
            var revoked = 0
            for row in try Row.fetchAll(database, sql: "SELECT id, digest FROM token WHERE revoked_at IS NULL") {
                let id: Int64 = row["id"], digest: Data = row["digest"]
                if valid.contains(digest) { continue }
                try database.execute(sql: "UPDATE token SET revoked_at = ? WHERE id = ?", arguments: [now, id])
                revoked += 1
            }
            return revoked
        }
        return (state.sequence, batch.state, batch.ended.filter { $0.refusal != nil }.map(\.id), revoked)
    }
}
