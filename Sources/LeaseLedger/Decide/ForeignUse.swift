import FleetModel

extension LedgerState {
    /// What no lease accounts for on a device; nothing where that is known.
    func observeForeign(_ processes: [DeviceProcess], on key: DeviceKey) -> [Event] {
        guard let place = slot(of: key) else { return [] }
        let slot = nodes[place.node].slots[place.slot]
        // Nobody uses what is not there.
        guard slot.condition != .missing, slot.isLeftOut != true else { return [] }
        let seen = ForeignUse.named(processes), known = slot.foreign?.processes ?? []
        return seen == known ? [] : [.foreignSeen(ForeignSeen(device: key, processes: seen))]
    }

    mutating func setForeign(_ processes: [DeviceProcess], on key: DeviceKey, at now: Timestamp) {
        guard let place = slot(of: key) else { return }
        let withholds = policy.foreign.withholds
        nodes.update(at: place.node) { node in
            let since = node.slots[place.slot].foreign?.since ?? now
            node.slots[place.slot].foreign =
                processes.isEmpty ? nil : ForeignUse(processes, since: since, isWithheld: withholds)
            node.forgetMissing()
        }
        refreshNode(place.node)
    }

    /// Another policy holds for what is there already.
    mutating func renewForeign() {
        let withholds = policy.foreign.withholds
        for number in nodes.indices where nodes[number].slots.contains(where: { $0.foreign != nil }) {
            nodes.update(at: number) { node in
                for slot in node.slots.indices { node.slots[slot].foreign?.isWithheld = withholds }
            }
            refreshNode(number)
        }
    }
}
