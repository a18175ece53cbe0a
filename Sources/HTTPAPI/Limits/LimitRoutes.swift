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
        return .json(LimitUseView(of: asked, ViewMaker(service)))
    }
}

extension LimitUseView {
    init(of user: UserName, _ views: ViewMaker) {
        let state = views.state
        let team = state.team(of: user), limits = state.policy.limits
        self.init(
            user: user.name, gpusHeld: state.devicesHeld(by: user), team: team.name,
            teamGpusHeld: state.devicesHeld(by: team))
        let own = limits.limits(of: user)
        gpusAtOnce = own.devicesAtOnce
        gpuHoursAWeek = own.deviceHoursAWeek
        if own.deviceHoursAWeek != nil {
            gpuHoursCounted = Self.counted(.user(user), views)
            comesFree = Self.comingFree(.user(user), views)
        }
        longestLeaseSeconds = limits.longestLease(of: user, in: team).map { Double($0.span.milliseconds) / 1_000 }
        teamGpusAtOnce = state.team(named: team)?.limit
        teamGpuHoursAWeek = limits.limits(of: team).deviceHoursAWeek
        if teamGpuHoursAWeek != nil {
            teamGpuHoursCounted = Self.counted(.team(team), views)
            teamComesFree = Self.comingFree(.team(team), views)
        }
    }

    /// GPU-hours that count, to a tenth and not less than it is.
    static func counted(_ owner: LimitOwner, _ views: ViewMaker) -> Double {
        tenths(views.state.countedUse(of: owner, at: views.now), adding: 359_999)
    }

    static func comingFree(_ owner: LimitOwner, _ views: ViewMaker) -> [FreeingView] {
        views.state.useComingFree(of: owner, at: views.now).map {
            FreeingView(by: views.text($0.by), gpuHours: tenths($0.use, adding: 180_000))
        }
    }

    fileprivate static func tenths(_ use: TimeSpan, adding rest: Int64) -> Double {
        Double((min(use.milliseconds, .max - rest) + rest) / 360_000) / 10
    }
}

extension WaitLimitView {
    init(_ reached: LimitReached, notBefore: String?) {
        func hours(_ use: TimeSpan) -> Double { LimitUseView.tenths(use, adding: 180_000) }
        func seconds(_ span: TimeSpan) -> Double { Double(span.milliseconds) / 1_000 }
        let owner: LimitOwner, kind: String, used: Double?, asked: Double, most: Double
        switch reached {
        case .devices(let whose, let held, let count, let limit):
            (owner, kind, used, asked, most) = (whose, "gpusAtOnce", Double(held), Double(count), Double(limit))
        case .week(let whose, let use, let more, let limit):
            (owner, kind, used, asked, most) = (whose, "gpuHoursAWeek", hours(use), hours(more), Double(limit))
        case .longest(let whose, let span, let longest):
            (owner, kind, used, asked, most) = (whose, "longestLease", nil, seconds(span), seconds(longest))
        }
        switch owner {
        case .user(let user): self.init(kind: kind, of: "user", name: user.name, used: used, asked: asked, most: most)
        case .team(let team): self.init(kind: kind, of: "team", name: team.name, used: used, asked: asked, most: most)
        }
        self.notBefore = notBefore
    }
}
