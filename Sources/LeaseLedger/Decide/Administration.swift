import FleetModel

extension LedgerState {
    func decidePolicy(
        _ policy: SchedulingPolicy, replacing replaced: SchedulingPolicy?, _ requester: Requester
    ) throws(Rejection) -> [Event] {
        guard requester.isAdministrator else { throw .needsAdministrator }
        if let replaced, replaced != self.policy { throw .policyChanged }
        let centuries = TimeSpan.days(365 * 100)
        guard policy.longestDuration > .zero, policy.longestDuration <= centuries else {
            throw .policyOutOfRange(.longestDuration)
        }
        guard policy.defaultDuration > .zero, policy.defaultDuration <= policy.longestDuration else {
            throw .policyOutOfRange(.defaultDuration)
        }
        guard policy.holdAfter >= .zero, policy.holdAfter <= centuries else { throw .policyOutOfRange(.holdAfter) }
        guard policy.usageHalfLife >= .minutes(1), policy.usageHalfLife <= .days(366) else {
            throw .policyOutOfRange(.usageHalfLife)
        }
        guard policy.grace >= .zero, policy.grace <= .days(1) else { throw .policyOutOfRange(.grace) }
        guard (1...10_000_000).contains(policy.waitingLimit) else { throw .policyOutOfRange(.waitingLimit) }
        if let field = policy.idle.fieldOutOfRange { throw .policyOutOfRange(field) }
        guard policy.reclaim.notice >= .zero, policy.reclaim.notice <= .days(1) else {
            throw .policyOutOfRange(.reclaimNotice)
        }
        guard policy.reclaim.minimumRun >= .zero, policy.reclaim.minimumRun <= .days(366) else {
            throw .policyOutOfRange(.minimumRun)
        }
        guard policy.reservations.makesSense else { throw .policyOutOfRange(.reservations) }
        guard policy.limits.makesSense, policy.limits.namesAreUsable else { throw .policyOutOfRange(.limits) }
        guard Self.makeSense(policy.profiles) else { throw .policyOutOfRange(.profiles) }
        guard policy.electricity?.makesSense ?? true else { throw .policyOutOfRange(.electricity) }
        if policy == self.policy { return [] }
        return [.policySet(PolicySet(policy: policy, by: requester.user))]
    }

    func decideTeam(_ change: TeamChange, _ requester: Requester) throws(Rejection) -> [Event] {
        guard requester.isAdministrator else { throw .needsAdministrator }
        guard Self.isUsableName(change.name.name, limit: 64) else { throw .invalidName(change.name.name) }
        let old = team(named: change.name)
        var team = old ?? Team(name: change.name)
        if let guarantee = change.guarantee {
            guard guarantee >= 0 else { throw .teamNumberNegative(guarantee) }
            team.guarantee = guarantee
        }
        switch change.limit {
        case nil: break
        case .some(.none): team.limit = nil
        case .some(.devices(let limit)):
            guard limit >= 0 else { throw .teamNumberNegative(limit) }
            team.limit = limit
        }
        if let limit = team.limit, team.guarantee > limit {
            throw .guaranteeAboveLimit(guarantee: team.guarantee, limit: limit)
        }
        for user in change.adding {
            guard Self.isUsableName(user.name, limit: 64) else { throw .invalidName(user.name) }
            if let other = teams.first(where: { $0.name != change.name && $0.members.contains(user) }) {
                throw .memberOfAnotherTeam(user, other.name)
            }
            team.members.insertSorted(user)
        }
        for user in change.removing { team.members.removeSorted(user) }
        return team == old ? [] : [.teamSet(TeamSet(team: team, by: requester.user))]
    }

    func decideTeamRemoval(_ name: TeamName, _ requester: Requester) throws(Rejection) -> [Event] {
        guard requester.isAdministrator else { throw .needsAdministrator }
        guard team(named: name) != nil else { throw .unknownTeam(name) }
        // Else a later team of that name would have limits that nobody set for it.
        var policy = policy
        policy.limits.set(nil, of: name)
        let unlimited: [Event] = policy == self.policy ? [] : [.policySet(PolicySet(policy: policy, by: requester.user))]
        return unlimited + [.teamRemoved(TeamRemoved(name: name, by: requester.user))]
    }

    /// Both teams change, or none does.
    func decideMove(of user: UserName, to name: TeamName?, _ requester: Requester) throws(Rejection) -> [Event] {
        guard requester.isAdministrator else { throw .needsAdministrator }
        guard Self.isUsableName(user.name, limit: 64) else { throw .invalidName(user.name) }
        if let name, team(named: name) == nil { throw .unknownTeam(name) }
        let old = teams.first { $0.members.contains(user) }
        guard old?.name != name else { return [] }
        var events: [Event] = []
        if var old {
            old.members.removeSorted(user)
            events.append(.teamSet(TeamSet(team: old, by: requester.user)))
        }
        if let name, var new = team(named: name) {
            new.members.insertSorted(user)
            events.append(.teamSet(TeamSet(team: new, by: requester.user)))
        }
        return events
    }
}
