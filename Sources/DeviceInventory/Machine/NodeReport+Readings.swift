package import FleetModel

/// What a node says that it has: the machine, and all that was read or simulated on it. What a reading could not read
/// is in its `problems`.
package func nodeReport(machine: MachineFacts, readings: [InventoryReading]) -> NodeReport {
    let all = InventoryReading.joined(readings)
    return NodeReport(
        node: machine.node, bootID: machine.bootID, cores: machine.cores, memory: machine.memory, devices: all.devices,
        links: all.links)
}
