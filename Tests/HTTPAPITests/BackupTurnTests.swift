import Synchronization
import Testing
import WireModel

@testable import HTTPAPI

@Suite("One backup at a time")
struct BackupTurnTests {
    @Test("a second one is refused until the first is over, however it ends")
    func turns() throws {
        let turns = BackupTurns()
        var first: BackupTurns.Turn? = try turns.take()
        #expect(throws: BackupRefusal.underway) { try turns.take() }
        #expect(throws: BackupRefusal.underway) { try turns.take() }
        withExtendedLifetime(first) {}
        first = nil
        _ = try turns.take()
    }

    @Test("one that asks again at once waits for the end of the last")
    func again() async throws {
        let turns = BackupTurns()
        let held = Mutex<BackupTurns.Turn?>(try turns.take())
        await #expect(throws: BackupRefusal.underway) { try await turns.take(within: .zero) }
        async let next = turns.take(within: .seconds(60))
        held.withLock { $0 = nil }
        _ = try await next
    }

    @Test("a reader that takes nothing is cut off, and one that takes pieces is not")
    func stalled() async throws {
        let isCut = Mutex(false)
        let watch = TransferWatch(patience: .milliseconds(50))
        await watch.run { isCut.withLock { $0 = true } }
        #expect(isCut.withLock { $0 })

        let patient = TransferWatch(patience: .seconds(3_600)), wasCut = Mutex(false)
        let watching = Task { await patient.run { wasCut.withLock { $0 = true } } }
        patient.moved()
        watching.cancel()
        await watching.value
        #expect(!wasCut.withLock { $0 })
    }

    @Test("each refusal says what to do, with its numbers")
    func words() {
        let room = Problem(BackupRefusal.noRoom(needed: 48_000_000, free: 1_000_000))
        #expect(room.status == 507 && room.detail.contains("48 MB") && room.detail.contains("1 MB are"), "\(room.detail)")
        #expect(Problem(BackupRefusal.underway).status == 409)
    }
}
