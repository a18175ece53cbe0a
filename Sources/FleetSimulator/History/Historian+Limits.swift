import FleetModel
import LeaseLedger

/// What people may use at most, told from the cases alone.
extension Historian {
    /// A lease has just begun, or lasts longer than before: nobody is beyond a limit by it.
    mutating func checkLimits(after id: LeaseID, at now: Timestamp) {
        guard let file = self[id] else { return }
        if let (longest, _) = policy.limits.longestLease(of: file.owner, in: file.team),
            file.endsAt - file.grantedAt > longest
        {
            complain("lease \(id) lasts \((file.endsAt - file.grantedAt).text), and may last \(longest.text)")
        }
        guard !file.devices.isEmpty else { return }
        let own = policy.limits.limits(of: file.owner)
        let held = held(by: { $0.owner == file.owner })
        if let most = own.devicesAtOnce, file.status == .live, file.grantedAt == now, held > most {
            complain("\(file.owner) holds \(held) devices with lease \(id), and may hold \(most)")
        }
        let weeks = [
            (used(since: now, by: { $0.owner == file.owner }), own.deviceHoursAWeek),
            (used(since: now, by: { $0.team == file.team }), policy.limits.limits(of: file.team).deviceHoursAWeek),
        ]
        for case (let used, let hours?) in weeks where used > Int64(hours) * 3_600_000 {
            complain("with lease \(id) \(used) device-milliseconds of a week are used, and \(hours) hours may be")
        }
    }

    /// Whether limits may keep a request waiting: the ledger counts use by the hour, so that an hour more may count.
    func isAtLimit(_ file: CaseFile) -> Bool {
        let count = file.asked.devices.count
        guard !policy.limits.isEmpty else { return false }
        if let (longest, _) = policy.limits.longestLease(of: file.owner, in: file.team), file.duration > longest {
            return true
        }
        guard count > 0 else { return false }
        let own = policy.limits.limits(of: file.owner)
        if let most = own.devicesAtOnce, held(by: { $0.owner == file.owner }) + count > most { return true }
        let more = Int64(count) * min(file.duration, .days(7)).milliseconds
        let earlier = Timestamp(milliseconds: latest.milliseconds - 3_600_000)
        for (used, hours) in [
            (used(since: earlier, by: { $0.owner == file.owner }), own.deviceHoursAWeek),
            (used(since: earlier, by: { $0.team == file.team }), policy.limits.limits(of: file.team).deviceHoursAWeek),
        ] {
            if let hours, used + more > Int64(hours) * 3_600_000 { return true }
        }
        return false
    }

    private func held(by isMeant: (CaseFile) -> Bool) -> Int {
        cases.reduce(0) { $0 + ($1.isLive && isMeant($1) ? $1.devices.count : 0) }
    }

    /// Device-milliseconds of the seven days before a moment and of all that comes after it, from each grant to the end of the
    /// work, and to that of the lease at the latest.
    private func used(since now: Timestamp, by isMeant: (CaseFile) -> Bool) -> Int64 {
        let first = Timestamp(milliseconds: now.milliseconds - TimeSpan.days(7).milliseconds)
        return cases.reduce(0) { sum, file in
            guard isMeant(file), !file.devices.isEmpty else { return sum }
            let until = min(file.endedAt ?? file.endsAt, file.endsAt)
            let span = min(max(.zero, until - max(file.grantedAt, first)), .days(7))
            return sum + Int64(file.devices.count) * span.milliseconds
        }
    }
}
