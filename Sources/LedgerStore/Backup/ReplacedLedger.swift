import FleetModel
import Foundation
import GRDB
import Glibc
import LeaseLedger

/// What the ledger that a backup replaces tells of the time since. Read from a copy: it stays as it is, in its own format.
struct ReplacedLedger {
    let state: LedgerState
    /// Digests of the tokens that are still valid.
    let tokens: Set<Data>
    /// Names of the accounts that are disabled.
    let disabled: [String]

    /// Throws `full` when there is no room for the copy; nil: it can't be read.
    static func read(_ files: StoreFiles, into folder: String) async throws(StoreError) -> ReplacedLedger? {
        guard mkdir(folder, 0o700) == 0 else { throw .cannotOpen(path: folder, detail: StoreFiles.lastError) }
        let copy = StoreFiles(directory: folder)
        do {
            for (from, to) in [(files.database, copy.database), (files.writeAheadLog, copy.writeAheadLog)]
            where StoreFiles.isThere(from) {
                try FileManager.default.copyItem(atPath: from, toPath: to)
                chmod(to, 0o600)
            }
        } catch {
            if let free = files.bytesFree, free < 1 << 20 { throw .full(path: folder) }
            return nil
        }
        do {
            guard try copy.databaseExists() else { return nil }
            let store = try LedgerStore.open(at: folder, ballastBytes: 0)
            defer { try? store.close() }
            guard try await store.integrityCheck().isEmpty else { return nil }
            let (checkpoint, tail) = try await store.load()
            let state = tail.reduce(into: checkpoint ?? LedgerState()) { $0.apply($1) }
            let tokens = try await store.read {
                try Set(Data.fetchAll($0, sql: "SELECT digest FROM token WHERE revoked_at IS NULL"))
            }
            let disabled = try await store.read {
                try String.fetchAll($0, sql: "SELECT name FROM account WHERE disabled ORDER BY name")
            }
            return ReplacedLedger(state: state, tokens: tokens, disabled: disabled)
        } catch {
            if case .full = error { throw .full(path: folder) }
            return nil
        }
    }

    /// The attempts of requests that `backup` has as waiting or live: its work that was launched since must not be again.
    /// Of a request that this ledger has forgotten only that it is over is known.
    func launched(of backup: LedgerState) -> [AttemptKey] {
        (backup.waiting.map { $0 } + backup.live.map { $0 }).compactMap { id in
            if let record = state.requests[id] {
                return record.lease.map { AttemptKey(lease: id, number: max(1, $0.attempt)) }
            }
            guard id < state.nextID, state.sequence >= backup.sequence else { return nil }
            return AttemptKey(lease: id, number: 1)
        }
    }
}
