package import FleetModel

/// What limits leave to people while several requests are decided one after the other: what was promised counts for the next.
package struct LimitTally: Sendable {
    private let state: LedgerState
    private let now: Timestamp
    /// Somebody is limited in what they may hold or use.
    package let isNeeded: Bool
    /// By people: devices that they hold with what was promised.
    private var held: [UserName: Int] = [:]
    /// By people and teams: device-time that counts, with what was promised.
    private var used: [LimitOwner: TimeSpan] = [:]

    package init(_ state: LedgerState, at now: Timestamp) {
        self.state = state
        self.now = now
        isNeeded = !state.policy.limits.isEmpty
    }

    /// The limit that keeps a person of a team from getting so many devices for a span; nil: none does. Work without devices
    /// has no limit but that of its length, which comes first: no waiting helps there.
    package mutating func limitReached(
        by user: UserName, in team: TeamName, asking devices: Int, lasting span: TimeSpan
    ) -> LimitReached? {
        guard isNeeded else { return nil }
        if let (longest, owner) = state.policy.limits.longestLease(of: user, in: team), span > longest {
            return .longest(owner, asked: span, longest: longest)
        }
        guard devices > 0 else { return nil }
        let own = state.policy.limits.limits(of: user)
        if let limit = own.devicesAtOnce {
            let held = devicesHeld(by: user)
            if held + devices > limit { return .devices(.user(user), held: held, asked: devices, limit: limit) }
        }
        let asked = UseLimits.counted(devices, for: span)
        return weekReached(.user(user), asked, own) ?? weekReached(.team(team), asked, state.policy.limits.limits(of: team))
    }

    /// As above, for what a request asks.
    package mutating func limitReached(by record: RequestRecord) -> LimitReached? {
        limitReached(
            by: record.user, in: record.team, asking: record.resources.devices.count, lasting: record.duration)
    }

    /// No limit keeps it from what it asks.
    package mutating func admits(_ record: RequestRecord) -> Bool { limitReached(by: record) == nil }

    /// Counts what a request will have.
    package mutating func take(_ record: RequestRecord) {
        let devices = record.resources.devices.count
        guard isNeeded, devices > 0 else { return }
        let asked = UseLimits.counted(devices, for: record.duration)
        held[record.user] = devicesHeld(by: record.user) + devices
        for owner in [LimitOwner.user(record.user), .team(record.team)] { used[owner] = use(of: owner) + asked }
    }

    private mutating func weekReached(_ owner: LimitOwner, _ asked: TimeSpan, _ limits: UseLimits) -> LimitReached? {
        guard let hours = limits.deviceHoursAWeek, let limit = limits.deviceTimeAWeek else { return nil }
        let used = use(of: owner)
        return used + asked > limit ? .week(owner, used: used, asked: asked, limitHours: hours) : nil
    }

    private mutating func devicesHeld(by user: UserName) -> Int {
        if let known = held[user] { return known }
        let count = state.devicesHeld(by: user)
        held[user] = count
        return count
    }

    private mutating func use(of owner: LimitOwner) -> TimeSpan {
        if let known = used[owner] { return known }
        let use = state.countedUse(of: owner, at: now)
        used[owner] = use
        return use
    }
}
