import DevicePolicy
import FleetModel
import LeaseLedger

/// What is remembered of a device between looks.
struct DeviceRecord {
    var newest: DeviceReading?
    /// The newest look that gave counters of errors.
    var counted: DeviceReading?
    var baseline = MemoryBaseline()
    /// Since when it is in quarantine, and how often it was looked at again.
    var stay: QuarantineStay?
    /// The look at the time of the quarantine.
    var atQuarantine: DeviceReading?
    /// What happened since then.
    var incidentsSinceQuarantine: [DeviceIncident] = []
    /// Earlier quarantines, for those who come too often; the newest ten.
    var past: [Quarantine] = []
    var use: LeaseMeter?
    /// When its failure was last told to the node's breaker.
    var countedByBreakerAt: Timestamp?
    /// Since when it has been silent; nil: it is not.
    var silentSince: Timestamp?

    mutating func take(_ reading: DeviceReading, at now: Timestamp) {
        newest = reading
        silentSince = reading.contact == .silent ? silentSince ?? now : nil
        if reading.uncorrectedErrors != nil || reading.rows != nil || reading.recovery != nil { counted = reading }
    }

    mutating func take(_ incident: DeviceIncident) {
        use?.incidents.append(incident)
        if stay != nil { incidentsSinceQuarantine.append(incident) }
    }

    /// Follows what the ledger says of its quarantine.
    mutating func follow(_ quarantine: Quarantine?, in epoch: DriverEpoch) {
        guard quarantine != stay?.quarantine else { return }
        // One that becomes a weightier one is the same stay.
        if quarantine == nil, let over = stay?.quarantine { past = (past + [over]).suffix(10) }
        stay = quarantine.map { QuarantineStay($0, in: DriverEpoch(bootID: $0.bootID ?? epoch.bootID)) }
        atQuarantine = quarantine == nil ? nil : counted ?? newest
        incidentsSinceQuarantine = []
    }
}

/// How often and since when the devices of an attempt were looked at, and what failed meanwhile.
struct ReturnCourse {
    let since: Timestamp
    var rounds = 0
    var doubts: [DeviceKey: ReturnDoubts] = [:]
}

/// What one lease makes of one device: folds looks as they come.
struct LeaseMeter {
    let lease: LeaseID
    let since: Timestamp
    /// The look before the lease; nil: there was none.
    let before: DeviceReading?
    /// It was watched from its beginning: nothing that happened is unknown.
    let isWhole: Bool
    var incidents: [DeviceIncident] = []
    private var energy = EnergyMeter()
    private var peakMemory: MemoryBytes?
    private var looks: Int64 = 0
    private var utilization: Int64 = 0
    private var peakUtilization: Int?

    /// A server that has just started finds leases that began before.
    private static let longestDelay = TimeSpan.seconds(5)

    init(lease: LeaseID, since: Timestamp, watchedFrom: Timestamp, before: DeviceReading?) {
        self.lease = lease
        self.since = since
        isWhole = watchedFrom - since < Self.longestDelay
        self.before = isWhole ? before : nil
        if isWhole, let before { energy.add(energy: before.energy, power: before.power, at: since) }
    }

    mutating func add(_ reading: DeviceReading, at now: Timestamp) {
        energy.add(energy: reading.energy, power: reading.power, at: now)
        if let used = reading.memoryUsed { peakMemory = max(peakMemory ?? used, used) }
        if let share = reading.utilization {
            looks += 1
            utilization += Int64(share)
            peakUtilization = max(peakUtilization ?? share, share)
        }
    }

    static func use(_ meters: [LeaseMeter], until now: Timestamp) -> DeviceUse {
        let looks = meters.reduce(0) { $0 + $1.looks }
        return DeviceUse(
            energy: .total(meters.map { $0.energy.result(from: $0.since, to: now) }),
            peakMemory: meters.compactMap(\.peakMemory).max(),
            meanUtilization: looks == 0 ? nil : Int(meters.reduce(0) { $0 + $1.utilization } / looks),
            peakUtilization: meters.compactMap(\.peakUtilization).max(), incidents: meters.flatMap(\.incidents))
    }
}
