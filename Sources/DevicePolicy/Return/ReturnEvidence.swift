package import FleetModel

/// What is known of one device after the work on it has ended.
package struct ReturnEvidence: Hashable, Sendable {
    package let device: DeviceKey
    /// The look before the lease; nil: there was none, and differences are not known.
    package var before: DeviceReading?
    /// The newest look after the end; nil: there was none.
    package var after: DeviceReading?
    /// What happened to devices during the lease; those of other devices don't matter. nil: nobody watched.
    package var incidents: [DeviceIncident]?
    package var probe: ProbeResult
    /// What the device keeps in use with nobody there.
    package var baseline: MemoryBaseline
    /// Programs that may be on a device that is free.
    package var allowed: AllowedPrograms

    package init(
        _ device: DeviceKey, before: DeviceReading? = nil, after: DeviceReading? = nil, incidents: [DeviceIncident]? = nil,
        probe: ProbeResult = .notRun(reason: "no probe was run"), baseline: MemoryBaseline = MemoryBaseline(),
        allowed: AllowedPrograms = .usual
    ) {
        self.device = device
        self.before = before
        self.after = after
        self.incidents = incidents
        self.probe = probe
        self.baseline = baseline
        self.allowed = allowed
    }
}

/// The numbers of a clean return.
package struct ReturnSettings: Hashable, Sendable {
    /// What may stay in use above the baseline.
    package var memorySlack = MemoryBytes(64 << 20)
    /// How long processes, memory, the probe and a silent driver may need before the device is quarantined.
    package var patience = TimeSpan.seconds(60)
    /// The first pause between two looks; each is twice as long as the one before.
    package var firstPause = TimeSpan(milliseconds: 200)
    package var longestPause = TimeSpan.seconds(5)
    /// Programs that may be on a device that is free.
    package var allowed = AllowedPrograms.usual

    /// The first pause before a device in quarantine is looked at again.
    package var retestPause = TimeSpan.minutes(1)

    package init() {}

    package static let usual = ReturnSettings()
}
