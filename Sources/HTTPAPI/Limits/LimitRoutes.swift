import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/limits`: what the caller may use at most, and uses.
struct LimitRoutes {
    let service: CheckoutService

    func add(to group: RouterGroup<CarrelContext>) { group.get("limits", use: limits) }

    /// `?user=NAME` for administrators.
    private func limits(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn().requester
        let asked = request.uri.queryParameters["user"].map { UserName(String($0)) } ?? caller.user
        guard asked == caller.user || caller.isAdministrator else { throw Problem(Rejection.needsAdministrator) }
        guard LedgerState.isUsableName(asked.name, limit: 64) else { throw Problem(Rejection.invalidName(asked.name)) }
        return .json(LimitUseView(of: asked, in: service.state, at: service.clock.now()))
    }
}

extension LimitUseView {
    init(of user: UserName, in state: LedgerState, at now: Timestamp) {
        let team = state.team(of: user), limits = state.policy.limits
        self.init(
            user: user.name, gpusHeld: state.devicesHeld(by: user), team: team.name,
            teamGpusHeld: state.devicesHeld(by: team))
        func hours(_ owner: LimitOwner) -> Double {
            // To a tenth and not less than it is.
            Double((state.countedUse(of: owner, at: now).milliseconds + 359_999) / 360_000) / 10
        }
        let own = limits.limits(of: user)
        gpusAtOnce = own.devicesAtOnce
        gpuHoursAWeek = own.deviceHoursAWeek
        if own.deviceHoursAWeek != nil { gpuHoursCounted = hours(.user(user)) }
        longestLeaseSeconds = limits.longestLease(of: user, in: team).map { Double($0.span.milliseconds) / 1_000 }
        teamGpusAtOnce = state.team(named: team)?.limit
        teamGpuHoursAWeek = limits.limits(of: team).deviceHoursAWeek
        if teamGpuHoursAWeek != nil { teamGpuHoursCounted = hours(.team(team)) }
    }
}
