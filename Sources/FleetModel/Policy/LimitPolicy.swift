/// Limits for people and for teams. Both hold: a person stays within their own, and their team within its.
package struct LimitPolicy: Hashable, Codable, Sendable {
    /// For each person who has none of their own.
    package private(set) var everybody: UseLimits
    /// People with limits of their own, which take the place of everybody's; in order of their names.
    package private(set) var users: [Entry<UserName>]
    /// In order of their names.
    package private(set) var teams: [Entry<TeamName>]

    /// The limits of one, by name.
    package struct Entry<Name: NameIdentifier>: Hashable, Codable, Sendable {
        package let name: Name
        package let limits: UseLimits
    }

    /// The most entries of each kind that are kept.
    package static let mostEntries = 10_000

    package init() {
        everybody = .none
        users = []
        teams = []
    }

    /// Nobody is limited.
    package static let unsaid = LimitPolicy()

    /// Nothing is to be counted for anybody.
    package var isEmpty: Bool { everybody == .none && users.isEmpty && teams.isEmpty }

    /// What holds for a person: their own limits, or everybody's.
    package func limits(of user: UserName) -> UseLimits { Self.find(user, in: users) ?? everybody }

    /// What holds for a team.
    package func limits(of team: TeamName) -> UseLimits { Self.find(team, in: teams) ?? .none }

    /// The shortest of what a person and their team may lease for, and whose it is; nil: there is no limit.
    package func longestLease(of user: UserName, in team: TeamName) -> (span: TimeSpan, owner: LimitOwner)? {
        let own = limits(of: user).longestLease, teams = limits(of: team).longestLease
        if let teams, teams < own ?? .forever { return (teams, .team(team)) }
        return own.map { ($0, .user(user)) }
    }

    /// Those of each person without any of their own.
    package mutating func setEverybody(_ limits: UseLimits) { everybody = limits }

    /// nil: everybody's hold for this person again.
    package mutating func set(_ limits: UseLimits?, of user: UserName) { Self.set(limits, of: user, in: &users) }

    /// nil: the team has none.
    package mutating func set(_ limits: UseLimits?, of team: TeamName) {
        Self.set(limits == UseLimits.none ? nil : limits, of: team, in: &teams)
    }

    /// Every number is within its range, names stand in order and once, and no team has a number that is kept with the team.
    package var makesSense: Bool {
        everybody.makesSense && Self.isInOrder(users) && Self.isInOrder(teams)
            && users.allSatisfy(\.limits.makesSense)
            && teams.allSatisfy { $0.limits.makesSense && $0.limits.devicesAtOnce == nil }
    }

    private static func find<Name>(_ name: Name, in entries: [Entry<Name>]) -> UseLimits? {
        let place = place(of: name, in: entries)
        return place < entries.count && entries[place].name == name ? entries[place].limits : nil
    }

    private static func set<Name>(_ limits: UseLimits?, of name: Name, in entries: inout [Entry<Name>]) {
        let place = place(of: name, in: entries)
        if place < entries.count, entries[place].name == name { entries.remove(at: place) }
        if let limits { entries.insert(Entry(name: name, limits: limits), at: place) }
    }

    private static func place<Name>(of name: Name, in entries: [Entry<Name>]) -> Int {
        var low = 0, high = entries.count
        while low < high {
            let middle = low + (high - low) / 2
            if entries[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func isInOrder<Name>(_ entries: [Entry<Name>]) -> Bool {
        entries.count <= mostEntries && zip(entries, entries.dropFirst()).allSatisfy { $0.name < $1.name }
    }
}
