import FleetModel
import Foundation
import Testing

/// What old events mean that say nothing of a rule. These numbers never change, whatever is usual by then.
@Suite struct UnsaidTests {
    @Test func settingsOfIdleReturnThatSayNothingMeanWhatTheyMeantWhenTheyWereWritten() throws {
        let idle = try JSONDecoder().decode(IdleSettings.self, from: Data("{}".utf8))
        #expect(idle == .unsaid)
        #expect(idle.mode == .release && idle.dryRun == .days(7) && idle.longestGap == .minutes(3))
        #expect(idle.keepEvery == .hours(1) && idle.keepFor == .hours(2) && idle.ignoring.isEmpty)
        #expect(idle.job.grace == .minutes(30) && idle.job.warnAfter == .minutes(60))
        #expect(idle.job.warnAgainAfter == .minutes(30) && idle.job.releaseAfter == .minutes(15))
        #expect(idle.session.warnAgainAfter == .minutes(15) && idle.service.warnAfter == .hours(24))
        #expect(idle.service.releaseAfter == nil && idle.processorOnlyAfter == .hours(4))
    }

    @Test func aPolicyThatSaysNothingOfForeignProcessesBlocks() throws {
        var policy = SchedulingPolicy()
        policy.foreign = .block
        let text = try JSONEncoder().encode(policy)
        #expect(!String(decoding: text, as: UTF8.self).contains("foreign"))
        #expect(try JSONDecoder().decode(SchedulingPolicy.self, from: text).foreign == .block)
        policy.foreign = .warn
        #expect(try JSONDecoder().decode(SchedulingPolicy.self, from: JSONEncoder().encode(policy)) == policy)
    }

    @Test func whatDiffersFromTheUnsaidIsWritten() throws {
        var policy = SchedulingPolicy()
        policy.idle = .unsaid
        #expect(!String(decoding: try JSONEncoder().encode(policy), as: UTF8.self).contains("idle"))
        policy.idle.dryRun = .zero
        let text = try JSONEncoder().encode(policy)
        #expect(try JSONDecoder().decode(SchedulingPolicy.self, from: text) == policy)
    }
}
