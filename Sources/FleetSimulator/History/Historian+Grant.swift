import FleetModel
import LeaseLedger

/// Who gets what, and who is turned away.
extension Historian {
    mutating func grant(_ event: LeaseGranted, at now: Timestamp) {
        guard let file = self[event.id] else { return complain("request \(event.id) is granted, and nobody asked") }
        // What was ended for a request goes to it, and what is free while leases are warned for it.
        if !isFavoured(file), let wrong = checkTurn(of: file, at: now) { complain(wrong) }
        checkRoom(for: file, event.allocation)
        if cordoned.contains(event.allocation.node) { complain("lease \(event.id) began on a cordoned node") }
        move(event.id, from: [.waiting], to: .live)
        // Under a reservation a lease ends with it at the latest; the auditor knows when that is.
        let isCut = file.asked.reservation != nil && event.endsAt < now + file.duration
        if event.endsAt != now + file.duration, !isCut { complain("lease \(event.id) does not last as long as was asked") }
        change(event.id) { ($0.allocation, $0.grantedAt, $0.endsAt) = (event.allocation, now, event.endsAt) }
        for device in event.allocation.devices {
            if out.contains(device) { complain("device \(device) is out of the pool and went to \(event.id)") }
            if let other = holder[device] { complain("device \(device) is \(other)'s and went to \(event.id)") }
            holder[device] = event.id
        }
        usage.change(file.owner, by: event.allocation.devices.count, at: now, halfLife: policy.usageHalfLife)
        checkLimits(after: event.id, at: now)
    }

    /// All devices or none, on one node that said it has them, of the kind that was asked for; and no more cores and
    /// memory than are there.
    private mutating func checkRoom(for file: CaseFile, _ allocation: Allocation) {
        guard let report = reports.first(where: { $0.node == allocation.node }) else {
            return complain("lease \(file.id) is on node \(allocation.node), which nobody knows")
        }
        let given = report.devices.filter { allocation.devices.contains($0.key) }
        if given.count != file.asked.devices.count || allocation.devices.count != given.count {
            complain("lease \(file.id) got \(allocation.devices), and asked for \(file.asked.devices.text)")
        }
        if let device = given.first(where: { !Self.isOfTheKind($0, file.asked) }) {
            complain("lease \(file.id) got a \(device.model)")
        }
        var cores = allocation.cores.thousandths, memory = allocation.memory.bytes
        if cores < file.asked.cores?.thousandths ?? 0 || memory < file.asked.memory?.bytes ?? 0 {
            complain("lease \(file.id) got fewer cores or less memory than it asked for")
        }
        for other in cases where other.isLive {
            guard let held = other.allocation, held.node == allocation.node else { continue }
            cores += held.cores.thousandths
            memory += held.memory.bytes
        }
        if cores > report.cores.thousandths || memory > report.memory.bytes {
            complain("node \(allocation.node) has not enough cores or memory for lease \(file.id)")
        }
    }

    static func isOfTheKind(_ device: Device, _ asked: ResourceRequest) -> Bool {
        asked.devices.modelWords.allSatisfy { device.model.lowercased().contains($0) }
    }

    // MARK: - Refusals

    /// Refused is only what no machine could hold if it were empty, or what a team may never have.
    mutating func refuse(_ event: RequestRefused) {
        guard let file = self[event.id] else { return complain("request \(event.id) is refused, and nobody asked") }
        if case .reservationOver(let id, _) = event.refusal {
            if file.asked.reservation != id || reserved.contains(id) {
                complain("reservation \(id) of \(event.id) is not over")
            }
            return move(event.id, from: [.waiting], to: .refused)
        }
        let limit = teams.first { $0.name == file.team }?.limit
        if file.asked.devices.count <= limit ?? .max, let node = reports.first(where: { couldHold(file, $0) }) {
            complain("request \(event.id) was refused, and node \(node.node) could hold it")
        }
        move(event.id, from: [.waiting], to: .refused)
    }

    private func couldHold(_ file: CaseFile, _ report: NodeReport) -> Bool {
        let fitting = report.devices.filter { device in
            Self.isOfTheKind(device, file.asked) && lastListedBy[device.key] == report.node
        }
        return fitting.count >= file.asked.devices.count
            && file.asked.cores ?? .zero <= report.cores && file.asked.memory ?? .zero <= report.memory
    }
}
