package import FleetModel

/// Users who wait, least decayed use first, as far as somebody asks. Those who hold as many devices stand in an order of
/// their own that time does not change, so that only the first of each such group are weighed.
package struct RankedUsers {
    /// Users of equal use; nil in their place: all who never held a device.
    package struct Equals: Sendable {
        package let usage: Int64
        package let users: [UserName?]
    }

    private struct Group {
        var next: Int
        let end: Int
        /// What use comes to for these, where the order is less exact than the values are.
        let plateau: Int64
        var newest: Int64?
    }

    private let state: LedgerState
    private let now: Timestamp
    private var groups: [Group] = []
    private var hasBegun = false
    /// Weighed and not given yet; least use first.
    private var weighed: [(usage: Int64, user: UserName?)] = []

    package init(_ state: LedgerState, at now: Timestamp) {
        self.state = state
        self.now = now
    }

    private mutating func begin() {
        hasBegun = true
        let ranks = state.index.queue.ranks
        var next = 0
        while next < ranks.count {
            let holding = ranks[next].holding
            let end = ranks.partitioningIndex { $0.holding > holding }
            let plateau = DecayingUsage.plateau(holding: holding, halfLife: state.policy.usageHalfLife) >> 32
            groups.append(Group(next: next, end: end, plateau: Int64(clamping: plateau)))
            next = end
        }
        if state.index.queue.newcomers.ids.count > 0 { weighed.append((0, nil)) }
    }

    /// The next ones; nil: there are no more.
    package mutating func next() -> Equals? {
        if !hasBegun { begin() }
        for number in groups.indices where groups[number].newest == nil { weigh(number) }
        guard let least = weighed.first?.usage else { return nil }
        for number in groups.indices {
            // The order of a group is exact to 2⁻³⁶ of what is compared, and values are cut to whole ones.
            let slack = 3 + max(least, groups[number].plateau) >> 36
            while let newest = groups[number].newest, newest - slack <= least, groups[number].next < groups[number].end {
                weigh(number)
            }
        }
        let usage = weighed[0].usage
        let users = weighed.prefix { $0.usage == usage }.map(\.user)
        weighed.removeFirst(users.count)
        return Equals(usage: usage, users: users)
    }

    private mutating func weigh(_ number: Int) {
        guard groups[number].next < groups[number].end else { return }
        let user = state.index.queue.ranks[groups[number].next].user
        let usage = state.recentUsage(of: user, at: now)
        groups[number].next += 1
        groups[number].newest = usage
        weighed.insert((usage, user), at: weighed.partitioningIndex { $0.usage > usage })
    }
}
