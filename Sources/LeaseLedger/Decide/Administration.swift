import FleetModel

extension LedgerState {
    func decidePolicy(_ policy: SchedulingPolicy, _ requester: Requester) throws(Rejection) -> [Event] {
        guard requester.isAdministrator else { throw .needsAdministrator }
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
        return [.teamRemoved(TeamRemoved(name: name, by: requester.user))]
    }
}
