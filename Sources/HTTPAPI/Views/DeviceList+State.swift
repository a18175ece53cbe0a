import CheckoutService
import FleetModel
import LeaseLedger
import WireModel

extension ViewMaker {
    /// Every device with its holder.
    var deviceList: DeviceList {
        var list = DeviceList(
            devices: state.nodes.flatMap { node in node.slots.map { device($0, on: node) } },
            nodes: state.nodes.map { node in
                NodeView(
                    name: node.name.name, cores: Double(node.cores.thousandths) / 1_000,
                    coresFree: Double(node.coresFree.thousandths) / 1_000, memoryBytes: node.memory.bytes,
                    memoryFreeBytes: node.memoryFree.bytes, contact: node.contact.rawValue,
                    cordon: node.cordon.map { cordon($0, of: node) })
            },
            waiting: state.waiting.count)
        if !state.reservations.isEmpty { list.reservations = reservationList.reservations }
        return list
    }

    private func cordon(_ cordon: Cordon, of node: NodeRecord) -> CordonView {
        var view = CordonView(
            reason: cordon.reason.sentence, since: text(cordon.since), suspected: cordon.isSuspicion)
        view.drainBy = cordon.drainBy.map(text)
        if cordon.drainBy != nil {
            view.isEmpty = state.nodeIndex(of: node.name).map { state.index.pool.nodes[$0].leases.isEmpty }
        }
        return view
    }

    private func device(_ slot: DeviceSlot, on node: NodeRecord) -> DeviceView {
        let device = slot.device
        var view = DeviceView(
            uuid: device.key.name, node: node.name.name, model: device.model, memoryBytes: device.memory.bytes,
            simulated: device.isSimulated, minor: device.minor, pciAddress: device.pciAddress,
            state: word(slot, node))
        let reading = board?[device.key]
        view.utilization = reading?.utilization
        view.memoryUsedBytes = reading?.memoryUsed?.bytes
        view.powerWatts = reading?.power.map { Double($0.milliwatts) / 1_000 }
        view.temperature = reading?.temperature
        view.quarantine = slot.quarantine.map {
            QuarantineView(reason: $0.reason.words, cure: $0.cure.rawValue, since: text($0.since), next: $0.cure.words)
        }
        view.foreign = slot.foreign.map { foreign in
            ForeignView(
                processes: foreign.processes.map { .init(pid: $0.pid, user: $0.user, command: $0.command) },
                since: text(foreign.since), blocked: foreign.isWithheld)
        }
        if let holder = slot.holder, let record = state.requests[holder] {
            view.lease = holder.number
            view.progressPercent = progress[holder]?.newest.percent
            view.unused = telemetry.newestMinute(of: device.key)?.utilization.map { $0.most == 0 }
            view.user = record.user.name
            view.name = record.name
            view.until = record.lease.map { text($0.lastsUntil) }
            if let lease = record.lease, lease.phase.mayBecome(.ending), let reclaim = lease.reclaim {
                view.takenBackFor = reclaim.for.number
                view.takenBackAt = text(reclaim.endsAt)
            }
        }
        return view
    }

    private func word(_ slot: DeviceSlot, _ node: NodeRecord) -> String {
        switch slot.condition {
        case .missing: "missing"
        case .frozen: "frozen"
        case .offered where slot.quarantine != nil && slot.holder == nil: "quarantined"
        case .offered where node.contact == .lost: "out of contact"
        case .offered where slot.holder != nil: "leased"
        case .offered where slot.isUsedOutside: "outside"
        case .offered where node.cordon != nil: "cordoned"
        case .offered:
            state.reservations.contains { $0.beganAt != nil && $0.allocation?.devices.contains(slot.device.key) ?? false }
                ? "reserved" : "free"
        }
    }
}
