import FleetModel

extension LedgerState {
    /// A report replaces what was known. A device that it leaves out stays as missing while a lease holds it, an attempt
    /// claims it or it is in quarantine: it would come back as if nothing had been.
    ///
    /// A device is on one node: the one that listed it last, unless a lease or a claim holds it on another one.
    mutating func applyReport(_ report: NodeReport) {
        var elsewhere: [DeviceKey] = [], known: [DeviceKey: DeviceSlot] = [:]
        for device in report.devices {
            known[device.key] = slot(of: device.key).map { nodes[$0.node].slots[$0.slot] }
            if !takeFromOtherNodes(device.key, for: report.node) { elsewhere.append(device.key) }
        }
        let listed = report.devices.filter { !elsewhere.contains($0.key) }
        var node = NodeRecord(
            name: report.node, bootID: report.bootID, cores: report.cores, memory: report.memory, contact: .known,
            slots: listed.map { device in
                let old = known[device.key]
                return DeviceSlot(
                    device: device, condition: .offered, quarantine: old?.quarantine,
                    pastQuarantines: old?.pastQuarantines, foreign: old?.foreign)
            },
            links: listed.count == report.devices.count ? report.links : [],
            coresHeld: .zero, memoryHeld: .zero)
        guard let number = nodeIndex(of: report.node) else {
            let place = nodes.partitioningIndex { $0.name >= report.node }
            nodes.insert(node, at: place)
            index.pool.insert(at: place)
            refreshNode(place)
            return
        }
        let old = nodes[number]
        node.contact = old.contact
        node.cordon = old.cordon
        node.coresHeld = old.coresHeld
        node.memoryHeld = old.memoryHeld
        for slot in old.slots {
            if let place = node.slotIndex(of: slot.device.key) {
                node.slots[place].holder = slot.holder
                if case .frozen = slot.condition { node.slots[place].condition = slot.condition }
            } else if slot.holder != nil || slot.condition.kind == .frozen || slot.quarantine != nil {
                var missing = slot
                // Nobody uses what is not there; when it comes back it is looked at anew.
                missing.foreign = nil
                if slot.condition.kind == .frozen { missing.isLeftOut = true } else { missing.condition = .missing }
                node.slots.insert(missing, at: node.slots.partitioningIndex { $0.device.key >= slot.device.key })
                node.links = []
            }
        }
        nodes.update(at: number) { $0 = node }
        refreshNode(number)
    }

    /// - Returns: whether no other node has the device now.
    private mutating func takeFromOtherNodes(_ key: DeviceKey, for name: NodeName) -> Bool {
        for (number, node) in nodes.enumerated() where node.name != name {
            guard let place = node.slotIndex(of: key) else { continue }
            if node.slots[place].holder != nil || node.slots[place].condition.kind == .frozen { return false }
            nodes.update(at: number) {
                $0.slots.remove(at: place)
                $0.links = []
            }
            refreshNode(number)
        }
        return true
    }

    mutating func setQuarantine(_ quarantine: Quarantine?, of key: DeviceKey, at now: Timestamp) {
        guard let place = slot(of: key) else { return }
        nodes.update(at: place.node) { node in
            // One that becomes a weightier one is the same stay.
            if quarantine == nil, var over = node.slots[place.slot].quarantine {
                over.endedAt = now
                node.slots[place.slot].pastQuarantines = (node.slots[place.slot].past + [over]).suffix(10)
            }
            node.slots[place.slot].quarantine = quarantine
            node.forgetMissing()
        }
        refreshNode(place.node)
    }

    mutating func setCordon(_ cordon: Cordon?, of name: NodeName) {
        guard let number = nodeIndex(of: name) else { return }
        nodes.update(at: number) { $0.cordon = cordon }
        refreshNode(number)
    }

    mutating func applyContact(_ event: NodeContact) {
        guard let number = nodeIndex(of: event.node) else { return }
        nodes.update(at: number) { $0.contact = event.contact }
        for id in index.pool.nodes[number].leases { requests.update(id) { $0.lease?.contact = event.contact } }
        refreshNode(number)
    }

    mutating func applyFreeze(_ event: DevicesFrozen) {
        for key in event.devices {
            guard let place = slot(of: key) else { continue }
            nodes.update(at: place.node) { node in
                if node.slots[place.slot].condition == .missing { node.slots[place.slot].isLeftOut = true }
                node.slots[place.slot].condition = .frozen(claim: event.claim)
            }
            refreshNode(place.node)
        }
    }

    /// A device that was frozen is offered again, unless the newest report left it out.
    mutating func applyThaw(_ event: DevicesThawed) {
        for (number, old) in nodes.enumerated() {
            var node = old
            for slot in node.slots.indices where node.slots[slot].condition == .frozen(claim: event.claim) {
                node.slots[slot].condition = node.slots[slot].isLeftOut ?? false ? .missing : .offered
                node.slots[slot].isLeftOut = nil
            }
            node.forgetMissing()
            guard node != old else { continue }
            nodes.update(at: number) { $0 = node }
            refreshNode(number)
        }
    }
}

extension NodeRecord {
    mutating func forgetMissing() {
        guard slots.contains(where: \.isForgettable) else { return }
        slots.removeAll(where: \.isForgettable)
        links = []
    }
}

extension DeviceSlot {
    /// Nothing is left to remember of it: it is not there, and nobody holds it.
    fileprivate var isForgettable: Bool { condition == .missing && holder == nil && quarantine == nil }
}
