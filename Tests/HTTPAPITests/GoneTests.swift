import EngineInterface
import LeaseLedger
import Testing
import WireModel

@testable import HTTPAPI

@Suite("What is no longer kept")
struct GoneTests {
    @Test("events that were deleted are answered with the first that is there")
    func events() {
        let problem = Problem(ArchiveError.eventsDeleted(first: 4_711))
        #expect(problem.status == 410)
        #expect(problem.detail.contains("from 4711 on") && problem.detail.contains("follows 4710"), "\(problem.detail)")
    }

    @Test("an event that this ledger has not come to is answered with its newest one")
    func ahead() {
        let problem = Problem(ArchiveError.eventsAhead(last: 17))
        #expect(problem.status == 409)
        #expect(problem.detail.contains("newest event is 17") && problem.detail.contains("restored"), "\(problem.detail)")
    }

    @Test("output that was deleted is answered with how long it is kept")
    func output() {
        let problem = Problem(EngineError.outputExpired(kept: "for 30d, up to 50 GB in all"))
        #expect(problem.status == 410)
        #expect(problem.detail.contains("no longer kept (logs are kept for 30d, up to 50 GB in all)"))
    }
}
