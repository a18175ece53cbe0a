import FleetModel
import LeaseLedger
import Scheduling
import Testing

/// Whoever is at a limit waits, holds nobody up, and is told when it can go on.
@Suite struct LimitPlanTests {
    @Test func whoIsAtALimitIsPassedAndNothingIsHeldForThem() throws {
        var ledger = TestLedger(holdAfter: .hours(1))
        ledger.node("n1", gpus: 4)
        ledger.limit("anna", devices: 2)
        let first = ledger.ask("anna", "2", time: .hours(10))
        #expect(ledger.schedule() == ["\(first)@n1:ab"])
        let blocked = ledger.ask("anna", "1")
        ledger.pass(.hours(2))
        // Overdue by now, and others still get all that is free, for as long as they like.
        let other = ledger.ask("bob", "2", time: .days(20))
        #expect(ledger.schedule() == ["\(other)@n1:cd"])
        #expect(try ledger.explain(blocked).held == nil)
        ledger.finish(first)
        #expect(ledger.schedule() == ["\(blocked)@n1:a"])
    }

    @Test func manyRequestsOfOnePersonStartOnlyUpToTheLimit() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 8)
        ledger.limitEverybody(devices: 3)
        for _ in 1...20 { ledger.ask("anna", "1") }
        let bob = ledger.ask("bob", "3", time: .hours(2))
        #expect(ledger.schedule().count == 4)
        #expect(ledger.state.devicesHeld(by: UserName("anna")) == 3)
        #expect(ledger.state.requests[bob]?.phase == .granted)
        #expect(ledger.state.waiting.count == 17)
    }

    @Test func whyNamesTheLimitAndWhenItCanStart() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 8)
        ledger.limit("anna", devices: 4)
        ledger.ask("anna", "3", time: .hours(2))
        ledger.ask("anna", "1", time: .hours(5))
        ledger.schedule()
        let blocked = ledger.ask("anna", "2", time: .hours(1))
        #expect(
            ledger.sentences(blocked) == [
                "anna has 4 of the 4 GPUs that anna may hold at once, and this asks for 2 more.",
                "It can start when a lease of theirs comes back, within 2h; meanwhile others are not held up by it.",
                "Request \(blocked) is first in line.",
            ])
        #expect(try ledger.explain(blocked).expectedStart.earliest == ledger.now + .hours(2))
    }

    @Test func whyNamesTheWeekAndWhenItIsOver() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 8)
        ledger.limitEverybody(hours: 32)
        let first = ledger.ask("anna", "8", time: .hours(4))
        ledger.schedule()
        ledger.pass(.hours(4))
        ledger.finish(first)
        let blocked = ledger.ask("anna", "1", time: .hours(1))
        #expect(ledger.schedule() == [])
        let said = ledger.sentences(blocked)
        #expect(
            said.first
                == "anna has used, or may still use in leases that run, 32.0 of 32 GPU-hours in seven days, and this asks for 1.0."
        )
        let start = try #require(try ledger.explain(blocked).expectedStart.earliest)
        #expect(start - ledger.now > .days(6) && start - ledger.now < .days(7))
        // To the millisecond: not before, and then.
        #expect(Scheduler.plan(ledger.state, at: start + TimeSpan(milliseconds: -1)).isEmpty)
        #expect(Scheduler.plan(ledger.state, at: start).grants.map(\.id) == [blocked])
    }

    @Test func aLimitThatWasLoweredSinceIsNamedAsOneThatWaitingDoesNotEnd() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 8)
        let asked = ledger.ask("anna", "4")
        ledger.limit("anna", devices: 2)
        #expect(ledger.schedule() == [])
        #expect(
            ledger.sentences(asked).prefix(2) == [
                "anna has 0 of the 2 GPUs that anna may hold at once, and this asks for 4.",
                "While that limit holds it can't start. Ask for less, or let an administrator raise it.",
            ])
    }

    @Test func whatIsTooLongSinceTheLimitWasLoweredWaitsAndHoldsNobodyUp() throws {
        var ledger = TestLedger(holdAfter: .hours(1))
        ledger.node("n1", gpus: 2)
        let asked = ledger.ask("anna", "1", time: .hours(12)), withoutDevices = ledger.ask("anna", "0", time: .hours(12))
        ledger.limitEverybody(longest: .hours(6))
        ledger.pass(.hours(2))
        let other = ledger.ask("bob", "2", time: .hours(6))
        #expect(ledger.schedule() == ["\(other)@n1:ab"])
        #expect(
            ledger.sentences(asked).prefix(2) == [
                "A lease of anna lasts 6h at most, extensions included, and this asks for 12h.",
                "While that limit holds it can't start. Return this request and ask again for 6h or less, or let an administrator raise the limit.",
            ])
        let explanation = try ledger.explain(asked)
        #expect(explanation.held == nil && explanation.expectedStart.earliest == nil)
        ledger.finish(other)
        #expect(ledger.schedule() == [])
        ledger.limitEverybody(longest: .hours(12))
        #expect(ledger.schedule() == ["\(asked)@n1:a", "\(withoutDevices)@n1:"])
    }

    @Test func nothingIsTakenBackForSomebodyAtALimit() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 4)
        ledger.team("vision", guarantee: 4, members: ["anna"])
        ledger.limit("anna", devices: 1)
        let mine = ledger.ask("anna", "1", time: .days(2))
        ledger.schedule()
        ledger.ask("bob", "3", time: .days(2))
        ledger.schedule()
        ledger.pass(.hours(2))
        let blocked = ledger.ask("anna", "1")
        #expect(ledger.schedule() == [])
        // Once the first one is over there is room without anybody's loss.
        ledger.finish(mine)
        #expect(ledger.schedule() == ["\(blocked)@n1:a"])
    }

    @Test func aReclaimIsWithdrawnWhenItsRequestComesToALimit() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 2)
        ledger.team("vision", guarantee: 2, members: ["anna"])
        let borrowed = ledger.ask("bob", "2", time: .days(2))
        ledger.schedule()
        ledger.pass(.hours(2))
        let asked = ledger.ask("anna", "2")
        #expect(ledger.schedule() == ["take \(borrowed) for \(asked)"])
        ledger.limit("anna", devices: 1)
        #expect(ledger.schedule() == ["spare \(borrowed)"])
    }

    @Test func oneReclaimTakesWhatTheLimitLeaves() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 2)
        ledger.team("vision", guarantee: 2, members: ["anna"])
        ledger.limit("anna", devices: 1)
        let first = ledger.ask("bob", "1", time: .days(2))
        ledger.ask("carl", "1", time: .days(2))
        ledger.schedule()
        ledger.pass(.hours(2))
        ledger.ask("anna", "1")
        ledger.ask("anna", "1")
        let lines = ledger.schedule()
        #expect(lines.count == 1 && lines.first?.hasPrefix("take ") == true, "\(lines)")
        #expect(ledger.state.requests[first] != nil)
    }

    @Test func theLimitOfATeamsWeekHoldsForAllOfIt() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 8)
        ledger.team("vision", members: ["anna", "ben"])
        ledger.limitTeam("vision", hours: 3)
        for _ in 1...3 { ledger.ask("anna", "1") }
        for _ in 1...3 { ledger.ask("ben", "1") }
        let other = ledger.ask("carl", "1")
        #expect(ledger.schedule().count == 4)
        #expect(ledger.state.requests[other]?.phase == .granted)
    }
}
