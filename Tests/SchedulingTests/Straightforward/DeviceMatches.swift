import FleetModel
import LeaseLedger

/// Which devices match which selector. A model's name is compared once for each selector and not once for each device.
struct DeviceMatches {
    private struct Kind: Hashable {
        let model: String
        let memory: MemoryBytes
    }

    /// For each node and slot the number of the device's kind.
    private var kindOfSlot: [[Int]] = []
    private var samples: [Device] = []
    private var numbers: [DeviceSelector: Int] = [:]
    /// For each selector and node the slots that match.
    private var found: [[[Int]]] = []

    init(nodes: [NodeRecord]) {
        var kinds: [Kind: Int] = [:]
        for node in nodes {
            var row: [Int] = []
            row.reserveCapacity(node.slots.count)
            for slot in node.slots {
                let kind = Kind(model: slot.device.model, memory: slot.device.memory)
                if let known = kinds[kind] {
                    row.append(known)
                } else {
                    kinds[kind] = samples.count
                    row.append(samples.count)
                    samples.append(slot.device)
                }
            }
            kindOfSlot.append(row)
        }
    }

    mutating func slots(for selector: DeviceSelector, on node: Int) -> [Int] {
        if let number = numbers[selector] { return found[number][node] }
        let matching = samples.map { selector.matches($0) }
        numbers[selector] = found.count
        found.append(kindOfSlot.map { row in row.indices.filter { matching[row[$0]] } })
        return found[found.count - 1][node]
    }
}
