package import FleetModel

/// Whether a device may be offered.
package enum DeviceHealth: Hashable, Sendable {
    case good
    case bad(Quarantine)
    /// It could not be told: nothing is done to the device for it, and an administrator sees the reason.
    case unknown(reason: String)
}

/// The judgement of a device between leases, and beside a running one.
package enum Health {
    /// - Parameters:
    ///   - previous: the look before this one.
    ///   - counted: the newest look that gave counters, where `previous` gave none: errors of the time between are not lost so.
    ///   - incidents: what was told since `previous`; those of other devices don't matter.
    ///
    /// A library that is missing or does not fit the driver says nothing of a device: the whole node is unknown then, until
    /// somebody mends it. A device that is silent once may be unlucky; the second time in a row it is bad.
    package static func judge(
        _ reading: DeviceReading, incidents: [DeviceIncident] = [], previous: DeviceReading?,
        counted: DeviceReading? = nil, at now: Timestamp
    ) -> DeviceHealth {
        let own = incidents.filter { $0.device == reading.device }
        if let worst = HardwareFault.all(in: reading, before: counted ?? previous, incidents: own).first {
            return .bad(Quarantine(worst.reason, cure: worst.cure, since: now))
        }
        switch reading.contact {
        case .answers: return .good
        case .fails(_, let words): return .unknown(reason: words)
        case .unreadable(let words): return .unknown(reason: words)
        case .silent:
            guard previous?.contact == .silent else {
                return .unknown(reason: "the driver did not answer in time; it is asked once more")
            }
            return .bad(Quarantine(.silent, cure: .retest, since: now))
        }
    }

    /// Whether the running lease is to be ended now because of what happened to its device; the sentence is for its user.
    package static func endsLease(_ incidents: [DeviceIncident], of device: DeviceKey) -> String? {
        XidMeaning.together(incidents.filter { $0.device == device }.compactMap(\.xid)).first { $0.endsLease }?.sentence
    }
}
