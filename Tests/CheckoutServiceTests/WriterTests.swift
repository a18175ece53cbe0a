import CheckoutService
import FleetModel
import FleetTestKit
import LeaseLedger
import Synchronization
import Testing

@Suite("The one writer")
struct WriterTests {
    @Test("clients that come together share a commit, and each gets a number of its own")
    func groupCommit() async throws {
        let bench = try await ServiceBench()
        let before = bench.log.appends
        let ids = try await withThrowingTaskGroup(of: LeaseID?.self) { group in
            for index in 0..<200 { group.addTask { try await bench.submit("user\(index)").id } }
            return try await group.reduce(into: [LeaseID?]()) { $0.append($1) }
        }
        #expect(Set(ids).count == 200)
        #expect(bench.log.appends - before < 200)
        #expect(bench.service.state.violations.isEmpty)
    }

    @Test("the same key gives the same request, together and one after the other")
    func idempotency() async throws {
        let bench = try await ServiceBench()
        let key = IdempotencyKey(key: "k", digest: "d")
        let together = try await withThrowingTaskGroup(of: LeaseID?.self) { group in
            for _ in 0..<20 { group.addTask { try await bench.submit(key: key).id } }
            return try await group.reduce(into: Set<LeaseID?>()) { $0.insert($1) }
        }
        #expect(together == [LeaseID(1)])
        let later = try await bench.submit(key: key)
        #expect(later.id == LeaseID(1) && later.isRepeat)
        await #expect(throws: ServiceError.keyUsedForAnotherRequest(key: "k")) {
            try await bench.submit(key: IdempotencyKey(key: "k", digest: "other"))
        }
        #expect(try await bench.submit("bob", key: key).id == LeaseID(2))
    }

    @Test("the same key gives one request also while the first one is being written")
    func idempotencyOverBatches() async throws {
        let bench = try await ServiceBench(pause: .milliseconds(60))
        let key = IdempotencyKey(key: "k", digest: "d")
        let ids = try await withThrowingTaskGroup(of: LeaseID?.self) { group in
            for step in 0..<6 {
                group.addTask {
                    try await Task.sleep(for: .milliseconds(20 * step))
                    return try await bench.submit(key: key).id
                }
            }
            return try await group.reduce(into: Set<LeaseID?>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(bench.service.state.nextID == LeaseID(2))
    }

    @Test("a rejection changes nothing and says why")
    func rejection() async throws {
        let bench = try await ServiceBench()
        let before = bench.service.state
        await #expect(throws: ServiceError.rejected(.unknown(LeaseID(5)))) {
            try await bench.service.writer.perform(.giveBack(LeaseID(5), by: ServiceBench.alice))
        }
        #expect(bench.service.state == before)
    }

    @Test("on a full disk new work is refused and leases are still given back")
    func fullDisk() async throws {
        let bench = try await ServiceBench()
        _ = try await bench.submit()
        bench.log.failNext(.full)
        await #expect(throws: ServiceError.storageFull(detail: "")) { try await bench.submit() }
        await #expect(throws: ServiceError.storageFull(detail: "")) { try await bench.submit() }
        _ = try await bench.service.writer.perform(.giveBack(LeaseID(1), by: ServiceBench.alice))
        #expect(try await bench.phase(1) == .ending)
        bench.ballast.hasRoom.withLock { $0 = true }
        #expect(try await bench.submit().id == LeaseID(2))
        #expect(bench.service.state.violations.isEmpty)
    }

    @Test("without ballast a full disk rejects everything and keeps the state")
    func fullWithoutBallast() async throws {
        let bench = try await ServiceBench()
        _ = try await bench.submit()
        bench.ballast.isThere.withLock { $0 = false }
        let before = bench.service.state
        bench.log.failNext(.full)
        await #expect(throws: ServiceError.storageFull(detail: "the test wants it full")) {
            try await bench.service.writer.perform(.giveBack(LeaseID(1), by: ServiceBench.alice))
        }
        #expect(bench.service.state == before)
    }

    @Test("an append of unknown outcome ends the server")
    func unknownOutcome() async throws {
        await #expect(processExitsWith: .failure) {
            let bench = try await ServiceBench()
            bench.log.failNext(.unknownAndWritten)
            _ = try await bench.submit()
        }
    }
}
