import FleetModel
import Foundation
import GRDB
import LeaseLedger
import Testing

@testable import LedgerStore

/// Old events go; the state that they gave stays, and the rest replays from it.
@Suite struct RetentionTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(inMemory: true) }

    private func open() throws -> LedgerStore { try LedgerStore.open(at: folder.path, ballastBytes: 4096) }

    private func append(_ count: Int, of history: inout RandomHistory, to store: LedgerStore) async throws {
        for _ in 0..<count {
            let before = history.state.sequence
            try await store.append(history.next(), after: before)
        }
    }

    private func replayed(_ store: LedgerStore) async throws -> LedgerState {
        let (checkpoint, tail) = try await store.load()
        return tail.reduce(into: checkpoint ?? LedgerState()) { $0.apply($1) }
    }

    private func expectSound(_ store: LedgerStore, _ state: LedgerState, _ what: String) async throws {
        #expect(try await replayed(store) == state, "\(what)")
        let verdict = try await store.verifyReplay(against: state)
        guard case .agrees = verdict else {
            Issue.record("\(what): \(verdict)")
            return
        }
        #expect(try await store.integrityCheck() == [], "\(what)")
        let open = state.requests.all.filter { !$0.isOver }
        #expect(try await store.contents().workOrders == open.count, "\(what)")
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func everyEqualityHoldsWhateverIsDeletedWhen(seed: UInt64) async throws {
        var history = RandomHistory(seed: seed), random = SplitMix(state: seed)
        var store = try open()
        for step in 1...12 {
            try await append(10 + random.below(30), of: &history, to: store)
            if random.below(3) == 0 { try await store.checkpoint(history.state) }
            let age = TimeSpan(milliseconds: -Int64(random.below(6 * 3_600_000)))
            let time = history.state.time + age
            let before = try await store.contents()
            let deleted = try await store.deleteEvents(before: time)
            let after = try await store.contents()
            #expect(before.events - after.events == deleted)
            #expect(after.firstEvent == before.firstEvent + Int64(deleted))
            if random.below(3) == 0 {
                try store.close()
                store = try open()
            }
            try await expectSound(store, history.state, "seed \(seed), step \(step)")
        }
        #expect(try await store.contents().firstEvent > 1)
    }

    @Test func theRecordsOfThatTimeGoAndWhatIsNotOverKeepsEverything() async throws {
        var history = RandomHistory(seed: 31)
        let store = try open()
        try await append(150, of: &history, to: store)
        let base = history.state
        try await append(100, of: &history, to: store)
        let all = try await store.endedRecords(limit: .max)
        try await store.deleteEvents(before: base.time + TimeSpan(milliseconds: 1))
        let left = try await store.endedRecords(limit: .max)
        let wasOpen = Set(base.requests.all.filter { !$0.isOver }.map(\.id))
        #expect(left == all.filter { $0.id >= base.nextID || wasOpen.contains($0.id) })
        #expect(left.count < all.count && !left.isEmpty)
        for record in history.state.requests.all where !record.isOver {
            #expect(try await store.workOrder(of: record.id) != nil)
        }
        try await expectSound(store, history.state, "after it")
    }

    @Test func allEventsMayGo() async throws {
        var history = RandomHistory(seed: 32)
        var store = try open()
        try await append(60, of: &history, to: store)
        try await store.checkpoint(history.state)
        try await store.deleteEvents(before: history.state.time + .days(1))
        #expect(try await store.contents().events == 0)
        for _ in 0..<2 {
            try await expectSound(store, history.state, "with no events")
            try store.close()
            store = try open()
        }
        try await append(20, of: &history, to: store)
        try await expectSound(store, history.state, "with new ones")
    }

    @Test func whatIsAskedForBelowTheFirstEventIsRefusedWithIt() async throws {
        var history = RandomHistory(seed: 33)
        let store = try open()
        try await append(80, of: &history, to: store)
        try await store.deleteEvents(before: history.state.time)
        let first = try await store.contents().firstEvent
        try #require(first > 2)
        for after in [0, first - 2] {
            await #expect(throws: ArchiveError.eventsDeleted(first: first)) {
                try await store.events(after: after, limit: 9)
            }
            await #expect(throws: ArchiveError.eventsDeleted(first: first)) {
                try await store.exportedEvents(after: after, limit: 9)
            }
        }
        #expect(try await store.events(after: first - 1, limit: 1).first?.sequence == first)
        #expect(try await store.exportedEvents(after: nil, limit: 1).first?.sequence == first)
    }

    @Test func aStateOlderThanTheBaseCanNotBeCompared() async throws {
        var history = RandomHistory(seed: 34)
        let store = try open()
        try await append(40, of: &history, to: store)
        let old = history.state
        try await append(40, of: &history, to: store)
        try await store.deleteEvents(before: history.state.time)
        let base = try await store.contents().firstEvent - 1
        #expect(try await store.verifyReplay(against: old) == .stateBehind(sequence: old.sequence, base: base))
    }

    // MARK: Damage

    private static let harms = ["digest = digest + 1", "body = substr(body, 1, 200)", "version = 99", "body = x''"]

    @Test(arguments: harms) func withoutASoundBaseNothingIsDeleted(harm: String) async throws {
        var history = RandomHistory(seed: 35)
        var store = try open()
        try await append(80, of: &history, to: store)
        try await store.deleteEvents(before: history.state.time)
        try await append(40, of: &history, to: store)
        try store.close()
        try folder.execute("UPDATE base SET \(harm)")
        store = try open()
        let events = try await store.contents().events
        await #expect(throws: StoreError.self) { try await store.deleteEvents(before: history.state.time) }
        #expect(try await store.contents().events == events)
        await #expect(throws: StoreError.self) { try await store.load() }
        guard case .logUnreadable = try await store.verifyReplay() else {
            Issue.record("the damage was not found")
            return
        }
        #expect(try await store.integrityCheck().contains { $0.contains("its base") })
        try store.close()
        await #expect(throws: StoreError.self) { try await LedgerStore.repair(at: folder.path) }
    }

    @Test func withADamagedBaseACheckpointServes() async throws {
        var history = RandomHistory(seed: 36)
        let store = try open()
        try await append(80, of: &history, to: store)
        try await store.deleteEvents(before: history.state.time)
        try await store.checkpoint(history.state)
        try await append(20, of: &history, to: store)
        try store.close()
        try folder.execute("UPDATE base SET digest = digest + 1")
        #expect(try await replayed(open()) == history.state)
    }

    @Test func aMissingEventIsFoundAndNothingIsDeleted() async throws {
        var history = RandomHistory(seed: 37)
        var store = try open()
        try await append(80, of: &history, to: store)
        try store.close()
        try folder.execute("DELETE FROM event WHERE sequence = 20")
        store = try open()
        await #expect(throws: StoreError.self) { try await store.deleteEvents(before: history.state.time) }
        #expect(try await store.contents().firstEvent == 1)
        #expect(try folder.number("SELECT count(*) FROM event") == Int(history.state.sequence) - 1)
    }

    // MARK: Repair, backups, older formats

    @Test func repairBuildsRecordsFromTheBaseOn() async throws {
        var history = RandomHistory(seed: 38)
        var store = try open()
        try await append(150, of: &history, to: store)
        let base = history.state
        try await append(100, of: &history, to: store)
        try await store.deleteEvents(before: base.time + TimeSpan(milliseconds: 1))
        let records = try await store.endedRecords(limit: .max)
        try store.close()
        try folder.execute("UPDATE ended SET body = '{}'")
        let done = try await LedgerStore.repair(at: folder.path)
        #expect(done.contains { $0.contains("from the log: \(records.count) requests.") }, "\(done)")
        store = try open()
        #expect(try await store.endedRecords(limit: .max) == records)
        try await expectSound(store, history.state, "repaired")
    }

    @Test func aBackupBringsItsBaseAlong() async throws {
        var history = RandomHistory(seed: 39)
        let store = try open()
        try await append(100, of: &history, to: store)
        try await store.deleteEvents(before: history.state.time)
        let backup = try #require(FileHandle(forReadingAtPath: try await store.makeBackup()))
        let place = try TemporaryFolder(inMemory: true)
        let found = try await LedgerStore.restore(from: backup, at: place.path, replacing: false)
        #expect(found.nextID == history.state.nextID && found.sequence == history.state.sequence + 1)
        let restored = try LedgerStore.open(at: place.path, ballastBytes: 4096)
        #expect(try await restored.contents().firstEvent == store.contents().firstEvent)
        guard case .agrees = try await restored.verifyReplay() else {
            Issue.record("the restored ledger does not replay")
            return
        }
    }

    @Test func aLedgerOfTheFirstFormatIsBroughtUpToDate() async throws {
        let file = GoldenTests.folder.appendingPathComponent("ledgers/format-1.sql")
        try folder.execute(try String(contentsOf: file, encoding: .utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.database)
        #expect(try folder.number("PRAGMA user_version") == 1)
        let store = try open()
        guard case .agrees(let events, let checkpoints) = try await store.verifyReplay() else {
            Issue.record("the old ledger does not replay")
            return
        }
        #expect(events == 68 && checkpoints == 2)
        let state = try await replayed(store)
        #expect(state.sequence == 68)
        try await store.deleteEvents(before: state.time)
        try await expectSound(store, state, "after deleting")
        try store.close()
        #expect(try folder.number("PRAGMA user_version") == Schema.version)
    }

    // MARK: Room

    /// Events that leave the state as large as it was: a node that comes and goes.
    private func append(contacts count: Int, to store: LedgerStore, _ state: inout LedgerState) async throws {
        let node = NodeName("n"), before = state.sequence
        var events: [RecordedEvent] = []
        if before == 0 {
            let report = NodeReport(node: node, bootID: "b", cores: .cores(1), memory: .zero, devices: [])
            events += state.handle(.node(report), at: Timestamp(milliseconds: 1_000))
        }
        while events.count < count {
            let contact: Contact = state.nodes[0].contact == .known ? .lost : .known
            events += state.handle(.contact(node, contact), at: state.time + .seconds(1))
        }
        try await store.append(LogBatch(events: events), after: before)
    }

    @Test func freePagesAreUsedAgain() async throws {
        var state = LedgerState()
        let store = try open()
        try await append(contacts: 6_000, to: store, &state)
        try await store.checkpoint(state)
        let size = StoreFiles.size(of: folder.database)
        for _ in 0..<4 {
            #expect(try await store.deleteEvents(before: state.time + .seconds(-2_999)) == 3_000)
            try await append(contacts: 3_000, to: store, &state)
            try await store.checkpoint(state)
            #expect(StoreFiles.size(of: folder.database) <= size + size / 10)
        }
        try await expectSound(store, state, "at the end")
    }

    @Test func oneRunDeletesNoMoreThanItMay() async throws {
        var state = LedgerState()
        let store = try open()
        try await append(contacts: 2_000, to: store, &state)
        #expect(try await store.keptEvents() == Int(state.sequence))
        #expect(try await store.deleteEvents(before: state.time + .days(1), atMost: 300) == 300)
        #expect(try await store.keptEvents() == Int(state.sequence) - 300)
        #expect(try await store.deleteEvents(before: state.time + .days(1), atMost: 300) == 300)
        try await expectSound(store, state, "after two runs")
    }

    @Test func repairGivesTheRoomOfDeletedEventsBack() async throws {
        var state = LedgerState()
        var store = try open()
        try await append(contacts: 20_000, to: store, &state)
        try await store.deleteEvents(before: state.time)
        try store.close()
        let size = StoreFiles.size(of: folder.database)
        let done = try await LedgerStore.repair(at: folder.path)
        #expect(done.contains { $0.hasPrefix("Gave ") }, "\(done)")
        #expect(StoreFiles.size(of: folder.database) < size / 2)
        store = try open()
        try await expectSound(store, state, "made smaller")
    }
}
