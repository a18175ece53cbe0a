import FleetTestKit
import Foundation
import LeaseLedger
import Testing

@testable import LedgerStore

/// Real processes that are really killed, and disks that really fail.
@Suite(.serialized) struct CrashTests {
    /// The log holds whole batches of the sample history, all that were answered, at most one more.
    private func verify(_ folder: TemporaryFolder, _ helper: HelperProcess, rounds: Int, _ what: String) async throws {
        let history = try SampleHistory.ledger(rounds: rounds)
        let store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        let (checkpoint, tail) = try await store.load()
        let state = RecordedLedger.replay(tail, from: checkpoint ?? LedgerState())
        if let answered = helper.last("ok") {
            let begun = helper.last("begin") ?? answered
            #expect([answered, begun].contains(state.sequence), "\(what): \(answered) answered, \(begun) begun")
        }
        let events = try await store.events(after: 0, limit: .max)
        #expect(events == Array(history.events.prefix(Int(state.sequence))), "\(what)")
        let verdict = try await store.verifyReplay(against: state)
        guard case .agrees = verdict else {
            Issue.record("\(what): \(verdict)")
            return
        }
        let open = state.requests.all.filter { !$0.isOver }.count
        #expect(try await store.contents().workOrders == open, "\(what)")
        #expect(try await store.integrityCheck() == [], "\(what)")
        try store.close()
    }

    @Test(arguments: 0..<10)
    func whatWasAnsweredSurvivesFiveKillsInARow(seed: Int) async throws {
        let folder = try TemporaryFolder(inMemory: true)
        var random = SplitMix(state: UInt64(seed))
        for round in 0..<5 {
            let helper = try await HelperProcess.run(
                ["command": "append", "rounds": "15", "seed": "\(seed * 5 + round)"], folder: folder.path,
                killAfter: .microseconds(random.below(14_000)))
            try await verify(folder, helper, rounds: 15, "seed \(seed), kill \(round)")
        }
    }

    /// Of what was written only that is left which was synced: the least that a power failure leaves.
    @Test(arguments: 0..<8)
    func whatWasAnsweredSurvivesAPowerFailure(seed: Int) async throws {
        let folder = try TemporaryFolder(inMemory: true)
        try LedgerStore.open(at: folder.path, ballastBytes: 4096).close()
        let before = try folder.bytes("ledger.sqlite")
        var random = SplitMix(state: UInt64(seed) + 100)
        let helper = try await HelperProcess.run(
            ["command": "append", "rounds": "15", "seed": "\(seed)", "mirror": "1"], folder: folder.path,
            killAfter: .microseconds(10_000 + random.below(150_000)))
        let left = try TemporaryFolder(inMemory: true)
        for name in ["ledger.sqlite", "ledger.sqlite-wal"] {
            if try folder.names().contains(name + ".synced") {
                try left.write(folder.bytes(name + ".synced"), to: name)
            } else if name == "ledger.sqlite" {
                try left.write(before, to: name)
            }
        }
        #expect(helper.last("ok") != nil, "it was killed before anything was written: \(helper.lines)")
        try await verify(left, helper, rounds: 15, "seed \(seed)")
    }

    enum Fault: String, CaseIterable {
        case noRoom = "write 28", writeError = "write 5", syncError = "sync 5", tooLarge = "write 27"
        case overQuota = "write 122"
        var call: String { String(rawValue.split(separator: " ")[0]) }
        var number: String { String(rawValue.split(separator: " ")[1]) }
    }

    /// The n-th write or sync fails, for n = 1, 2, 3 … until nothing fails any more.
    @Test(arguments: Fault.allCases, ["appending", "opening"])
    func anyWriteOrSyncMayFail(fault: Fault, phase: String) async throws {
        let step = ProcessInfo.processInfo.environment["CARREL_TORTURE"] == "1" ? 1 : 5
        var runs = 0
        for at in stride(from: 1, through: 2_000, by: step) {
            let folder = try TemporaryFolder(inMemory: true)
            let what = "\(fault) \(phase) at \(at)"
            let helper = try await HelperProcess.run(
                [
                    "command": "append", "rounds": "2", "seed": "3", "batches": "9", "phase": phase, "fail": fault.call,
                    "at": "\(at)", "errno": fault.number,
                ], folder: folder.path)
            #expect(helper.exited, "\(what)")
            let fired = helper.count("fired") == 1
            if fired, phase == "appending" {
                let (full, unknown) = (helper.count("full"), helper.count("unknown"))
                let spared = helper.lines.contains { $0.hasPrefix("noCheckpoint") } || helper.count("done") == 1
                #expect(full + unknown == 1 || spared, "\(what): \(helper.lines)")
                if fault == .noRoom || fault == .tooLarge || fault == .overQuota {
                    #expect(unknown == 0 && helper.count("done") == 1, "\(what): a full disk is no end: \(helper.lines)")
                }
                if unknown == 1 { #expect(helper.count("refused") == 1, "\(what): \(helper.lines)") }
            }
            try await verify(folder, helper, rounds: 2, what)
            runs += 1
            if !fired { break }
        }
        #expect(runs > 2, "the fault never came")
    }

    @Test(arguments: Array(stride(from: 20_000, to: 200_000, by: 13_331)))
    func aFileThatMayNotGrowIsLikeAFullDisk(limit: Int) async throws {
        let folder = try TemporaryFolder(inMemory: true)
        let helper = try await HelperProcess.run(
            ["command": "append", "rounds": "15", "seed": "1", "phase": "appending", "limit": "\(limit)"],
            folder: folder.path)
        #expect(helper.exited)
        #expect(helper.count("done") == 0, "the limit of \(limit) bytes was never met")
        #expect(helper.count("full") == 2 && helper.count("unknown") == 0, "\(helper.lines.suffix(5))")
        try await verify(folder, helper, rounds: 15, "limit \(limit)")
    }
}
