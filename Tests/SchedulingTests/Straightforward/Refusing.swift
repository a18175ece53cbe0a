import FleetModel
import LeaseLedger

extension Pool {
    /// Why a shape can never be placed on the nodes that are known; nil: it can, or no node is known yet.
    ///
    /// Every device counts that the ledger remembers, whoever holds it and whether or not it can be used now, since
    /// leases end and nodes come back.
    mutating func refusal(of shape: Int) -> Refusal? {
        guard !nodes.isEmpty else { return nil }
        let resources = shapes[shape].resources
        if resources.devices.count > 0, let refusal = deviceRefusal(of: shape) { return refusal }
        if let asked = resources.cores {
            let most = nodes.reduce(MilliCores.zero) { max($0, $1.record.cores) }
            if asked > most { return .tooManyCores(asked: asked, mostOnOneNode: most) }
        }
        if let asked = resources.memory {
            let most = nodes.reduce(MemoryBytes.zero) { max($0, $1.record.memory) }
            if asked > most { return .tooMuchMemory(asked: asked, mostOnOneNode: most) }
        }
        return nodes.indices.contains { holdsTogether(shape, on: $0) } ? nil : .neverTogether
    }

    private mutating func deviceRefusal(of shape: Int) -> Refusal? {
        let selector = shapes[shape].resources.devices
        guard nodes.contains(where: { !$0.record.slots.isEmpty }) else { return .noDevices }
        let mostOnOneNode = nodes.indices.reduce(0) { max($0, matching(shape, on: $1).count) }
        if mostOnOneNode >= selector.count { return nil }
        if mostOnOneNode > 0 { return .tooManyDevices(asked: selector.count, mostOnOneNode: mostOnOneNode) }
        let devices = nodes.flatMap { $0.record.slots.map(\.device) }
        let anyMemory = DeviceSelector(count: selector.count, modelWords: selector.modelWords)
        let ofThatModel = devices.filter { anyMemory.matches($0) }
        guard let first = ofThatModel.first else {
            return .noSuchModel(asked: selector.modelWords.joined(separator: " "), present: devices.map(\.model).distinct)
        }
        let smallest = ofThatModel.reduce(first.memory) { min($0, $1.memory) }
        let largest = ofThatModel.reduce(first.memory) { max($0, $1.memory) }
        return .noDeviceOfThatMemory(asked: selector.text, smallest: smallest, largest: largest)
    }

    /// Whether a node could hold the request if it were empty.
    mutating func holdsTogether(_ shape: Int, on node: Int) -> Bool {
        let resources = shapes[shape].resources
        let record = nodes[node].record
        let slots = resources.devices.count == 0 ? [] : matching(shape, on: node)
        guard slots.count >= resources.devices.count else { return false }
        let needs = leastNeeds(of: resources, among: slots, on: record)
        return needs.cores <= record.cores && needs.memory <= record.memory
    }
}

extension [String] {
    fileprivate var distinct: [String] {
        var kept: [String] = []
        for element in sorted() where kept.last != element { kept.append(element) }
        return kept
    }
}
