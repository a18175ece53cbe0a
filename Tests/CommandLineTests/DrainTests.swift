import FleetModel
import Testing

@testable import CommandLine

/// By when a node is to be empty, as people type it.
@Suite struct DrainTests {
    @Test(arguments: ["18:00", "9:00", "tomorrow 9:00"])
    func aTimeOfDayIsNoSpan(text: String) throws {
        guard case .at = try NodeCommand.Drain.moment(text) else {
            Issue.record("\(text) is read as a span")
            return
        }
    }

    @Test func aSpanIsFromNow() throws {
        #expect(try NodeCommand.Drain.moment("2h") == .fromNow(.hours(2)))
        #expect(try NodeCommand.Drain.moment("now") == .fromNow(.zero))
    }
}
