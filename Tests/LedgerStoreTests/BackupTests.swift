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
        _ path: String, at folder: TemporaryFolder, replacing: Bool = false, launched: [AttemptKey] = [],
        numbersFrom: LeaseID? = nil
    ) async throws(StoreError) -> RestoredLedger {
        guard let file = FileHandle(forReadingAtPath: path) else { throw .cannotOpen(path: path, detail: "no backup") }
        return try await LedgerStore.restore(
            from: file, at: folder.path, replacing: replacing, launched: launched, numbersFrom: numbersFrom)
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
        let key = AttemptKey(lease: LeaseID(90_000), number: 3)
        #expect(try await restore(backup, at: place, launched: [key]).nextID == LeaseID(90_001))
        // The numbers that the ledger which is there has set aside count as well, and it is kept as it is.
        let before = try place.bytes("ledger.sqlite")
        let older = try await restore(backup, at: place, replacing: true)
        #expect(older.nextID == LeaseID(90_001) && history.state.nextID < LeaseID(90_000))
        #expect(older.replaced == place.database + ".replaced-1")
        #expect(try place.bytes("ledger.sqlite.replaced-1") == before)
        let now = try LedgerStore.open(at: place.path, ballastBytes: 4096)
        #expect(try await state(of: now).sequence == older.sequence)
    }

    @Test func whereTheLedgerThatIsThereCantBeReadSomebodySaysTheNumber() async throws {
        let (folder, store, _) = try await filled(2)
        defer { withExtendedLifetime(folder) {} }
        let backup = try await store.makeBackup()
        let place = try TemporaryFolder(inMemory: true)
        try place.write(Data("damaged beyond reading".utf8), to: "ledger.sqlite")
        let key = AttemptKey(lease: LeaseID(700), number: 1)
        await #expect(throws: StoreError.numbersUnknown(path: place.database, highest: LeaseID(700))) {
            try await restore(backup, at: place, replacing: true, launched: [key])
        }
        #expect(try place.names() == ["ledger.sqlite"])
        let found = try await restore(
            backup, at: place, replacing: true, launched: [key], numbersFrom: LeaseID(1_000))
        #expect(found.nextID == LeaseID(1_000))
        #expect(try place.bytes("ledger.sqlite.replaced-1") == Data("damaged beyond reading".utf8))
    }

    @Test func aLogThatLiesThereWithoutItsDatabaseIsNotReadIntoTheBackup() async throws {
        let (folder, store, _) = try await filled(11)
        defer { withExtendedLifetime(folder) {} }
        let backup = try await store.makeBackup()
        // More than the backup, in a log that was not emptied.
        let other = try await filled(12)
        let place = try TemporaryFolder(inMemory: true)
        let log = try other.folder.bytes("ledger.sqlite-wal")
        #expect(!log.isEmpty)
        try place.write(log, to: "ledger.sqlite-wal")
        await #expect(throws: StoreError.ledgerInTheWay(path: place.database)) { try await restore(backup, at: place) }
        let found = try await restore(backup, at: place, replacing: true, numbersFrom: LeaseID(500))
        let restored = try LedgerStore.open(at: place.path, ballastBytes: 4096)
        #expect(try await restored.integrityCheck() == [])
        #expect(try await state(of: restored).sequence == found.sequence)
        #expect(try place.bytes("ledger.sqlite.replaced-1-wal") == log)
    }

    @Test func whatWasInTheLogOfTheReplacedLedgerIsKeptWithIt() async throws {
        let (folder, store, history) = try await filled(13)
        let backup = try await store.makeBackup()
        // As a killed server leaves it.
        let place = try TemporaryFolder(inMemory: true)
        for name in ["ledger.sqlite", "ledger.sqlite-wal"] { try place.write(try folder.bytes(name), to: name) }
        #expect(try !place.bytes("ledger.sqlite-wal").isEmpty)
        _ = try await restore(backup, at: place, replacing: true)
        let kept = try TemporaryFolder(inMemory: true)
        try kept.write(try place.bytes("ledger.sqlite.replaced-1"), to: "ledger.sqlite")
        let old = try LedgerStore.open(at: kept.path, ballastBytes: 4096)
        #expect(try await state(of: old) == history.state)
    }

    @Test func tokensStayValidOnlyWhereTheReplacedLedgerStillHasThem() async throws {
        let (folder, store, _) = try await filled(14)
        defer { withExtendedLifetime(folder) {} }
        func add(_ digest: UInt8) async throws -> Int64 {
            try await store.addToken(
                digest: [digest], user: UserName("alice"), name: "t\(digest)", scope: .work,
                createdAt: Timestamp(milliseconds: 1), expiresAt: nil
            ).id
        }
        _ = try await add(1)
        let revoked = try await add(2)
        let backup = try await store.makeBackup()
        _ = try await store.revokeToken(revoked, of: nil, at: Timestamp(milliseconds: 2))
        let empty = try TemporaryFolder(inMemory: true)
        #expect(try await restore(backup, at: empty).revokedTokens == 2)
        try store.close()
        #expect(try await restore(backup, at: folder, replacing: true).revokedTokens == 1)
        let restored = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        #expect(try await restored.tokens(of: nil).map { $0.revokedAt != nil } == [false, true])
    }

    @Test func aRestoreSignsEverybodyOutAndWhoWasDisabledSinceStaysSo() async throws {
        let (folder, store, _) = try await filled(14)
        defer { withExtendedLifetime(folder) {} }
        let alice = UserName("alice"), time = Timestamp(milliseconds: 1), later = Timestamp(milliseconds: .max)
        _ = try await store.addAccount(Account(name: alice, createdAt: time))
        _ = try await store.addAccount(Account(name: UserName("bob"), createdAt: time))
        _ = try await store.addSession(digest: [1], user: alice, at: time, expiresAt: later, address: "", agent: "")
        _ = try await store.addTicket(digest: [2], user: alice, madeBy: nil, at: time, expiresAt: later)
        let backup = try await store.makeBackup()
        _ = try await store.useTicket(digest: [2], at: time)
        _ = try await store.changeAccount(Account(name: alice, isDisabled: true, createdAt: time))
        try store.close()
        _ = try await restore(backup, at: folder, replacing: true)
        let restored = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        #expect(try await restored.openSessions(of: nil).isEmpty)
        #expect(try await restored.useTicket(digest: [2], at: time) == nil)
        #expect(try await restored.accounts().map(\.isDisabled) == [true, false])
    }

    @Test func whatWaitsInTheBackupAndWasLaunchedSinceIsRefused() async throws {
        let (folder, store, history) = try await filled(1)
        defer { withExtendedLifetime(folder) {} }
        let waiting = try #require(history.state.waiting.first)
        let backup = try await store.makeBackup()
        let place = try TemporaryFolder(inMemory: true)
        let found = try await restore(backup, at: place, launched: [AttemptKey(lease: waiting, number: 2)])
        #expect(found.refused.contains(waiting))
        let restored = try LedgerStore.open(at: place.path, ballastBytes: 4096)
        #expect(try await restored.endedRecord(waiting)?.refusal == .begunBeforeRestore)
        #expect(try await restored.workOrder(of: waiting) == nil)
        guard case .agrees = try await restored.verifyReplay() else {
            Issue.record("it does not agree")
            return
        }
    }

    @Test(arguments: RestoreStep.allCases, [false, true])
    func aRestoreThatIsKilledLeavesEitherLedgerOrSaysSo(step: RestoreStep, isLogDamaged: Bool) async throws {
        let (source, store, history) = try await filled(15)
        let backup = try await store.makeBackup()
        defer { withExtendedLifetime(source) {} }
        let more = try await filled(16)
        let place = try TemporaryFolder()
        for name in ["ledger.sqlite", "ledger.sqlite-wal"] { try place.write(try more.folder.bytes(name), to: name) }
        if isLogDamaged {
            // Nothing can empty it, nor can the database be read.
            for name in ["ledger.sqlite", "ledger.sqlite-wal"] {
                try place.write(Data(repeating: 7, count: 8_192), to: name)
            }
        }
        let backupBytes = try Data(contentsOf: URL(fileURLWithPath: backup))
        let copy = try TemporaryFolder(inMemory: true)
        try copy.write(backupBytes, to: "backup")
        let helper = try await HelperProcess.run(
            [
                "command": "restore", "backup": copy.path + "/backup", "until": step.rawValue,
                "numbers": isLogDamaged ? "5000" : "0",
            ], folder: place.path)
        if !helper.exited {
            do {
                let left = try LedgerStore.open(at: place.path, ballastBytes: 4096)
                let found = try await state(of: left)
                #expect(
                    found.sequence == more.history.state.sequence || found.sequence > history.state.sequence,
                    "an empty or cut ledger: \(found.sequence)")
                #expect(try await left.integrityCheck() == [])
                try left.close()
            } catch let error as StoreError {
                switch error {
                case .ledgerMissing, .damaged, .notALedger: break
                default: Issue.record("\(error)")
                }
            }
        } else {
            // Only a log that can't be emptied is removed by itself.
            #expect(helper.lines == ["done"] && !isLogDamaged && [.removeDatabase, .removeLog].contains(step))
        }
        let again = try await restore(copy.path + "/backup", at: place, replacing: true, numbersFrom: LeaseID(5_000))
        #expect(again.nextID >= LeaseID(5_000))
        let restored = try LedgerStore.open(at: place.path, ballastBytes: 4096)
        #expect(try await state(of: restored).sequence == again.sequence)
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

    @Test func whatComesAfterTheEndOfTheLogIsNoEmptyAnswer() async throws {
        let (folder, store, history) = try await filled(17)
        defer { withExtendedLifetime(folder) {} }
        let last = history.state.sequence
        #expect(try await store.events(after: last, limit: 1) == [])
        #expect(try await store.exportedEvents(after: last, limit: 1) == [])
        await #expect(throws: ArchiveError.eventsAhead(last: last)) { try await store.events(after: last + 1, limit: 1) }
        await #expect(throws: ArchiveError.eventsAhead(last: last)) {
            try await store.exportedEvents(after: last + 1, limit: 1)
        }
    }

    @Test func anExportWithAGapIsNoExport() async throws {
        let (folder, store, _) = try await filled(18)
        try store.close()
        try folder.execute("DELETE FROM event WHERE sequence = 20")
        let broken = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        #expect(try await broken.exportedEvents(after: 0, limit: 19).count == 19)
        await #expect(throws: StoreError.self) { try await broken.exportedEvents(after: 0, limit: 20) }
    }

    @Test func leftoversOfBackupsGo() async throws {
        let (folder, store, _) = try await filled(5)
        defer { withExtendedLifetime(folder) {} }
        _ = try await store.makeBackup()
        try folder.write(Data(), to: "backup-of-mine.sqlite")
        try folder.write(Data(), to: "backup-2026-01-31")
        try FileManager.default.createDirectory(
            atPath: folder.path + "/restore-\(UUID().uuidString)", withIntermediateDirectories: false)
        try FileManager.default.createDirectory(atPath: folder.path + "/restore-mine", withIntermediateDirectories: false)
        #expect(try folder.names().count { $0.hasPrefix("backup-") || $0.hasPrefix("restore-") } == 5)
        store.deleteUnfinishedBackups()
        #expect(
            try folder.names().filter { $0.hasPrefix("backup-") || $0.hasPrefix("restore-") }
                == ["backup-2026-01-31", "backup-of-mine.sqlite", "restore-mine"])
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
