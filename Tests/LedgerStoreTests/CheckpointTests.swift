import FleetModel
import Foundation
import LeaseLedger
import Testing

@testable import LedgerStore

@Suite struct CheckpointTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open() throws -> LedgerStore { try LedgerStore.open(at: folder.path, ballastBytes: 4096) }

    /// A closed store with checkpoints after 10, 20, … batches.
    private func filled(checkpoints: Int) async throws -> RandomHistory {
        let store = try open()
        var history = RandomHistory(seed: 21)
        for step in 1...checkpoints * 10 + 3 {
            let before = history.state.sequence
            try await store.append(history.next(), after: before)
            if step % 10 == 0 { try await store.checkpoint(history.state) }
        }
        try store.close()
        return history
    }

    private func replayed(_ loaded: (checkpoint: LedgerState?, tail: [RecordedEvent])) -> LedgerState {
        loaded.tail.reduce(into: loaded.checkpoint ?? LedgerState()) { $0.apply($1) }
    }

    @Test func theNewestTwoAreKept() async throws {
        let history = try await filled(checkpoints: 5)
        let store = try open()
        #expect(try await store.contents().checkpoints == 2)
        #expect(replayed(try await store.load()) == history.state)
        #expect(store.notices == [])
    }

    static let harms = [
        "body = substr(body, 1, 100)", "body = x''", "body = replace(body, 'nextID', 'lastID')", "digest = digest + 1",
        "version = 99", "sequence = sequence - 1",
    ]

    @Test(arguments: harms)
    func aDamagedOneIsPassedOverForTheOneBefore(harm: String) async throws {
        let history = try await filled(checkpoints: 3)
        let newest = try #require(try folder.number("SELECT max(sequence) FROM checkpoint"))
        let older = try #require(try folder.number("SELECT min(sequence) FROM checkpoint"))
        try folder.execute("UPDATE checkpoint SET \(harm) WHERE sequence = ?", newest)
        let store = try open()
        let loaded = try await store.load()
        #expect(loaded.checkpoint?.sequence == Int64(older))
        #expect(replayed(loaded) == history.state)
        #expect(store.notices.count == 1)
        #expect(try await store.verifyReplay() != .agrees(events: history.state.sequence, checkpoints: 2))
    }

    @Test func withBothDamagedTheWholeLogIsRead() async throws {
        let history = try await filled(checkpoints: 3)
        try folder.execute("UPDATE checkpoint SET digest = 1")
        let store = try open()
        let loaded = try await store.load()
        #expect(loaded.checkpoint == nil)
        #expect(loaded.tail.count == Int(history.state.sequence))
        #expect(replayed(loaded) == history.state)
        #expect(store.notices.count == 2)
    }

    @Test func aStateAheadOfTheLogIsRefused() async throws {
        let store = try open()
        var history = RandomHistory(seed: 22)
        _ = history.next()
        await #expect(throws: StoreError.self) { try await store.checkpoint(history.state) }
        #expect(try await store.contents().checkpoints == 0)
    }

    @Test func anotherStateThanTheLogGivesIsFound() async throws {
        let history = try await filled(checkpoints: 2)
        let store = try open()
        var other = RandomHistory(seed: 23)
        while other.state.sequence < history.state.sequence { _ = other.next() }
        #expect(
            try await store.verifyReplay(against: history.state) == .agrees(events: history.state.sequence, checkpoints: 2))
        let verdict = try await store.verifyReplay(against: other.state)
        let ahead = other.state.sequence > history.state.sequence
        #expect(
            verdict
                == (ahead
                    ? .stateAhead(sequence: other.state.sequence, last: history.state.sequence)
                    : .stateDiffers(sequence: other.state.sequence)))
    }

    @Test func keysAreForgottenAfterSevenDays() async throws {
        let store = try open()
        let day: Int64 = 86_400_000
        func key(_ name: String, day number: Int64) -> AnsweredKey {
            AnsweredKey(
                user: UserName("alice"), key: name, digest: "d", id: LeaseID(number),
                at: Timestamp(milliseconds: number * day))
        }
        var state = LedgerState()
        let events = state.handle(
            .node(NodeReport(node: NodeName("n"), bootID: "b", cores: .cores(1), memory: .zero, devices: [])),
            at: Timestamp(milliseconds: 10 * day))
        let batch = LogBatch(
            events: events, answered: [key("old", day: 2), key("edge", day: 3), key("new", day: 9)])
        try await store.append(batch, after: 0)
        #expect(try await store.answeredKeys(since: Timestamp(milliseconds: 3 * day)).map(\.key) == ["edge", "new"])
        #expect(try await store.answeredKey(user: UserName("alice"), key: "old") == key("old", day: 2))
        try await store.checkpoint(state)
        #expect(try await store.answeredKey(user: UserName("alice"), key: "old") == nil)
        #expect(try await store.answeredKey(user: UserName("alice"), key: "edge") == key("edge", day: 3))
        #expect(try await store.answeredKey(user: UserName("bob"), key: "new") == nil)
    }

    @Test func aKeyMayBeAnsweredAnewOnceForgotten() async throws {
        let store = try open()
        let first = AnsweredKey(
            user: UserName("a"), key: "k", digest: "1", id: LeaseID(1), at: Timestamp(milliseconds: 1))
        let second = AnsweredKey(
            user: UserName("a"), key: "k", digest: "2", id: LeaseID(2), at: Timestamp(milliseconds: 2))
        try await store.append(LogBatch(answered: [first]), after: 0)
        try await store.append(LogBatch(answered: [second]), after: 0)
        #expect(try await store.answeredKey(user: UserName("a"), key: "k") == second)
    }

    @Test func manyRequestsFitInACheckpoint() async throws {
        var state = LedgerState()
        let store = try open()
        var events: [RecordedEvent] = []
        for number in 0..<10_000 {
            events += try state.handle(
                .submit(
                    Submission(
                        user: UserName("user\(number % 500)"), name: "train-\(number).py",
                        resources: ResourceRequest(devices: DeviceSelector(count: 1)))),
                at: Timestamp(milliseconds: Int64(number)))
        }
        try await store.append(LogBatch(events: events), after: 0)
        try await store.checkpoint(state)
        let loaded = try await store.load()
        #expect(loaded.tail.isEmpty)
        #expect(loaded.checkpoint == state)
    }
}
