package import FleetModel

/// A reader of devices that is examined, and what the examination must know about the machine that it reads.
package struct DeviceReaderCandidate: Sendable {
    /// What the reader is for.
    package let devices: [Device]
    /// Cheap looks at these, and close ones, in the order of the keys; asked in vain for longer than `deadline`, a
    /// device is told as silent.
    package let sample: @Sendable ([DeviceKey]) async -> [DeviceReading]
    package let examine: @Sendable (_ keys: [DeviceKey], _ deadline: TimeSpan) async -> [DeviceReading]
    /// Whether the devices of this kind can tell these. A field that is not named here may be nil or not.
    package let known: [Field]
    /// Lets a simulated machine's time pass; a real one's passes by itself.
    package let passTime: @Sendable () async throws -> Void

    package enum Field: String, Sendable, CaseIterable {
        case utilization, memoryUsed, power, energy, temperature, clockLimits
        case uncorrectedErrors, correctedErrors, rows, recovery, processes
    }

    package init(
        devices: [Device], known: [Field], sample: @escaping @Sendable ([DeviceKey]) async -> [DeviceReading],
        examine: @escaping @Sendable ([DeviceKey], TimeSpan) async -> [DeviceReading],
        passTime: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.devices = devices
        self.known = known
        self.sample = sample
        self.examine = examine
        self.passTime = passTime
    }
}

extension DeviceReading {
    /// The fields that are not nil.
    package var told: [DeviceReaderCandidate.Field] {
        let fields: [(DeviceReaderCandidate.Field, Bool)] = [
            (.utilization, utilization != nil), (.memoryUsed, memoryUsed != nil), (.power, power != nil),
            (.energy, energy != nil), (.temperature, temperature != nil), (.clockLimits, clockLimits != nil),
            (.uncorrectedErrors, uncorrectedErrors != nil), (.correctedErrors, correctedErrors != nil), (.rows, rows != nil),
            (.recovery, recovery != nil), (.processes, processes != nil),
        ]
        return fields.filter(\.1).map(\.0)
    }
}
