package import FleetModel

/// One thing that is wrong with a device's hardware or its driver, in words, and what would mend it.
package struct HardwareFault: Hashable, Sendable {
    package let reason: Quarantine.Reason
    package let cure: Quarantine.Cure
    /// A part of a sentence that a person reads: `the driver reported Xid 79: …`.
    package let words: String
}

extension HardwareFault {
    /// What one look and the incidents since `before` show, the one with the hardest cure first.
    ///
    /// Only what was seen counts: nil, and an answer that could not be had, are no fault. A device that does not answer at all
    /// is none either, since one look may be unlucky: who asks knows how often it was silent.
    package static func all(
        in reading: DeviceReading?, before: DeviceReading?, incidents: [DeviceIncident]
    ) -> [HardwareFault] {
        let found = contact(reading) + recovery(reading) + rows(reading) + xids(incidents)
        let faults = found + memoryErrors(reading, before, incidents)
        return faults.indices.sorted { (-faults[$0].cure.weight, $0) < (-faults[$1].cure.weight, $1) }.map { faults[$0] }
    }

    private static func contact(_ reading: DeviceReading?) -> [HardwareFault] {
        guard case .fails(let code, let words) = reading?.contact else { return [] }
        return [
            HardwareFault(
                reason: .lost(detail: words), cure: cure(ofDriverError: code), words: "the driver gave it up: \(words)")
        ]
    }

    /// The numbers are NVML's: 14 damaged settings memory, 15 lost, 16 reset required.
    private static func cure(ofDriverError code: Int32) -> Quarantine.Cure {
        switch code {
        case 14: .hardware
        case 15: .reboot
        case 16: .reset
        default: .retest
        }
    }

    private static func recovery(_ reading: DeviceReading?) -> [HardwareFault] {
        guard let action = reading?.recovery, let cure = action.cure else { return [] }
        return [HardwareFault(reason: .recoveryDue(action), cure: cure, words: "the driver asks for \(action.words)")]
    }

    /// A replacement that waits for a reset is none: the device can be used.
    private static func rows(_ reading: DeviceReading?) -> [HardwareFault] {
        guard reading?.rows?.hasFailed == true else { return [] }
        let words = "its memory has no spare row left for a bad one"
        return [HardwareFault(reason: .memoryErrors(detail: words), cure: .hardware, words: words)]
    }

    private static func xids(_ incidents: [DeviceIncident]) -> [HardwareFault] {
        XidMeaning.together(incidents.compactMap(\.xid)).compactMap { meaning in
            meaning.cure.map {
                HardwareFault(
                    reason: .xid(meaning.number), cure: $0,
                    words: "the driver reported Xid \(meaning.number): \(meaning.sentence.dropLast())")
            }
        }
    }

    /// Errors that were contained (Xid 94, and neither 95 nor a replacement that failed) cost a program and not the device: it
    /// may come back once it passes its checks anew. Others want a reset.
    private static func memoryErrors(
        _ reading: DeviceReading?, _ before: DeviceReading?, _ incidents: [DeviceIncident]
    ) -> [HardwareFault] {
        let counted = MemoryErrorCount.new(in: reading, since: before) ?? 0
        let told = Int64(incidents.count { $0.kind == .uncorrectedError })
        guard max(counted, told) > 0 else { return [] }
        let numbers = incidents.compactMap(\.xid)
        let wasContained = numbers.contains(94) && !numbers.contains(95) && !numbers.contains(64)
        let count = max(counted, told)
        let words = "\(count) memory \(count == 1 ? "error" : "errors") could not be mended"
        return [
            HardwareFault(reason: .memoryErrors(detail: words), cure: wasContained ? .retest : .reset, words: words)
        ]
    }
}

/// The difference of a counter of memory errors that begins anew when the driver is loaded.
enum MemoryErrorCount {
    /// nil: not known. After a counter began anew, all of what it shows is new.
    static func new(in reading: DeviceReading?, since before: DeviceReading?) -> Int64? {
        guard let now = reading?.uncorrectedErrors, let then = before?.uncorrectedErrors, now >= 0, then >= 0 else {
            return nil
        }
        return now >= then ? now - then : now
    }
}

extension DeviceIncident {
    var xid: Int? {
        if case .xid(let number) = kind { return number }
        return nil
    }
}

extension RecoveryAction {
    /// nil: nothing is to be done.
    var cure: Quarantine.Cure? {
        switch self {
        case .nothing: nil
        case .reset, .drainLinks, .drainAndReset: .reset
        case .rebootNode: .reboot
        case .recoverChannels: .retest
        }
    }
}
