import FleetModel
import LeaseLedger

/// A choice among the leases of one node. Each look at a choice is a plan of the node's future, so that they are counted.
struct VictimSearch {
    /// Up to so many leases of a node every choice is weighed, as far as that takes no more looks than these: on one node,
    /// and on all of them for one request. After that the choice is greedy, which takes two looks a lease.
    static let mostSearched = 12
    static let mostLooksOnNode = 1_000
    static let mostLooks = 10_000

    let pool: Pool
    let shape: Int
    let node: Int
    let span: TimeSpan
    let budget: ReclaimBudget
    let candidates: [ReclaimBudget.Candidate]
    /// Fewer leases than these are never enough.
    let fewest: Int
    /// Below 0: the greedy choice took so many.
    private(set) var looksLeft: Int

    init(
        pool: Pool, shape: Int, node: Int, span: TimeSpan, budget: ReclaimBudget, candidates: [ReclaimBudget.Candidate],
        fewest: Int, looksLeft: Int
    ) {
        (self.pool, self.shape, self.node, self.span, self.budget) = (pool, shape, node, span, budget)
        (self.candidates, self.fewest, self.looksLeft) = (candidates, fewest, looksLeft)
    }

    mutating func best() -> (Victims, VictimRank)? {
        guard candidates.count <= Self.mostSearched else { return greedy() }
        if let best = exact() { return best }
        return looksLeft > 0 ? nil : greedy()
    }

    /// By size, then newest first.
    private mutating func exact() -> (Victims, VictimRank)? {
        guard fewest <= candidates.count else { return nil }
        for size in fewest...candidates.count {
            var best: (Victims, VictimRank)?
            choose(size, from: 0, [], &best)
            if best != nil || looksLeft <= 0 { return best }
        }
        return nil
    }

    private mutating func choose(
        _ size: Int, from first: Int, _ chosen: [Int], _ best: inout (Victims, VictimRank)?
    ) {
        guard looksLeft > 0 else { return }
        let lacking = size - chosen.count
        if lacking == 0 {
            let rank = rank(chosen)
            guard isWithinBudget(chosen), best.map({ rank < $0.1 }) ?? true else { return }
            if let found = victims(chosen) { best = (found, rank) }
            return
        }
        guard first + lacking <= candidates.count else { return }
        for place in first...(candidates.count - lacking) { choose(size, from: place + 1, chosen + [place], &best) }
    }

    /// Newest first until it is enough, then without those that were not needed, oldest first.
    private mutating func greedy() -> (Victims, VictimRank)? {
        var chosen: [Int] = [], found: Victims?
        for place in candidates.indices where isWithinBudget(chosen + [place]) {
            chosen.append(place)
            if chosen.count >= fewest { found = victims(chosen) }
            if found != nil { break }
        }
        guard found != nil else { return nil }
        for place in chosen.reversed() where chosen.count > fewest {
            let rest = chosen.filter { $0 != place }
            guard let fewer = victims(rest) else { continue }
            (chosen, found) = (rest, fewer)
        }
        return found.map { ($0, rank(chosen)) }
    }

    private func rank(_ chosen: [Int]) -> VictimRank {
        VictimRank(
            leases: chosen.count, devices: chosen.reduce(0) { $0 + candidates[$1].slots.count },
            oldest: chosen.reduce(Timestamp(milliseconds: .max)) { min($0, candidates[$1].since) })
    }

    private func isWithinBudget(_ chosen: [Int]) -> Bool {
        chosen.allSatisfy { place in
            let team = candidates[place].team
            let taken = chosen.reduce(0) { $0 + (candidates[$1].team == team ? candidates[$1].slots.count : 0) }
            return taken <= budget.left(of: team)
        }
    }

    private mutating func victims(_ chosen: [Int]) -> Victims? {
        looksLeft -= 1
        let leases = chosen.map { candidates[$0].id }
        let start = pool.earliestStart(
            of: shape, on: node, lasting: span, besideHolds: true, taking: Taking(ours: Set(leases), endsAt: budget.endsAt))
        guard let start, start.at <= budget.endsAt else { return nil }
        return Victims(leases: leases.sorted(), start: start)
    }
}
