import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/reports`: what became of things over a span of time.
struct ReportRoutes {
    let service: CheckoutService

    private static let usualSpan = TimeSpan.days(7)

    func add(to group: RouterGroup<CarrelContext>) { group.get("reports/idle", use: idle) }

    /// `?last=7d`: up to now.
    private func idle(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        let last = try request.uri.queryParameters["last"].map { try Typed.span(String($0), "last") } ?? Self.usualSpan
        guard last > .zero else { throw Problem.badInput("`last` is a span such as 7d or 24h, up to now.") }
        let now = service.clock.now(), start = now + TimeSpan(milliseconds: -last.milliseconds)
        let finds = try await service.idleFinds(from: start, until: now)
        let views = ViewMaker(service), idle = views.state.policy.idle
        let dryRunEnd = views.state.idleWatchedSince.map { $0 + idle.dryRun }
        return .json(
            IdleReport(
                from: views.text(start), until: views.text(now), mode: idle.mode.rawValue,
                dryRunUntil: dryRunEnd.flatMap { now < $0 ? views.text($0) : nil },
                leases: finds.map { find in
                    IdleReport.Lease(
                        lease: find.record.id.number, user: find.record.user.name, team: find.record.team.name,
                        name: find.record.name, kind: find.wasReleased ? "released" : "wouldBeReleased",
                        at: views.text(find.at), gpus: find.record.resources.devices.count,
                        idleSince: views.text(find.evidence.since), gpuSeconds: Double(find.won.milliseconds) / 1_000,
                        evidence: find.evidence.text)
                }))
    }
}
