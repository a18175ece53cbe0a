import FleetModel
import LeaseLedger

extension TableRunner {
    func show(_ arguments: inout TableArguments) throws -> TableAnswer {
        let subject = try arguments.next("what to show")
        switch subject {
        case "queue": return .items(ledger.state.waiting.map(\.description))
        case "live": return .items(ledger.state.live.map(\.description))
        case "deadline": return .items([ledger.state.nextDeadline.map(words.time) ?? "never"])
        case "team": return .items([ledger.state.team(of: try arguments.user()).name])
        case "usage":
            let used = ledger.state.recentUsage(of: try arguments.user(), at: now)
            return .items([TableWords.span(TimeSpan(milliseconds: used))])
        default: break
        }
        if let number = Int64(subject) { return .items([request(LeaseID(number))]) }
        if subject.contains(":") { return .items([device(DeviceKey(subject))]) }
        return .items([node(NodeName(subject))])
    }

    /// `running n1:0,1 until +2h attempt 1 known`.
    private func request(_ id: LeaseID) -> String {
        guard let record = ledger.state.requests[id] else { return "unknown" }
        guard let lease = record.lease else { return "\(record.phase)" }
        return "\(lease.phase) \(TableWords.devices(lease.allocation.devices)) until \(words.time(lease.endsAt))"
            + " attempt \(lease.attempt) \(lease.contact)"
    }

    /// `offered`, `missing held 1`, `frozen 3/1`.
    private func device(_ key: DeviceKey) -> String {
        guard let place = ledger.state.slot(of: key) else { return "unknown" }
        let slot = ledger.state.nodes[place.node].slots[place.slot]
        let quarantine = slot.quarantine.map { " quarantined \($0.cure)" } ?? ""
        return TableWords.condition(slot.condition) + quarantine + (slot.holder.map { " held \($0)" } ?? "")
    }

    /// `known free n1:0,1 cores 64 memory 549755813888`: what is free.
    private func node(_ name: NodeName) -> String {
        guard let index = ledger.state.nodeIndex(of: name) else { return "unknown" }
        let node = ledger.state.nodes[index]
        let free = node.slots.filter(\.isFree).map(\.device.key)
        return
            "\(node.contact) free \(TableWords.devices(free)) cores \(node.coresFree.text) memory \(node.memoryFree.bytes)"
    }
}
