package import FleetModel

/// What a request takes of a node's cores and memory where its user did not say.
package enum Sizing {
    /// A device brings min(4 cores, cores of the node ÷ its devices); work without a device gets one core.
    package static func cores(for resources: ResourceRequest, on node: NodeRecord) -> MilliCores {
        if let asked = resources.cores { return asked }
        let count = Int64(resources.devices.count)
        guard count > 0 else { return min(.cores(1), node.cores) }
        let devices = Int64(max(1, node.slots.count))
        let (product, overflow) = min(4_000, node.cores.thousandths / devices).multipliedReportingOverflow(by: count)
        return MilliCores(overflow ? .max : product)
    }

    /// A device brings min(2 × its memory, 90 % of the node's memory ÷ its devices); work without a device gets the
    /// share of the 90 % that its cores are of the node's.
    package static func memory(for resources: ResourceRequest, devices: [Device], on node: NodeRecord) -> MemoryBytes {
        if let asked = resources.memory { return asked }
        let usable = max(0, node.memory.bytes / 10 * 9)
        guard !devices.isEmpty else {
            let cores = cores(for: resources, on: node).thousandths
            let perCore = usable / max(1, node.cores.thousandths)
            return MemoryBytes(perCore * max(0, min(cores, node.cores.thousandths)))
        }
        let share = usable / Int64(max(1, node.slots.count))
        return devices.reduce(.zero) {
            $0 + min($1.memory + $1.memory, MemoryBytes(share))
        }
    }
}
