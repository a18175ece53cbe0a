import FleetModel
import LeaseLedger
import Testing
import WireModel

@testable import HTTPAPI

@Suite("What is said at a limit")
struct LimitWordsTests {
    @Test("what the week's limit allows later is not said to be never possible")
    func later() {
        let owner = LimitOwner.user(UserName("alice"))
        let reached = Rejection.weeklyLimitReached(LeaseID(3), owner, used: .hours(40), limitHours: 40, left: .zero)
        #expect(Problem.limit(reached).exitCode == 1)
    }
}
