/// What was made of the devices of a lease, as far as it was measured.
package struct DeviceUse: Hashable, Codable, Sendable {
    /// Of all its devices together.
    package let energy: EnergyResult
    /// The most memory in use on one of them; nil: not known.
    package let peakMemory: MemoryBytes?
    /// Per cent, the mean over time and devices of what the samples showed; nil: not known.
    package let meanUtilization: Int?
    package let peakUtilization: Int?
    /// What the driver reported meanwhile, the first hundred of each device.
    package let incidents: [DeviceIncident]
    /// How many more it reported; nil: none.
    package let incidentsLeftOut: Int?
    /// How far the work said that it was, at its end; nil: it said nothing.
    package var progress: WorkProgress?

    package init(
        energy: EnergyResult, peakMemory: MemoryBytes?, meanUtilization: Int?, peakUtilization: Int?,
        incidents: [DeviceIncident], incidentsLeftOut: Int? = nil
    ) {
        self.energy = energy
        self.peakMemory = peakMemory
        self.meanUtilization = meanUtilization
        self.peakUtilization = peakUtilization
        self.incidents = incidents
        self.incidentsLeftOut = incidentsLeftOut
    }
}
