import FleetModel

extension LedgerState {
    /// A report replaces what was known. A device that it leaves out stays as missing while a lease holds it or an
    /// attempt claims it.
    ///
    /// A device is on one node: the one that listed it last, unless a lease or a claim holds it on another one.
    mutating func applyReport(_ report: NodeReport) {
        var elsewhere: [DeviceKey] = []
        for device in report.devices where !takeFromOtherNodes(device.key, for: report.node) { elsewhere.append(device.key) }
        let listed = report.devices.filter { !elsewhere.contains($0.key) }
        var node = NodeRecord(
            name: report.node, bootID: report.bootID, cores: report.cores, memory: report.memory, contact: .known,
            slots: listed.map { DeviceSlot(device: $0, condition: .offered) },
            links: listed.count == report.devices.count ? report.links : [],
            coresHeld: .zero, memoryHeld: .zero)
        guard let index = nodeIndex(of: report.node) else {
            nodes.insert(node, at: nodes.partitioningIndex { $0.name >= report.node })
            return
        }
        let old = nodes[index]
        node.contact = old.contact
        node.coresHeld = old.coresHeld
        node.memoryHeld = old.memoryHeld
        for slot in old.slots {
            if let place = node.slotIndex(of: slot.device.key) {
                node.slots[place].holder = slot.holder
                if case .frozen = slot.condition { node.slots[place].condition = slot.condition }
            } else if slot.holder != nil || slot.condition.kind == .frozen {
                var missing = slot
                if slot.condition.kind == .frozen { missing.isLeftOut = true } else { missing.condition = .missing }
                node.slots.insert(missing, at: node.slots.partitioningIndex { $0.device.key >= slot.device.key })
                node.links = []
            }
        }
        nodes[index] = node
    }

    /// - Returns: whether no other node has the device now.
    private mutating func takeFromOtherNodes(_ key: DeviceKey, for name: NodeName) -> Bool {
        for index in nodes.indices where nodes[index].name != name {
            guard let place = nodes[index].slotIndex(of: key) else { continue }
            let slot = nodes[index].slots[place]
            if slot.holder != nil || slot.condition.kind == .frozen { return false }
            nodes[index].slots.remove(at: place)
            nodes[index].links = []
        }
        return true
    }

    mutating func applyContact(_ event: NodeContact) {
        guard let index = nodeIndex(of: event.node) else { return }
        nodes[index].contact = event.contact
        for id in live where requests[id]?.lease?.allocation.node == event.node {
            requests.update(id) { $0.lease?.contact = event.contact }
        }
    }

    mutating func applyFreeze(_ event: DevicesFrozen) {
        for key in event.devices {
            guard let place = slot(of: key) else { continue }
            let isMissing = nodes[place.node].slots[place.slot].condition == .missing
            if isMissing { nodes[place.node].slots[place.slot].isLeftOut = true }
            nodes[place.node].slots[place.slot].condition = .frozen(claim: event.claim)
        }
    }

    /// A device that was frozen is offered again, unless the newest report left it out.
    mutating func applyThaw(_ event: DevicesThawed) {
        for node in nodes.indices {
            for slot in nodes[node].slots.indices where nodes[node].slots[slot].condition == .frozen(claim: event.claim) {
                nodes[node].slots[slot].condition = nodes[node].slots[slot].isLeftOut ?? false ? .missing : .offered
                nodes[node].slots[slot].isLeftOut = nil
            }
            forgetMissing(on: node)
        }
    }

    mutating func forgetMissing(on node: Int) {
        let before = nodes[node].slots.count
        nodes[node].slots.removeAll { $0.condition == .missing && $0.holder == nil }
        if nodes[node].slots.count != before { nodes[node].links = [] }
    }
}
