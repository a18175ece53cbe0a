import DevicePolicy
import FleetModel
import Testing

@Suite struct HealthTests {
    private let now = at(minutes: 5)

    private func judge(
        _ reading: DeviceReading, _ incidents: [DeviceIncident] = [], after previous: DeviceReading? = wellReading()
    ) -> DeviceHealth {
        Health.judge(reading, incidents: incidents, previous: previous, at: now)
    }

    @Test func aDeviceThatAnswersIsGoodAlsoWithoutCounters() {
        #expect(judge(wellReading()) == .good)
        #expect(judge(DeviceReading(gpu), after: nil) == .good)
    }

    @Test(arguments: ["the library is missing", "library and driver don't fit", "no permission"])
    func whatSaysNothingOfTheDeviceIsUnknown(words: String) {
        #expect(judge(DeviceReading(gpu, contact: .unreadable(words: words))) == .unknown(reason: words))
    }

    @Test func oneSilenceIsBadLuckAndTwoAreBad() {
        let silent = DeviceReading(gpu, contact: .silent)
        guard case .unknown = judge(silent) else {
            Issue.record("one silence is no proof")
            return
        }
        #expect(judge(silent, after: silent) == .bad(Quarantine(.silent, cure: .retest, since: now)))
    }

    @Test func whatWasSeenIsBad() {
        #expect(
            judge(wellReading { $0.recovery = .reset }) == .bad(Quarantine(.recoveryDue(.reset), cure: .reset, since: now)))
        #expect(judge(wellReading(), [xid(79)]) == .bad(Quarantine(.xid(79), cure: .reboot, since: now)))
        #expect(judge(wellReading(), [xid(79, on: DeviceKey("GPU-2"))]) == .good)
        // An unreadable driver does not undo what it reported.
        #expect(
            judge(DeviceReading(gpu, contact: .unreadable(words: "")), [xid(119)])
                == .bad(Quarantine(.xid(119), cure: .reset, since: now)))
    }

    @Test func errorsBehindASilenceAreNotLost() {
        let silent = DeviceReading(gpu, contact: .silent)
        let after = wellReading { $0.uncorrectedErrors = 1 }
        #expect(judge(after, after: silent) == .good)
        let words = "1 memory error could not be mended"
        #expect(
            Health.judge(after, previous: silent, counted: wellReading(), at: now)
                == .bad(Quarantine(.memoryErrors(detail: words), cure: .reset, since: now)))
    }

    @Test func onlyFatalErrorsOfTheDeviceEndARunningLease() {
        #expect(Health.endsLease([xid(13), xid(94), xid(48)], of: gpu) == nil)
        #expect(Health.endsLease([xid(74)], of: gpu) == nil)
        #expect(Health.endsLease([xid(79, on: DeviceKey("GPU-2"))], of: gpu) == nil)
        #expect(Health.endsLease([xid(13), xid(79)], of: gpu) == XidMeaning(of: 79).sentence)
    }
}
