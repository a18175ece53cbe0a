import FleetModel
import LeaseLedger

/// What each team holds, counted on through a pass.
struct TeamBook {
    struct Entry {
        let name: TeamName
        /// What it held when the pass began.
        let heldBefore: Int
        var held: Int
        let guarantee: Int
        let limit: Int?
        /// What waits for devices that come back to it, taken from others or by themselves.
        var promised = 0
    }

    private(set) var entries: [Entry]

    init(_ state: LedgerState, promised: [TeamName: Int] = [:]) {
        entries = state.teams.map {
            let held = $0.guarantee > 0 || $0.limit != nil ? state.devicesHeld(by: $0.name) : 0
            return Entry(
                name: $0.name, heldBefore: held, held: held, guarantee: $0.guarantee, limit: $0.limit,
                promised: promised[$0.name] ?? 0)
        }
    }

    /// nil: a team that nobody set, or that was removed, has neither guarantee nor limit.
    func number(of team: TeamName) -> Int? {
        var low = 0, high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].name < team { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].name == team ? low : nil
    }

    /// The team's numbers if a request for so many devices is covered by its guarantee.
    func guarantee(_ team: Int?, covers asked: Int) -> Entry? {
        guard let team, asked > 0 else { return nil }
        let entry = entries[team]
        return entry.held + asked <= entry.guarantee ? entry : nil
    }

    /// The team's numbers and limit if a request for so many devices would exceed it.
    func limit(_ team: Int?, forbids asked: Int) -> (entry: Entry, limit: Int)? {
        guard let team, asked > 0, let limit = entries[team].limit else { return nil }
        return entries[team].held + asked > limit ? (entries[team], limit) : nil
    }

    /// Whether so many more are covered by the guarantee beside what is promised to others of the team.
    func promise(_ team: Int?, allows asked: Int) -> Bool {
        guard let team, asked > 0 else { return false }
        let entry = entries[team]
        return entry.held + entry.promised + asked <= entry.guarantee
    }

    mutating func promise(_ count: Int, to team: Int?) {
        if let team { entries[team].promised += count }
    }

    mutating func take(_ count: Int, for team: Int?) {
        if let team { entries[team].held += count }
    }

    /// Why a team can never be granted so many devices; nil: it can.
    func refusal(_ team: Int?, asking asked: Int) -> Refusal? {
        guard let team, let limit = entries[team].limit, asked > limit else { return nil }
        return .aboveTeamLimit(team: entries[team].name, asked: asked, limit: limit)
    }
}
