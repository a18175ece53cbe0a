import FleetModel
import LeaseLedger

/// What is taken back, by the rule: what a team holds beyond its guarantee, after a notice, for a request that a guarantee
/// covers and that waits.
extension Historian {
    /// A lease that is being taken back.
    struct Warning {
        let lease: LeaseID
        let request: LeaseID
        let endsAt: Timestamp
    }

    mutating func warn(_ event: LeaseReclaiming, at now: Timestamp) {
        guard let file = self[event.id], file.status == .live else {
            return complain("lease \(event.id) is being taken back, and it does not run")
        }
        guard let other = self[event.for], other.status == .waiting else {
            return complain("lease \(event.id) is being taken back for \(event.for), which does not wait")
        }
        if !policy.reclaim.isOn { complain("lease \(event.id) is being taken back, and the policy takes nothing back") }
        if warnings.contains(where: { $0.lease == event.id }) { complain("lease \(event.id) is taken back twice") }
        if !isCovered(other) {
            complain("lease \(event.id) is being taken back for \(event.for), which no guarantee covers")
        }
        if event.endsAt != now + policy.reclaim.notice { complain("the notice of lease \(event.id) is not the policy's") }
        if file.grantedAt + policy.reclaim.minimumRun > now {
            complain("lease \(event.id) is taken back before its minimum")
        }
        if file.endsAt <= event.endsAt { complain("lease \(event.id) is taken back, and ends by itself before") }
        let borrowed = borrowed(by: file.team)
        if file.devices.isEmpty || file.devices.count > borrowed {
            complain("\(file.devices.count) devices are taken from team \(file.team), which borrowed \(borrowed)")
        }
        warnings.append(Warning(lease: event.id, request: event.for, endsAt: event.endsAt))
    }

    mutating func spare(_ event: ReclaimWithdrawn) {
        guard warnings.contains(where: { $0.lease == event.id }), self[event.id]?.status == .live else {
            return complain("lease \(event.id) is spared, and nobody was taking it back")
        }
        warnings.removeAll { $0.lease == event.id }
    }

    mutating func justifyPreemption(of id: LeaseID, at now: Timestamp) {
        guard let warning = warnings.first(where: { $0.lease == id }) else {
            return complain("lease \(id) is taken back without a warning")
        }
        if now < warning.endsAt { complain("lease \(id) is taken back before its notice is over") }
        if self[warning.request]?.status != .waiting {
            complain("lease \(id) is ended for request \(warning.request), which does not wait any more")
        }
        favoured.insert(warning.request)
    }

    /// Whoever's lease is taken back may leave before, and leaves it to the same request.
    mutating func favourWhoWaitsFor(_ id: LeaseID) {
        if let warning = warnings.first(where: { $0.lease == id }) { favoured.insert(warning.request) }
    }

    /// Asked when a batch is whole: who went away, or got other devices, needs nothing any more.
    func findNeedlessWarning() -> String? {
        let needless = warnings.first { self[$0.lease]?.status == .live && self[$0.request]?.status != .waiting }
        return needless.map { "lease \($0.lease) is still being taken back for request \($0.request), which does not wait" }
    }

    func isFavoured(_ file: CaseFile) -> Bool {
        favoured.contains(file.id) || warnings.contains { $0.request == file.id && self[$0.lease]?.isLive ?? false }
    }

    private func isCovered(_ file: CaseFile) -> Bool {
        guard let team = teams.first(where: { $0.name == file.team }), !file.asked.devices.isEmpty else { return false }
        let held = cases.reduce(0) { $0 + ($1.team == file.team && $1.isLive ? $1.devices.count : 0) }
        return held + file.asked.devices.count <= team.guarantee
    }

    /// Beyond its guarantee, without what it is about to give back.
    private func borrowed(by team: TeamName) -> Int {
        let staying = cases.reduce(0) { sum, file in
            let isStaying = file.team == team && file.status == .live && !warnings.contains { $0.lease == file.id }
            return sum + (isStaying ? file.devices.count : 0)
        }
        return staying - (teams.first { $0.name == team }?.guarantee ?? 0)
    }
}

extension DeviceSelector {
    fileprivate var isEmpty: Bool { count == 0 }
}
