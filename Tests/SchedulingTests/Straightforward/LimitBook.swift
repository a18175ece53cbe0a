import FleetModel
import LeaseLedger

/// What limits leave to people, by looking at every live lease; what ended leases count for is the ledger's to say.
struct LimitBook {
    private let state: LedgerState
    private let now: Timestamp
    private var granted: [RequestRecord] = []

    init(_ state: LedgerState, at now: Timestamp) {
        self.state = state
        self.now = now
    }

    mutating func take(_ id: LeaseID) {
        if let record = state.requests[id] { granted.append(record) }
    }

    func forbids(_ id: LeaseID) -> Bool {
        guard let record = state.requests[id] else { return false }
        let longest = [
            state.policy.limits.limits(of: record.user).longestLease,
            state.policy.limits.limits(of: record.team).longestLease,
        ]
        if longest.contains(where: { $0.map { record.duration > $0 } ?? false }) { return true }
        guard record.resources.devices.count > 0 else { return false }
        let mine = granted.filter { $0.user == record.user }, ours = granted.filter { $0.team == record.team }
        let limits = state.policy.limits
        if let most = limits.limits(of: record.user).devicesAtOnce {
            let held = state.liveLeases.reduce(0) {
                $0 + ($1.record.user == record.user ? $1.lease.allocation.devices.count : 0)
            }
            if (mine + [record]).reduce(held, { $0 + $1.resources.devices.count }) > most { return true }
        }
        return isTooMuch(mine + [record], .user(record.user), limits.limits(of: record.user))
            || isTooMuch(ours + [record], .team(record.team), limits.limits(of: record.team))
    }

    private func isTooMuch(_ records: [RequestRecord], _ owner: LimitOwner, _ limits: UseLimits) -> Bool {
        guard let hours = limits.deviceHoursAWeek else { return false }
        let more = records.reduce(0) {
            $0 + Int64($1.resources.devices.count) * min($1.duration, .days(7)).milliseconds
        }
        return state.countedUse(of: owner, at: now).milliseconds + more > Int64(hours) * 3_600_000
    }
}
