/// What a user asks for, before anything is chosen. Absent values take the policy's defaults.
package struct ResourceRequest: Hashable, Codable, Sendable {
    package let devices: DeviceSelector
    package let cores: MilliCores?
    package let memory: MemoryBytes?
    package let duration: TimeSpan?
    /// The reservation that it is to run under, and nowhere else; nil: under none.
    package let reservation: ReservationID?

    package init(
        devices: DeviceSelector, cores: MilliCores? = nil, memory: MemoryBytes? = nil, duration: TimeSpan? = nil,
        reservation: ReservationID? = nil
    ) {
        self.devices = devices
        self.cores = cores
        self.memory = memory
        self.duration = duration
        self.reservation = reservation
    }
}
