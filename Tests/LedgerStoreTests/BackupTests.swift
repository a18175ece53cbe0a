import FleetModel
import Foundation
import Glibc
import LeaseLedger
import Testing

@testable import LedgerStore

/// Copies for keeping elsewhere, and the way back.
@Suite struct BackupTests {
    /// A store with some hundred events, and the ledger that they give.
    private func filled(_ seed: UInt64) async throws -> (folder: TemporaryFolder, store: LedgerStore, history: RandomHistory)
    {
        let folder = try TemporaryFolder(inMemory: true)
        let store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        var history = RandomHistory(seed: seed)
        for step in 1...100 {
            let before = history.state.sequence
            try await store.append(history.next(), after: before)
            if step == 50 { try await store.checkpoint(history.state) }
        }
        return (folder, store, history)
    }

    private func state(of store: LedgerStore) async throws -> LedgerState {
        let (checkpoint, tail) = try await store.load()
        return tail.reduce(into: checkpoint ?? LedgerState()) { $0.apply($1) }
    }

    private func restore(
        _ path: String, at folder: TemporaryFolder, replacing: Bool = false, above used: Int64 = 0
    ) async throws(StoreError) -> RestoredLedger {
        guard let file = FileHandle(forReadingAtPath: path) else { throw .cannotOpen(path: path, detail: "no backup") }
        return try await LedgerStore.restore(from: file, at: folder.path, replacing: replacing, above: used)
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func aBackupRestoresToTheSameLedger(seed: UInt64) async throws {
        let (folder, store, history) = try await filled(seed)
        defer { withExtendedLifetime(folder) {} }
        let backup = try await store.makeBackup()
        let mode = try FileManager.default.attributesOfItem(atPath: backup)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let place = try TemporaryFolder(inMemory: true)
        let found = try await restore(backup, at: place)
        #expect(found.sequence == history.state.sequence + 1 && found.nextID == history.state.nextID)
        #expect(try place.names() == ["ledger.sqlite"])
        let restored = try LedgerStore.open(at: place.path, ballastBytes: 4096)
        var expected = history.state
        expected.apply(
            RecordedEvent(
                sequence: expected.sequence + 1, at: expected.time,
                event: .ledgerRestored(LedgerRestored(nextID: expected.nextID))))
        #expect(try await state(of: restored) == expected)
        let check = try await restored.verifyReplay(against: expected)
        guard case .agrees = check else {
            Issue.record("\(check)")
            return
        }
        #expect(try await restored.exportedEvents(after: 0, limit: 10_000).count == Int(expected.sequence))
        for id in expected.waiting { #expect(try await restored.workOrder(of: id) != nil) }
    }

    @Test func aBackupThatWouldTakeTheReservedRoomIsNotMade() async throws {
        let (folder, store, _) = try await filled(5)
        let before = try folder.names(), margin = Int64.max / 4
        do throws(BackupError) {
            _ = try await store.makeBackup(margin: margin)
            Issue.record("it was made")
        } catch {
            guard case .noRoom(let needed, let free) = error else { throw error }
            #expect(needed > margin && free < needed)
        }
        #expect(try folder.names() == before)
        // And nothing is in the way of the next one.
        #expect(try await store.makeBackup().hasPrefix(folder.path))
    }

    @Test func aBackupTakenUnderLoadIsOneMomentOfTheLedger() async throws {
        let (folder, store, filled) = try await filled(7)
        var history = filled
        defer { withExtendedLifetime(folder) {} }
        let copying = Task { [store] in try await (0..<6).asyncMap { _ in try await store.makeBackup() } }
        for _ in 0..<200 {
            let before = history.state.sequence
            try await store.append(history.next(), after: before)
        }
        let all = try await store.events(after: 0, limit: .max)
        for backup in try await copying.value {
            let place = try TemporaryFolder(inMemory: true)
            let found = try await restore(backup, at: place)
            let restored = try LedgerStore.open(at: place.path, ballastBytes: 4096)
            let events = try await restored.events(after: 0, limit: .max)
            #expect(Array(events.dropLast()) == Array(all.prefix(events.count - 1)))
            #expect(Int64(events.count) == found.sequence)
        }
    }

    @Test func numbersGoOnAboveWhateverWasUsed() async throws {
        let (folder, store, history) = try await filled(2)
        defer { withExtendedLifetime(folder) {} }
        let backup = try await store.makeBackup()
        let place = try TemporaryFolder(inMemory: true)
        #expect(try await restore(backup, at: place, above: 90_000).nextID == LeaseID(90_001))
        // A ledger that is there counts as well, and is kept.
        let older = try await restore(backup, at: place, replacing: true)
        #expect(older.nextID > history.state.nextID || older.nextID == history.state.nextID)
        #expect(try place.names().contains("ledger.sqlite.replaced-1"))
        #expect(older.replaced?.hasSuffix("ledger.sqlite.replaced-1") == true)
    }

    @Test func aLedgerThatIsThereIsNotReplacedUnasked() async throws {
        let (folder, store, _) = try await filled(3)
        defer { withExtendedLifetime(folder) {} }
        let backup = try await store.makeBackup()
        try store.close()
        let before = try folder.bytes("ledger.sqlite")
        await #expect(throws: StoreError.ledgerInTheWay(path: folder.database)) { try await restore(backup, at: folder) }
        #expect(try folder.bytes("ledger.sqlite") == before)
    }

    enum Harm: CaseIterable { case empty, cut, noise, text, otherDatabase, newer }

    @Test(arguments: Harm.allCases) func whatIsNoSoundBackupChangesNothing(harm: Harm) async throws {
        let (folder, store, _) = try await filled(4)
        defer { withExtendedLifetime(folder) {} }
        let backup = try await store.makeBackup()
        let scratch = try TemporaryFolder(inMemory: true)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: backup))
        switch harm {
        case .empty: bytes = Data()
        case .cut: bytes = bytes.prefix(bytes.count / 2)
        case .noise: for place in stride(from: 5_000, to: bytes.count, by: 997) { bytes[place] ^= 0x5a }
        case .text: bytes = Data("not a database".utf8)
        case .otherDatabase, .newer: break
        }
        try scratch.write(bytes, to: "ledger.sqlite")
        if harm == .otherDatabase { try scratch.execute("PRAGMA application_id = 7") }
        if harm == .newer { try scratch.execute("PRAGMA user_version = 99") }
        let place = try TemporaryFolder(inMemory: true)
        await #expect(throws: StoreError.self) { try await restore(scratch.database, at: place) }
        #expect(try place.names() == [])
    }

