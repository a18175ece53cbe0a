package import FleetModel

/// What the machine around accelerators should have.
package struct HostNeeds: Hashable, Sendable {
    /// Cores: two for each device at least, four where data is prepared, eight with heavy preparation.
    package let leastCores: Int
    package let usualCores: Int
    package let heavyCores: Int
    /// RAM: two to three times the devices' memory; more where data sets are very large.
    package let leastMemory: MemoryBytes
    package let usualMemory: MemoryBytes

    package init(_ accelerator: Accelerator, count: Int) {
        leastCores = 2 * count
        usualCores = 4 * count
        heavyCores = 8 * count
        let all = Int64(count).multipliedReportingOverflow(by: accelerator.memory.bytes)
        let bytes = all.overflow ? Int64.max / 4 : min(all.partialValue, .max / 4)
        leastMemory = MemoryBytes(bytes * 2)
        usualMemory = MemoryBytes(bytes * 3)
    }
}
