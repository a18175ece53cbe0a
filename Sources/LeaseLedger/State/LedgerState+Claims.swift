package import FleetModel

extension LedgerState {
    /// The attempts that freeze devices, each once, in order of their first devices.
    package var claims: [AttemptKey] {
        var found: [AttemptKey] = []
        for node in nodes {
            for slot in node.slots {
                if case .frozen(let claim) = slot.condition, !found.contains(claim) { found.append(claim) }
            }
        }
        return found
    }

    /// The devices that a claim freezes, node by node, in order of their keys.
    package func slots(frozenBy claim: AttemptKey) -> [DeviceSlot] {
        nodes.flatMap { node in node.slots.filter { $0.condition == .frozen(claim: claim) } }
    }

    /// What has to be looked at once an attempt is over: the devices of its lease, or those that it froze without one.
    /// A frozen device that a lease holds is left out: it is looked at when that lease ends.
    package func devicesToVerify(after key: AttemptKey) -> [Device] {
        if accounts(for: key) { return (requests[key.lease]?.lease?.allocation).map(devices(of:)) ?? [] }
        return slots(frozenBy: key).filter { $0.holder == nil }.map(\.device)
    }

    /// Whether a live lease accounts for an attempt's process.
    package func accounts(for key: AttemptKey) -> Bool {
        guard let lease = requests[key.lease]?.lease else { return false }
        return lease.phase.isLive && lease.attempt == key.number
    }
}
