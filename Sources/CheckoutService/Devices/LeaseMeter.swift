import DevicePolicy
import FleetModel

/// What one lease makes of one device: folds looks as they come, until the first one after its work's end.
struct LeaseMeter {
    let lease: LeaseID
    let since: Timestamp
    /// The look before the lease; nil: there was none.
    let before: DeviceReading?
    /// It was watched from its beginning: nothing that happened is unknown.
    let isWhole: Bool
    private(set) var incidents: [DeviceIncident] = []
    private var incidentsLeftOut = 0
    private var energy: EnergyMeter
    private var peakMemory: MemoryBytes?
    private var looks: Int64 = 0
    private var utilization: Int64 = 0
    private var peakUtilization: Int?
    private var endedAt: Timestamp?
    /// A look after the end was taken: what the checks of the return use is not the lease's.
    private var isClosed = false

    /// A server that has just started finds leases that began before.
    private static let longestDelay = TimeSpan.seconds(5)
    private static let mostIncidents = 100

    /// - Parameter lookedAt: when the look before the lease was taken.
    init(lease: LeaseID, since: Timestamp, watchedFrom: Timestamp, before: DeviceReading?, lookedAt: Timestamp?) {
        self.lease = lease
        self.since = since
        isWhole = watchedFrom - since < Self.longestDelay
        self.before = isWhole ? before : nil
        energy = EnergyMeter(from: since)
        if isWhole, let before, let lookedAt { energy.add(energy: before.energy, power: before.power, at: lookedAt) }
    }

    /// The work is over; nothing where that is known.
    mutating func end(at moment: Timestamp?) {
        guard endedAt == nil, let moment else { return }
        endedAt = moment
        energy.end(at: moment)
    }

    mutating func add(_ reading: DeviceReading, at now: Timestamp) {
        guard !isClosed else { return }
        isClosed = endedAt != nil
        energy.add(energy: reading.energy, power: reading.power, at: now)
        if let used = reading.memoryUsed { peakMemory = max(peakMemory ?? used, used) }
        if let share = reading.utilization {
            looks += 1
            utilization += Int64(share)
            peakUtilization = max(peakUtilization ?? share, share)
        }
    }

    /// What was reported before the lease is another's, whenever it is heard of.
    mutating func add(_ incident: DeviceIncident) {
        guard incident.at >= since else { return }
        if incidents.count < Self.mostIncidents { incidents.append(incident) } else { incidentsLeftOut += 1 }
    }

    static func use(_ meters: [LeaseMeter], until now: Timestamp) -> DeviceUse {
        let looks = meters.reduce(0) { $0 + $1.looks }, leftOut = meters.reduce(0) { $0 + $1.incidentsLeftOut }
        return DeviceUse(
            energy: .total(meters.map { $0.energy.result(from: $0.since, to: $0.endedAt ?? now) }),
            peakMemory: meters.compactMap(\.peakMemory).max(),
            meanUtilization: looks == 0 ? nil : Int(meters.reduce(0) { $0 + $1.utilization } / looks),
            peakUtilization: meters.compactMap(\.peakUtilization).max(), incidents: meters.flatMap(\.incidents),
            incidentsLeftOut: leftOut == 0 ? nil : leftOut)
    }
}
