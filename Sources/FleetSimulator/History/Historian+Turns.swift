import FleetModel
import LeaseLedger

/// Whose turn it was, by the three sentences of the policy.
extension Historian {
    private enum Standing: Int { case guaranteed, overdue, regular }

    /// Of two who want the same and could both start, first comes who is guaranteed, then who has waited the set time,
    /// then who used less lately.
    func checkTurn(of file: CaseFile, at now: Timestamp) -> String? {
        // What is reserved is for some and not for others, whoever's turn it is.
        if !reserved.isEmpty { return nil }
        let standing = standing(of: file, at: now)
        let used = usage.value(of: file.owner, at: now, halfLife: policy.usageHalfLife)
        for other in cases where other.status == .waiting && other.id != file.id && other.wantsTheSame(as: file) {
            guard other.duration <= file.duration, !isLimited(other) else { continue }
            let others = self.standing(of: other, at: now)
            if others.rawValue < standing.rawValue { return "\(file.id) comes before \(other.id), which is \(others)" }
            guard others == standing else { continue }
            // The ledger rounds; a second is more than it may.
            if usage.value(of: other.owner, at: now, halfLife: policy.usageHalfLife) + 1_000 < used {
                return "\(file.id) comes before \(other.id), whose user used less"
            }
        }
        return nil
    }

    private func standing(of file: CaseFile, at now: Timestamp) -> Standing {
        let team = teams.first { $0.name == file.team }, count = file.asked.devices.count
        if let team, count > 0, held(by: file.team) + count <= team.guarantee { return .guaranteed }
        return file.since + policy.holdAfter <= now ? .overdue : .regular
    }

    private func held(by team: TeamName) -> Int {
        cases.reduce(0) { $0 + ($1.team == team && $1.isLive ? $1.devices.count : 0) }
    }

    private func isLimited(_ file: CaseFile) -> Bool {
        if isAtLimit(file) { return true }
        guard file.asked.devices.count > 0, let limit = teams.first(where: { $0.name == file.team })?.limit else {
            return false
        }
        return held(by: file.team) + file.asked.devices.count > limit
    }

    // MARK: - Idle devices

    /// While nothing is held for anybody, nobody waits beside free devices that would do. Asked after every batch.
    ///
    /// Generous with cores and memory: what is left must be enough for the most that devices can bring.
    func findIdle() -> String? {
        if !reserved.isEmpty { return nil }
        let waiting = cases.filter { $0.status == .waiting }
        // So it is while something is being taken back: what goes with it is held.
        if warnings.contains(where: { self[$0.lease]?.isLive ?? false && self[$0.request]?.status == .waiting }) {
            return nil
        }
        if waiting.isEmpty || waiting.contains(where: { $0.since + policy.holdAfter <= latest }) { return nil }
        for file in waiting where file.asked.devices.count > 0 && !isLimited(file) {
            if let node = reports.first(where: { hasRoom(for: file, $0) }) {
                return "request \(file.id) waits, and node \(node.node) has room for it"
            }
        }
        return nil
    }

    private func hasRoom(for file: CaseFile, _ report: NodeReport) -> Bool {
        let count = file.asked.devices.count
        let free = report.devices.filter { device in
            Self.isOfTheKind(device, file.asked) && holder[device.key] == nil && lastListedBy[device.key] == report.node
                && !frozen.contains { $0.device == device.key } && !out.contains(device.key) && !outside.contains(device.key)
        }
        guard free.count >= count, !lost.contains(report.node), !cordoned.contains(report.node) else { return false }
        var cores = report.cores.thousandths, memory = report.memory.bytes
        for other in cases where other.isLive && other.allocation?.node == report.node {
            cores -= other.allocation?.cores.thousandths ?? 0
            memory -= other.allocation?.memory.bytes ?? 0
        }
        let most = free.reduce(0) { max($0, $1.memory.bytes) }
        return cores >= file.asked.cores?.thousandths ?? Int64(count) * 4_000
            && memory >= file.asked.memory?.bytes ?? Int64(count) * 2 * most
    }
}
