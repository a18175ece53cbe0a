import LeaseLedger
import LedgerStore
import Testing

/// `checkpoint + tail == full replay == state`, for lives that seeds decide.
@Suite struct HistoryTests {
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func everyWayBackGivesTheSameState(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        var history = RandomHistory(seed: seed)
        var store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        for step in 1...300 {
            let before = history.state.sequence
            try await store.append(history.next(), after: before)
            if step % 70 == 0 { try await store.checkpoint(history.state) }
            if step % 100 == 0 {
                try store.close()
                store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
                let (checkpoint, tail) = try await store.load()
                #expect(replay(tail, onto: checkpoint ?? LedgerState()) == history.state, "seed \(seed), step \(step)")
            }
        }
        let all = try await store.events(after: 0, limit: .max)
        #expect(replay(all, onto: LedgerState()) == history.state)
        #expect(try await store.load().checkpoint != nil)
        let verdict = try await store.verifyReplay(against: history.state)
        #expect(verdict == .agrees(events: history.state.sequence, checkpoints: 2))
        #expect(try await store.integrityCheck() == [])
        #expect(store.notices == [])
    }

    @Test func aHistoryUsesEveryKindOfEvent() {
        var seen: Set<String> = []
        for seed in 1...8 as ClosedRange<UInt64> {
            var history = RandomHistory(seed: seed)
            for _ in 0..<300 { for event in history.next().events { seen.insert(label(event.event)) } }
        }
        #expect(seen.count == 18, "seen: \(seen.sorted())")
    }

    private func label(_ event: Event) -> String { Mirror(reflecting: event).children.first?.label ?? "" }

    private func replay(_ events: [RecordedEvent], onto start: LedgerState) -> LedgerState {
        events.reduce(into: start) { $0.apply($1) }
    }
}
