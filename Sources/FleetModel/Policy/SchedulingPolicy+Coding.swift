extension SchedulingPolicy {
    private enum CodingKeys: CodingKey {
        case defaultDuration, longestDuration, holdAfter, usageHalfLife, grace, waitingLimit, idle, reclaim, electricity
        case reservations, foreign, limits, profiles
    }

    /// What an older Carrel did not know is as usual.
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
        idle = try container.decodeIfPresent(IdleSettings.self, forKey: .idle) ?? .unsaid
        reservations = try container.decodeIfPresent(ReservationPolicy.self, forKey: .reservations) ?? .unsaid
        foreign = try container.decodeIfPresent(ForeignPolicy.self, forKey: .foreign) ?? .unsaid
        limits = try container.decodeIfPresent(LimitPolicy.self, forKey: .limits) ?? .unsaid
        profiles = try container.decodeIfPresent([ResourceProfile].self, forKey: .profiles) ?? []
        electricity = try container.decodeIfPresent(ElectricityPrice.self, forKey: .electricity)
    }

    /// What is as usual is left out, so that old events keep their form.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(defaultDuration, forKey: .defaultDuration)
        try container.encode(longestDuration, forKey: .longestDuration)
        try container.encode(holdAfter, forKey: .holdAfter)
        try container.encode(usageHalfLife, forKey: .usageHalfLife)
        try container.encode(grace, forKey: .grace)
        try container.encode(waitingLimit, forKey: .waitingLimit)
        if reclaim != .unsaid { try container.encode(reclaim, forKey: .reclaim) }
        if foreign != .unsaid { try container.encode(foreign, forKey: .foreign) }
        try container.encodeIfPresent(electricity, forKey: .electricity)
        if idle != .unsaid { try container.encode(idle, forKey: .idle) }
        if reservations != .unsaid { try container.encode(reservations, forKey: .reservations) }
        if limits != .unsaid { try container.encode(limits, forKey: .limits) }
        if !profiles.isEmpty { try container.encode(profiles, forKey: .profiles) }
    }
}
