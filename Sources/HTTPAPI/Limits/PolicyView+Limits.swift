import FleetModel
import WireModel

extension PolicyView {
    mutating func show(_ policy: LimitPolicy) {
        func view(_ kind: String, _ name: String?, _ limits: UseLimits) -> LimitView {
            LimitView(
                kind: kind, name: name, gpusAtOnce: limits.devicesAtOnce, gpuHoursAWeek: limits.deviceHoursAWeek,
                longestLeaseSeconds: limits.longestLease.map { Double($0.milliseconds) / 1_000 })
        }
        let all =
            (policy.everybody == .none ? [] : [view("everybody", nil, policy.everybody)])
            + policy.users.map { view("user", $0.name.name, $0.limits) }
            + policy.teams.map { view("team", $0.name.name, $0.limits) }
        limits = all.isEmpty ? nil : all
    }

    /// Whoever is named gets what is said and nothing else.
    func change(_ policy: inout LimitPolicy, _ span: (Double) throws(Problem) -> TimeSpan) throws(Problem) {
        for limit in limits ?? [] {
            let wanted = UseLimits(
                devicesAtOnce: limit.gpusAtOnce, deviceHoursAWeek: limit.gpuHoursAWeek,
                longestLease: try limit.longestLeaseSeconds.map(span))
            switch (limit.kind, limit.name) {
            case ("everybody", nil): policy.setEverybody(limit.remove == true ? .none : wanted)
            case ("user", let name?): policy.set(limit.remove == true ? nil : wanted, of: UserName(name))
            case ("team", let name?):
                guard wanted.devicesAtOnce == nil else {
                    throw .badInput(
                        "How many GPUs a team may hold at once is kept with the team: `carrel team set \(name.shown) --limit N`. Nothing was changed."
                    )
                }
                policy.set(limit.remove == true ? nil : wanted, of: TeamName(name))
            default:
                throw .badInput(
                    "A limit is of `everybody` without a name, or of a `user` or a `team` with one. Nothing was changed.")
            }
        }
    }
}
