import FleetModel
import LeaseLedger

/// What the walk says of requests that it did not stop at: how many were passed, and who comes next.
extension SchedulingPass {
    /// How many of a lane a guarantee covers or covered when the walk came to them: those before the grant with which
    /// the team holds too much.
    private func covered(of lane: Lane, in run: Int) -> Int {
        guard let team = lane.team, lane.deviceCount > 0 else { return 0 }
        let entry = teams.entries[team]
        guard entry.heldBefore + lane.deviceCount <= entry.guarantee else { return 0 }
        for grant in guaranteedGrants where grant.team == team && grant.held + lane.deviceCount > entry.guarantee {
            return places(of: lane, in: run, before: Position(run: grant.position.run, id: grant.position.id.next))
        }
        return lane.ids.count
    }

    private func places(of lane: Lane, in run: Int, before position: Position) -> Int {
        run < position.run ? lane.ids.count : run > position.run ? 0 : lane.ids.rank(of: position.id)
    }

    /// The places of a lane that a part of the walk goes through. Of the first part the end is not known before it is over.
    func part(_ standing: Standing, of lane: Lane, in run: Int) -> Range<Int> {
        let covered = covered(of: lane, in: run)
        switch standing {
        case .guaranteed: return 0..<covered
        case .overdue: return covered..<max(covered, lane.firstRegular)
        case .regular: return max(covered, lane.firstRegular)..<lane.ids.count
        }
    }

    /// How many were considered before a position and got nothing.
    mutating func passed(before position: Position, _ standing: Standing) -> Int {
        let wholeLine = standing != .guaranteed && tellsApart
        var count = 0
        if standing == .regular, !wholeLine { count = firstRegular.place }
        var run = 0
        while wholeLine || run <= position.run, sees(run) {
            for lane in line.runs[run].counted {
                let regular = part(.regular, of: lane, in: run), overdue = part(.overdue, of: lane, in: run)
                let limit = places(of: lane, in: run, before: position)
                switch standing {
                case .guaranteed: count += min(overdue.lowerBound, limit)
                case .overdue: count += max(overdue.lowerBound, min(overdue.upperBound, limit))
                case .regular: count += max(regular.lowerBound, limit) - (wholeLine ? 0 : regular.lowerBound)
                }
            }
            run += 1
        }
        return count - grants.count
    }

    /// The first request that waits for its turn and whose user has used more.
    private mutating func nextInLine(after run: Int) -> (user: UserName, usage: Int64)? {
        var run = run + 1
        while sees(run) {
            let first = line.runs[run].counted.compactMap { lane -> LeaseID? in
                let part = part(.regular, of: lane, in: run)
                return part.isEmpty ? nil : lane.ids[part.lowerBound]
            }.min()
            if let first, let user = state.requests[state.index.queue.request(at: first)]?.user {
                return (user, line.runs[run].usage)
            }
            run += 1
        }
        return nil
    }

    /// How many younger requests of the same use wait for their turn.
    private func equals(after position: Position) -> Int {
        line.runs[position.run].counted.reduce(0) { count, lane in
            let part = part(.regular, of: lane, in: position.run)
            return count + part.upperBound - max(part.lowerBound, lane.ids.rank(of: position.id.next))
        }
    }

    /// Why now, and why before others.
    mutating func reasons(
        for waiter: Waiter, at position: Position, _ standing: Standing, _ placement: Placement
    ) -> [GrantReason] {
        var reasons: [GrantReason] = []
        switch standing {
        case .guaranteed:
            if let entry = teams.guarantee(waiter.team, covers: waiter.deviceCount) {
                reasons.append(.guaranteed(team: entry.name, held: entry.held, guarantee: entry.guarantee))
            }
        case .overdue:
            if let since = waiter.overdueSince { reasons.append(.held(since: since)) }
        case .regular:
            if let next = nextInLine(after: position.run) {
                reasons.append(.usedLeast(used: waiter.usage, next: next.user, nextUsed: next.usage))
            }
            let equals = equals(after: position)
            if equals > 0 { reasons.append(.oldest(of: equals + 1)) }
        }
        let passed = passed(before: position, standing)
        if passed > 0 { reasons.append(.passed(requests: passed)) }
        let node = pool.node(placement.node)
        if let number = placement.slots.lazy.compactMap({ node.holdOfSlot[$0] }).first {
            reasons.append(.backfilled(holder: pool.holds[number].id, freeUntil: pool.holds[number].shadow))
        }
        return reasons.isEmpty ? [.nobodyElseWaited] : reasons
    }
}