    @Test func leftoversOfBackupsGo() async throws {
        let (folder, store, _) = try await filled(5)
        defer { withExtendedLifetime(folder) {} }
        _ = try await store.makeBackup()
        #expect(try folder.names().contains { $0.hasPrefix("backup-") })
        store.deleteUnfinishedBackups()
        #expect(try !folder.names().contains { $0.hasPrefix("backup-") })
    }

    // MARK: Repair

    @Test func aSoundLedgerNeedsNoMending() async throws {
        let (folder, store, _) = try await filled(6)
        defer { withExtendedLifetime(folder) {} }
        try store.close()
        unlink(folder.path + "/ballast")
        _ = try await LedgerStore.repair(at: folder.path)
        #expect(try await LedgerStore.repair(at: folder.path) == [])
    }

    @Test(arguments: [
        ("UPDATE checkpoint SET digest = digest + 1", "checkpoint"),
        ("DELETE FROM ended WHERE id = (SELECT min(id) FROM ended)", "records"),
        ("INSERT INTO ended SELECT 99999, user, name, phase, submitted_at, ended_at, body FROM ended LIMIT 1", "records"),
        ("UPDATE ended SET body = '{}' WHERE id = (SELECT max(id) FROM ended)", "records"),
    ])
    func whatFollowsFromTheLogIsMended(harm: String, words: String) async throws {
        let (folder, store, history) = try await filled(8)
        defer { withExtendedLifetime(folder) {} }
        try store.close()
        try folder.execute(harm)
        let done = try await LedgerStore.repair(at: folder.path)
        #expect(done.contains { $0.contains(words) }, "\(done)")
        let mended = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        guard case .agrees = try await mended.verifyReplay(against: history.state) else {
            Issue.record("it does not agree")
            return
        }
        #expect(try await state(of: mended) == history.state)
    }

    @Test func aLostEventIsNotMendedBySilence() async throws {
        let (folder, store, _) = try await filled(9)
        defer { withExtendedLifetime(folder) {} }
        try store.close()
        try folder.execute("DELETE FROM event WHERE sequence = 20")
        await #expect(throws: StoreError.self) { try await LedgerStore.repair(at: folder.path) }
    }

    @Test func rightsAreSetAgain() async throws {
        let (folder, store, _) = try await filled(10)
        defer { withExtendedLifetime(folder) {} }
        try store.close()
        chmod(folder.database, 0o644)
        #expect(try await LedgerStore.repair(at: folder.path).contains { $0.contains("644") })
    }
}

extension Range<Int> {
    fileprivate func asyncMap<Value>(_ body: (Int) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for index in self { values.append(try await body(index)) }
        return values
    }
}
