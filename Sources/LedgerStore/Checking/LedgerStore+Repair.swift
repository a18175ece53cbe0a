import FleetModel
import Foundation
import GRDB
import Glibc
import LeaseLedger

extension LedgerStore {
    /// Mends what can be mended without losing an event: rights of the file, leftovers, indexes, checkpoints and the
    /// records of requests that are over, and room that nothing uses. All of these follow from the base and the log of
    /// events, which are never touched.
    /// No server may run on the folder meanwhile.
    ///
    /// - Returns: what was done, a sentence each; empty: nothing was wrong. Throws what needs a backup.
    package static func repair(at directory: String) async throws(StoreError) -> [String] {
        var done: [String] = []
        let files = StoreFiles(directory: directory)
        if let mode = StoreFiles.status(of: files.database)?.st_mode, mode & 0o777 != 0o600 {
            guard chmod(files.database, 0o600) == 0 else {
                throw .cannotOpen(path: files.database, detail: StoreFiles.lastError)
            }
            done.append("Gave the ledger the permissions 600; they were \(String(mode & 0o777, radix: 8)).")
        }
        done += deleteLeftovers(in: directory)
        let hadBallast = Ballast.isThere(files, bytes: defaultBallastBytes)
        let store = try open(at: directory)
        defer { try? store.close() }
        if !hadBallast, store.hasBallast { done.append("Put the room in reserve for returns back.") }
        done += try await store.repairIndexes()
        done += try await store.repairProjections()
        done += try await store.giveRoomBack()
        return done
    }

    private static func deleteLeftovers(in directory: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        // Where there is no ledger they tell that there was one.
        guard exists(at: directory) else { return [] }
        let fresh = StoreFiles(directory: "").fresh.dropFirst()
        let leftovers = names.filter { name in
            BackupFile.isOne(name) || RestoreFolder.isOne(name)
                || ["", "-wal", "-shm", "-journal"].contains { name == fresh + $0 }
        }.sorted()
        return leftovers.compactMap { name in
            let gone = (try? FileManager.default.removeItem(atPath: "\(directory)/\(name)")) != nil
            return gone ? "Deleted \(name), which something that was cut off left behind." : nil
        }
    }

    private func repairIndexes() async throws(StoreError) -> [String] {
        guard let first = try await integrityCheck().first else { return [] }
        try await write { try $0.execute(sql: "REINDEX") }
        if let left = try await integrityCheck().first { throw .damaged(path: files.database, detail: left) }
        return ["Built the database's indexes anew (\(first))."]
    }

    /// Each round mends the first difference that the replay finds.
    private func repairProjections() async throws(StoreError) -> [String] {
        var done: [String] = []
        for _ in 0..<Self.checkpointsKept + 2 {
            switch try await verifyReplay() {
            case .agrees: return done
            case .checkpointUnusable(let sequence, let detail):
                try await write { try $0.execute(sql: "DELETE FROM checkpoint WHERE sequence = ?", arguments: [sequence]) }
                done.append("Deleted the checkpoint at event \(sequence) (\(detail)).")
            case .stateDiffers(let sequence):
                try await write { try $0.execute(sql: "DELETE FROM checkpoint WHERE sequence = ?", arguments: [sequence]) }
                done.append("Deleted the checkpoint at event \(sequence), which was not what the events before it give.")
            case .recordDiffers, .tooManyRecords:
                let count = try await rebuildRecords()
                done.append("Wrote the records of what is over anew, from the log: \(count.counted("request")).")
            case .logUnreadable(let detail): throw .damaged(path: files.database, detail: detail)
            case .violated(let violations):
                throw .damaged(path: files.database, detail: violations.map { "\($0)" }.joined(separator: "; "))
            case .stateAhead(let sequence, let last):
                throw .damaged(path: files.database, detail: "the state stands at \(sequence), the log ends with \(last)")
            case .stateBehind(let sequence, let base):
                throw .damaged(path: files.database, detail: "the state stands at \(sequence), the log begins at \(base)")
            }
        }
        throw .damaged(path: files.database, detail: "its checkpoints can't be mended")
    }

    /// Deleted events leave free pages, which new ones use. Where most of the file is free, it is made smaller.
    private func giveRoomBack() async throws(StoreError) -> [String] {
        let free = try await read { database in
            let pages = try ["freelist_count", "page_count", "page_size"].map {
                try Int64.fetchOne(database, sql: "PRAGMA \($0)") ?? 0
            }
            return pages[0] > max(Self.fewPages, pages[1] / 2) ? pages[0] * pages[2] : 0
        }
        guard free > 0 else { return [] }
        do { try await write { try $0.execute(sql: "VACUUM") } } catch .full { return [] }
        return ["Gave \(MemoryBytes(free).text) back to the disk, which deleted events had left free."]
    }

    private static let fewPages: Int64 = 256

    private func rebuildRecords() async throws(StoreError) -> Int {
        try await write { database in
            var count = 0
            try database.inTransaction(.immediate) {
                let base = try self.base(in: database)
                // Those of before the base follow from nothing that is kept.
                try database.execute(
                    sql: "DELETE FROM ended WHERE \(LedgerBase.wasNotOver)", arguments: base.requestArguments)
                var state = base.state
                for event in try self.events(in: database, after: base.sequence, limit: nil) {
                    state.apply(event)
                    guard event.event.endsRequest, let id = event.event.subject, let record = state.requests[id] else {
                        continue
                    }
                    let end = record.lease?.receipt?.closedAt ?? event.at
                    try EncodedBatch.insert(
                        record, endedAt: end.milliseconds, body: StoreJSON.text(record), into: database)
                    count += 1
                }
                return .commit
            }
            return count
        }
    }
}
