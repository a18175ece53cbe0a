import DevicePolicy
import FleetModel
import LeaseLedger

/// What is remembered of a device between looks.
struct DeviceRecord {
    private(set) var newest: DeviceReading?
    private(set) var newestAt: Timestamp?
    /// The newest look that gave counters of errors.
    var counted: DeviceReading?
    var baseline = MemoryBaseline()
    /// Since when it is in quarantine, and how often it was looked at again.
    var stay: QuarantineStay?
    /// Its counters began anew since then.
    var wasReset = false
    /// What happened since then, of each kind the newest.
    private(set) var incidentsSinceQuarantine: [DeviceIncident] = []
    /// What happened within the last minute and led to no quarantine that is over: errors explain one another.
    private(set) var recent: [DeviceIncident] = []
    var use: LeaseMeter?
    /// When its failure was last told to the node's breaker.
    var countedByBreakerAt: Timestamp?
    /// Since when it has been silent; nil: it is not.
    var silentSince: Timestamp?

    private static let recentTime = TimeSpan.seconds(60)
    private static let mostRecent = 100

    mutating func take(_ reading: DeviceReading, at now: Timestamp) {
        if let newest, stay != nil, Retest.countersBeganAnew(reading, since: newest) { wasReset = true }
        (newest, newestAt) = (reading, now)
        silentSince = reading.contact == .silent ? silentSince ?? now : nil
        if reading.uncorrectedErrors != nil || reading.rows != nil || reading.recovery != nil { counted = reading }
        recent.removeAll { now - $0.at > Self.recentTime }
        use?.add(reading, at: now)
    }

    mutating func take(_ incident: DeviceIncident) {
        use?.add(incident)
        recent = (recent + [incident]).suffix(Self.mostRecent)
        // What led to it is told again after a restart, and says nothing of the time since.
        guard let stay, incident.at > stay.quarantine.since else { return }
        incidentsSinceQuarantine.removeAll { $0.kind == incident.kind }
        incidentsSinceQuarantine.append(incident)
    }

    /// Follows what the ledger says of its quarantine.
    mutating func follow(_ quarantine: Quarantine?, in epoch: DriverEpoch) {
        guard quarantine != stay?.quarantine else { return }
        if quarantine == nil { recent = [] }
        stay = quarantine.map { QuarantineStay($0, in: DriverEpoch(bootID: $0.bootID ?? epoch.bootID)) }
        wasReset = false
        incidentsSinceQuarantine = []
    }

    /// The counters at the time of the quarantine, as a look that gave nothing else; nil: they are not known.
    func countersAtQuarantine(of device: DeviceKey) -> DeviceReading? {
        guard let counters = stay?.quarantine.counters else { return nil }
        var reading = DeviceReading(device)
        reading.energy = counters.energy
        reading.uncorrectedErrors = counters.uncorrectedErrors
        return reading
    }
}

/// How often and since when the devices of an attempt were looked at, and what failed meanwhile.
struct ReturnCourse {
    let since: Timestamp
    var rounds = 0
    var doubts: [DeviceKey: ReturnDoubts] = [:]
}
