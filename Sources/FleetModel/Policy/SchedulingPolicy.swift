/// The numbers of the default policy; `carrel policy` shows and sets them.
package struct SchedulingPolicy: Hashable, Sendable {
    /// How long a lease lasts when nobody says.
    package var defaultDuration: TimeSpan
    /// The longest lease that anybody may ask for or extend to, counted from now.
    package var longestDuration: TimeSpan
    /// From this waiting time on, devices are held for a request.
    package var holdAfter: TimeSpan
    /// The span in which past usage counts half.
    package var usageHalfLife: TimeSpan
    /// Between the signal that asks work to end and the one that ends it.
    package var grace: TimeSpan
    /// How many requests of one user may wait at once.
    package var waitingLimit: Int
    /// How borrowed devices are taken back.
    package var reclaim: ReclaimPolicy

    package init(
        defaultDuration: TimeSpan = .hours(24), longestDuration: TimeSpan = .days(30), holdAfter: TimeSpan = .hours(24),
        usageHalfLife: TimeSpan = .hours(24), grace: TimeSpan = .seconds(60), waitingLimit: Int = 10_000,
        reclaim: ReclaimPolicy = ReclaimPolicy()
    ) {
        self.defaultDuration = defaultDuration
        self.longestDuration = longestDuration
        self.holdAfter = holdAfter
        self.usageHalfLife = usageHalfLife
        self.grace = grace
        self.waitingLimit = waitingLimit
        self.reclaim = reclaim
    }
}

/// What came later is written only where it says something else than its absence does.
extension SchedulingPolicy: Codable {
    private enum CodingKeys: CodingKey {
        case defaultDuration, longestDuration, holdAfter, usageHalfLife, grace, waitingLimit, reclaim
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            defaultDuration: try container.decode(TimeSpan.self, forKey: .defaultDuration),
            longestDuration: try container.decode(TimeSpan.self, forKey: .longestDuration),
            holdAfter: try container.decode(TimeSpan.self, forKey: .holdAfter),
            usageHalfLife: try container.decode(TimeSpan.self, forKey: .usageHalfLife),
            grace: try container.decode(TimeSpan.self, forKey: .grace),
            waitingLimit: try container.decode(Int.self, forKey: .waitingLimit),
            reclaim: try container.decodeIfPresent(ReclaimPolicy.self, forKey: .reclaim) ?? .unsaid)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(defaultDuration, forKey: .defaultDuration)
        try container.encode(longestDuration, forKey: .longestDuration)
        try container.encode(holdAfter, forKey: .holdAfter)
        try container.encode(usageHalfLife, forKey: .usageHalfLife)
        try container.encode(grace, forKey: .grace)
        try container.encode(waitingLimit, forKey: .waitingLimit)
        if reclaim != .unsaid { try container.encode(reclaim, forKey: .reclaim) }
    }
}

/// Who shares a guarantee.
package struct Team: Hashable, Codable, Sendable {
    package let name: TeamName
    /// Devices that the team gets first.
    package var guarantee: Int
    /// Devices that the team may hold at once; nil: no limit.
    package var limit: Int?
    /// In order.
    package var members: [UserName]

    package init(name: TeamName, guarantee: Int = 0, limit: Int? = nil, members: [UserName] = []) {
        self.name = name
        self.guarantee = guarantee
        self.limit = limit
        self.members = members.sorted()
    }
}
