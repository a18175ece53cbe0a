/// The numbers of the default policy; `carrel policy` shows and sets them.
package struct SchedulingPolicy: Hashable, Codable, Sendable {
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
    /// When a lease that nobody uses is warned and returned.
    package var idle = IdleSettings.usual
    /// How borrowed devices are taken back.
    package var reclaim: ReclaimPolicy
    /// Who may claim future devices, and how much of them.
    package var reservations = ReservationPolicy.unsaid
    /// What is done about processes on devices that no lease accounts for.
    package var foreign = ForeignPolicy.block
    /// What people and teams may use at most.
    package var limits = LimitPolicy.unsaid
    /// Sizes with names; in order of these.
    package var profiles: [ResourceProfile] = []
    /// What electricity costs; nil: nobody said.
    package var electricity: ElectricityPrice?

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
