/// Which devices, cores and memory a lease holds, on one node.
package struct Allocation: Hashable, Codable, Sendable {
    package let node: NodeName
    /// In order of their keys.
    package let devices: [DeviceKey]
    package let cores: MilliCores
    package let memory: MemoryBytes

    package init(node: NodeName, devices: [DeviceKey], cores: MilliCores, memory: MemoryBytes) {
        self.node = node
        self.devices = devices.sorted()
        self.cores = cores
        self.memory = memory
    }
}
