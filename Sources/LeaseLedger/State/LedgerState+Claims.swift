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
        let frozen = slots(frozenBy: key).filter { $0.holder == nil }.map(\.device)
        guard accounts(for: key), let allocation = requests[key.lease]?.lease?.allocation else { return frozen }
        // Both where an attempt ran on other devices than its lease holds.
        return devices(of: allocation) + frozen
    }

    /// Whether a live lease accounts for an attempt's process.
    package func accounts(for key: AttemptKey) -> Bool {
        guard let lease = requests[key.lease]?.lease else { return false }
        return lease.phase.isLive && lease.attempt == key.number
    }

    /// Whether a live lease accounts for an attempt's process on these devices: none of them is another one than it holds.
    ///
    /// - Parameter devices: nil: nobody says which, and the lease is believed.
    func accounts(for key: AttemptKey, on devices: [DeviceKey]?) -> Bool {
        guard accounts(for: key), let held = requests[key.lease]?.lease?.allocation.devices else { return false }
        return devices?.allSatisfy(held.contains) ?? true
    }

    /// What an attempt that nothing accounts for may be on: what the engine says; else what its lease held; else, since
    /// it may be anything, everything.
    func devicesNamed(by status: AttemptStatus) -> [DeviceKey] {
        if let named = status.devices { return named }
        if let held = requests[status.key.lease]?.lease?.allocation.devices { return held }
        return nodes.flatMap { $0.slots.map(\.device.key) }
    }
}
