import FleetModel

/// What is refused at once, since no waiting would help.
extension LedgerState {
    /// The longest that a new lease may last by limits; at least a millisecond, since the limit itself then says no.
    func longestAllowed(for submission: Submission) -> TimeSpan {
        let user = submission.user, team = team(of: submission.user), devices = submission.resources.devices.count
        var longest = policy.limits.longestLease(of: user, in: team)?.span ?? .forever
        for limits in [policy.limits.limits(of: user), policy.limits.limits(of: team)] {
            guard devices > 0, let week = limits.deviceTimeAWeek else { continue }
            let each = TimeSpan(milliseconds: week.milliseconds / Int64(devices))
            // Of a longer lease no more than seven days count.
            if each < UseLimits.week { longest = min(longest, each) }
        }
        return max(longest, TimeSpan(milliseconds: 1))
    }

    /// A request that its user's limits could never let start.
    func checkLimits(of submission: Submission, lasting span: TimeSpan) throws(Rejection) {
        let user = submission.user, team = team(of: submission.user), devices = submission.resources.devices.count
        if let (longest, owner) = policy.limits.longestLease(of: user, in: team), span > longest {
            throw .aboveLongestLease(owner, asked: span, longest: longest)
        }
        guard devices > 0 else { return }
        let own = policy.limits.limits(of: user)
        if let limit = own.devicesAtOnce, devices > limit {
            throw .aboveDeviceLimit(.user(user), asked: devices, limit: limit)
        }
        let asked = UseLimits.counted(devices, for: span)
        for (owner, limits) in [(LimitOwner.user(user), own), (.team(team), policy.limits.limits(of: team))] {
            if let hours = limits.deviceHoursAWeek, asked > .hours(Int64(hours)) {
                throw .aboveWeeklyLimit(owner, devices: devices, asked: asked, limitHours: hours)
            }
        }
    }

    /// A lease that would last longer than its user's limits let it. Its own use so far is in what they have used.
    func checkLimits(
        _ record: RequestRecord, _ lease: Lease, until endsAt: Timestamp, at now: Timestamp
    ) throws(Rejection) {
        if let (longest, owner) = policy.limits.longestLease(of: record.user, in: record.team),
            endsAt - lease.grantedAt > longest
        {
            throw .longestLeaseReached(
                record.id, owner, asked: endsAt - lease.grantedAt, longest: longest,
                left: max(.zero, lease.grantedAt + longest - lease.endsAt))
        }
        let devices = lease.allocation.devices.count
        guard devices > 0 else { return }
        let since = max(lease.grantedAt, now + TimeSpan(milliseconds: -UseLimits.week.milliseconds))
        let before = UseLimits.counted(devices, for: lease.countedUntil - since)
        let after = UseLimits.counted(devices, for: endsAt - since)
        for (owner, limits) in [
            (LimitOwner.user(record.user), policy.limits.limits(of: record.user)),
            (.team(record.team), policy.limits.limits(of: record.team)),
        ] {
            guard let hours = limits.deviceHoursAWeek, let limit = limits.deviceTimeAWeek, after > before else { continue }
            let used = countedUse(of: owner, at: now)
            let left = max(0, (limit - used).milliseconds)
            guard after - before > TimeSpan(milliseconds: left) else { continue }
            throw .weeklyLimitReached(
                record.id, owner, used: used, limitHours: hours, left: TimeSpan(milliseconds: left / Int64(devices)))
        }
    }

    /// Sizes stand in order of their names, each once.
    static func makeSense(_ profiles: [ResourceProfile]) -> Bool {
        profiles.count <= ResourceProfile.mostProfiles
            && zip(profiles, profiles.dropFirst()).allSatisfy { $0.name < $1.name }
            && profiles.allSatisfy { profile in
                profile.makesSense && (profile.note.isEmpty || isUsableName(profile.note))
                    && profile.teams.allSatisfy { isUsableName($0.name, limit: 64) }
                    && profile.devices.modelWords.allSatisfy { isUsableName($0) }
            }
    }
}

extension LimitPolicy {
    /// Names can be shown.
    var namesAreUsable: Bool {
        users.allSatisfy { LedgerState.isUsableName($0.name.name, limit: 64) }
            && teams.allSatisfy { LedgerState.isUsableName($0.name.name, limit: 64) }
    }
}
