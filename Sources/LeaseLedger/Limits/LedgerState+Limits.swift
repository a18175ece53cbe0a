package import FleetModel

/// What people and teams use, as limits count it.
extension LedgerState {
    /// The devices that a person holds now.
    package func devicesHeld(by user: UserName) -> Int {
        usagePlace(of: user).map { usage[$0].meter.holding } ?? 0
    }

    /// The device-time that counts against a limit of a week: what was used in the last seven days, and what leases that run
    /// may still use. A lease counts from its grant to the end of its work, and never beyond its own end. In any seven days
    /// to come no more of it can be used.
    package func countedUse(of owner: LimitOwner, at now: Timestamp) -> TimeSpan {
        let since = now + TimeSpan(milliseconds: -UseLimits.week.milliseconds)
        let place = weeks.partitioningIndex { $0.owner >= owner }
        let ended = place < weeks.count && weeks[place].owner == owner ? weeks[place].use.counted(at: now) : .zero
        return index.leases(of: owner).reduce(ended) { sum, id in
            guard let lease = requests[id]?.lease else { return sum }
            return sum
                + UseLimits.counted(lease.allocation.devices.count, for: lease.countedUntil - max(lease.grantedAt, since))
        }
    }

    /// The limit that keeps a person of a team from getting so many devices for a span, beside what is promised to them;
    /// nil: none does.
    func limitReached(
        by user: UserName, in team: TeamName, asking devices: Int, lasting span: TimeSpan, at now: Timestamp
    ) -> LimitReached? {
        var tally = LimitTally(self, at: now)
        return tally.limitReached(by: user, in: team, asking: devices, lasting: span)
    }

    /// When limits would let a person of a team have so many devices for a span, if leases end as they say and nothing else
    /// begins; nil: nothing says when.
    package func withinLimits(
        _ user: UserName, in team: TeamName, asking devices: Int, lasting span: TimeSpan, at now: Timestamp
    ) -> Timestamp? {
        if let (longest, _) = policy.limits.longestLease(of: user, in: team), span > longest { return nil }
        guard devices > 0 else { return now }
        let own = policy.limits.limits(of: user)
        var at = now
        if let limit = own.devicesAtOnce {
            guard devices <= limit else { return nil }
            let leases = index.leases(of: .user(user)).compactMap { requests[$0]?.lease }
            let back = leases.compactMap { lease in lease.backAt.map { (at: $0, count: lease.allocation.devices.count) } }
            var held = devicesHeld(by: user)
            for lease in back.sorted(by: { $0.at < $1.at }) where held + devices > limit {
                held -= lease.count
                at = max(at, lease.at)
            }
            guard held + devices <= limit else { return nil }
        }
        for (owner, limit) in [
            (LimitOwner.user(user), own.deviceTimeAWeek), (.team(team), policy.limits.limits(of: team).deviceTimeAWeek),
        ] {
            guard let limit else { continue }
            guard let early = firstBelow(limit, owner, UseLimits.counted(devices, for: span), from: now) else { return nil }
            at = max(at, early)
        }
        return at
    }

    /// What comes to count no more against a limit of a week, and by when, if leases end as they say and nothing else begins:
    /// for the next eight days, in steps of six hours that begin with a full one.
    package func useComingFree(of owner: LimitOwner, at now: Timestamp) -> [(by: Timestamp, use: TimeSpan)] {
        let hour = TimeSpan.hours(1).milliseconds
        let first = Timestamp(milliseconds: (now.milliseconds / hour + 1) * hour)
        var counted = countedUse(of: owner, at: now), free: [(by: Timestamp, use: TimeSpan)] = []
        for step in 0...32 {
            let at = first + .hours(6 * Int64(step)), left = countedUse(of: owner, at: at)
            if left < counted { free.append((at, counted - left)) }
            counted = left
        }
        return free
    }

    /// The first moment at which so much more may be used. What counts only shrinks while nothing begins.
    private func firstBelow(
        _ limit: TimeSpan, _ owner: LimitOwner, _ asked: TimeSpan, from now: Timestamp
    ) -> Timestamp? {
        guard asked <= limit else { return nil }
        let last = index.leases(of: owner).compactMap { requests[$0]?.lease?.countedUntil }.max() ?? now
        var low = now.milliseconds, high = (max(now, last) + UseLimits.week + .hours(1)).milliseconds
        while low < high {
            let middle = low + (high - low) / 2
            if countedUse(of: owner, at: Timestamp(milliseconds: middle)) + asked <= limit {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return Timestamp(milliseconds: low)
    }

    /// A lease is over: what it used counts from now on by the hour.
    mutating func countWeek(of record: RequestRecord, at now: Timestamp) {
        guard let lease = record.lease, !lease.allocation.devices.isEmpty else { return }
        for owner in [LimitOwner.user(record.user), .team(record.team)] {
            let place = weeks.partitioningIndex { $0.owner >= owner }
            if place == weeks.count || weeks[place].owner != owner {
                weeks.insert(OwnedWeek(owner: owner, use: WeekOfUse()), at: place)
            }
            weeks.update(at: place) {
                $0.use.add(
                    lease.allocation.devices.count, from: lease.grantedAt, until: min(lease.countedUntil, now), at: now)
            }
            if weeks[place].use.isEmpty { weeks.remove(at: place) }
        }
    }
}

extension Lease {
    /// Up to when it counts as used: while its work may go on, to its end; looking at its devices counts for nobody.
    var countedUntil: Timestamp { min(endedAt ?? endsAt, endsAt) }
}
