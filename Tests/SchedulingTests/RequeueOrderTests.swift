import FleetModel
import LeaseLedger
import Scheduling
import Testing

/// Where a request stands that waits again.
@Suite struct RequeueOrderTests {
    /// The device comes back from a lost node, and another one of the same user has waited since.
    private func lost(holdAfter: TimeSpan = .hours(24)) -> TestLedger {
        var ledger = TestLedger(holdAfter: holdAfter)
        ledger.node("n1", gpus: 1)
        ledger.ask("bob", requeues: true)
        ledger.schedule()
        ledger.begin(LeaseID(1))
        ledger.pass(.minutes(10))
        ledger.ask("bob", requeues: true)
        ledger.end(LeaseID(1), losing: true)
        ledger.verify(LeaseID(1))
        return ledger
    }

    @Test func itStandsWhereItsFirstOneStood() throws {
        var ledger = lost()
        let again = try #require(ledger.state.requests[LeaseID(3)])
        #expect(again.requeue?.of == LeaseID(1) && again.requeue?.count == 1 && again.place == LeaseID(1))
        #expect(Scheduler.line(ledger.state, at: ledger.now) == [LeaseID(3), LeaseID(2)])
        #expect(ledger.schedule() == ["3@n1:a"])
        // And once more, before the other one all the same.
        ledger.begin(LeaseID(3))
        ledger.end(LeaseID(3), losing: true)
        ledger.verify(LeaseID(3))
        #expect(ledger.state.requests[LeaseID(4)]?.requeue?.first == LeaseID(1))
        #expect(ledger.state.requests[LeaseID(4)]?.requeue?.count == 2)
        #expect(ledger.schedule() == ["4@n1:a"])
        #expect(ledger.state.violations == [])
    }

    @Test func itHasWaitedSinceItsFirstOne() {
        var ledger = lost(holdAfter: .minutes(5))
        ledger.ask("carol", time: .minutes(1))
        // Carol used nothing; what is overdue comes first.
        #expect(ledger.schedule() == ["3@n1:a"])
    }

    @Test func tenTimesAreEnough() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 1)
        ledger.ask("bob", requeues: true)
        for number in 1...11 {
            #expect(ledger.schedule() == ["\(number)@n1:a"])
            ledger.begin(LeaseID(Int64(number)))
            ledger.end(LeaseID(Int64(number)), losing: true)
            ledger.verify(LeaseID(Int64(number)))
        }
        #expect(ledger.state.waiting.isEmpty)
        #expect(ledger.state.requests[LeaseID(11)]?.requeuedAs == nil)
    }
}
