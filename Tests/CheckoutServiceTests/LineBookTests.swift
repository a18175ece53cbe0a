import CheckoutService
import FleetModel
import FleetTestKit
import LeaseLedger
import Scheduling
import Testing

@Suite("The line, found once for each state")
struct LineBookTests {
    @Test("who asks after a change sees the change, and each user sees what is theirs")
    func followsTheState() async throws {
        let bench = try await ServiceBench(devices: "a100:1")
        for user in ["alice", "bob", "alice", "carol"] { _ = try await bench.submit(user) }
        let service = bench.service
        func check(_ alice: [Int64], _ bob: [Int64], waiting: Int) {
            for _ in 0..<2 {
                #expect(
                    service.line == Scheduler.line(service.state, at: bench.clock.now()) && service.line.count == waiting)
                #expect(service.open(of: UserName("alice")) == alice.map { LeaseID($0) })
                #expect(service.open(of: UserName("bob")) == bob.map { LeaseID($0) })
                #expect(service.open(of: UserName("dora")) == [])
            }
        }
        check([1, 3], [2], waiting: 3)
        _ = try await bench.submit("bob")
        check([1, 3], [2, 5], waiting: 4)
        let bob = Requester(UserName("bob"), isAdministrator: false)
        _ = try await service.writer.perform(.giveBack(LeaseID(2), by: bob))
        check([1, 3], [5], waiting: 3)
        bench.clock.advance(by: .hours(30))
        check([1, 3], [5], waiting: 3)
    }
}
