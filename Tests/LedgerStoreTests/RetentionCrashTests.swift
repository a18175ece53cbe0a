import FleetModel
import FleetTestKit
import Foundation
import LeaseLedger
import Testing

@testable import LedgerStore

/// Events are deleted by processes that are killed meanwhile, on disks that fail.
@Suite(.serialized) struct RetentionCrashTests {
    private struct Filled {
        let history: RecordedLedger
        let bytes: Data
    }

    /// Made once: a closed ledger, and what it was written from.
    private static let filled = Task {
        let folder = try TemporaryFolder(inMemory: true)
        let history = try SampleHistory.ledger(rounds: 20)
        let store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        var state = LedgerState()
        for start in stride(from: 0, to: history.events.count, by: 50) {
            let part = history.events[start..<min(start + 50, history.events.count)]
            try await store.append(SampleBatch.batch(part, of: history), after: state.sequence)
            for event in part { state.apply(event) }
            if start == 300 { try await store.checkpoint(state) }
        }
        try store.close()
        return Filled(history: history, bytes: try folder.bytes("ledger.sqlite"))
    }

    private func filled() async throws -> (folder: TemporaryFolder, history: RecordedLedger) {
        let filled = try await Self.filled.value, folder = try TemporaryFolder(inMemory: true)
        try folder.write(filled.bytes, to: "ledger.sqlite")
        return (folder, filled.history)
    }

    /// Whatever was cut off, the ledger is the same, and going on brings it to where it would have come.
    private func verify(_ folder: TemporaryFolder, _ history: RecordedLedger, before time: Timestamp, _ what: String)
        async throws
    {
        let store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        for round in 0..<2 {
            let (checkpoint, tail) = try await store.load()
            let state = RecordedLedger.replay(tail, from: checkpoint ?? LedgerState())
            #expect(state == history.state, "\(what), \(round)")
            let verdict = try await store.verifyReplay(against: state)
            guard case .agrees = verdict else {
                Issue.record("\(what), \(round): \(verdict)")
                return
            }
            #expect(try await store.integrityCheck() == [], "\(what), \(round)")
            if round == 0 { try await store.deleteEvents(before: time) }
        }
        let kept = history.events.filter { $0.at >= time }
        let contents = try await store.contents()
        #expect(contents.events == kept.count && contents.firstEvent == kept.first?.sequence, "\(what)")
        #expect(try await store.events(after: contents.firstEvent - 1, limit: .max) == kept, "\(what)")
        try store.close()
    }

    private func middle(of history: RecordedLedger) -> Timestamp { history.events[history.events.count * 4 / 5].at }

    @Test(arguments: 0..<12) func aKillInTheMiddleLosesNothing(seed: Int) async throws {
        let (folder, history) = try await filled()
        var random = SplitMix(state: UInt64(seed))
        let time = middle(of: history)
        for round in 0..<3 {
            _ = try await HelperProcess.run(
                ["command": "delete", "before": "\(time.milliseconds)"], folder: folder.path,
                killAfter: .microseconds(random.below(60_000)))
            let store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
            let (checkpoint, tail) = try await store.load()
            #expect(RecordedLedger.replay(tail, from: checkpoint ?? LedgerState()) == history.state, "\(seed), \(round)")
            try store.close()
        }
        try await verify(folder, history, before: time, "seed \(seed)")
    }

    @Test(arguments: ["write 28", "write 5", "sync 5"]) func anyWriteOrSyncMayFailMeanwhile(fault: String) async throws {
        let words = fault.split(separator: " ").map(String.init)
        var runs = 0
        let step = ProcessInfo.processInfo.environment["CARREL_TORTURE"] == "1" ? 1 : 23
        for at in stride(from: 1, through: 5_000, by: words[0] == "sync" ? 1 : step) {
            let (folder, history) = try await filled()
            let time = middle(of: history)
            let helper = try await HelperProcess.run(
                [
                    "command": "delete", "before": "\(time.milliseconds)", "phase": "deleting", "fail": words[0],
                    "at": "\(at)", "errno": words[1],
                ], folder: folder.path)
            #expect(helper.exited, "\(fault) at \(at)")
            let fired = helper.count("fired") == 1
            try await verify(folder, history, before: time, "\(fault) at \(at): \(helper.lines)")
            runs += 1
            if !fired { break }
        }
        #expect(runs > 2, "the fault never came")
    }
}
