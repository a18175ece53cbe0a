import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

extension PageRoutes {
    /// A page to print: `/usage/2026-11`.
    func month(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let viewer = try viewer(request, context)
        let month = try Month(asked: context.pathPart("month"))
        let views = ViewMaker(service)
        let reports = try await reports(views, in: month)
        return .page(
            MonthPage(viewer: viewer, now: views.wall, month: month, teams: reports.teams, users: reports.users).html())
    }

    /// What leases that were closed in a month used.
    func reports(_ views: ViewMaker, in month: Month) async throws -> (teams: MonthPage.Report, users: MonthPage.Report) {
        let behind = TimeSpan(milliseconds: -views.wallAhead.milliseconds)
        let from = month.start + behind, until = month.end + behind
        let sums = try await service.energySums(from: from, until: until)
        var idle = IdleSums()
        for find in try await service.idleFinds(from: from, until: until) { idle.add(find) }
        func report(_ by: String, _ all: [String: EnergySum], _ idleOf: [String: Double]) -> MonthPage.Report {
            let rows = all.sorted { left, right in
                (right.value.deviceTime, left.key) < (left.value.deviceTime, right.key)
            }.map { MonthPage.Row($0.key, $0.value, idle: idleOf[$0.key] ?? 0) }
            return MonthPage.Report(by: by, rows: rows, total: MonthPage.Row("all", sums.total, idle: idle.all))
        }
        return (report("team", sums.teams, idle.teams), report("user", sums.users, idle.users))
    }
}

/// GPU time without a sign of use, in seconds.
private struct IdleSums {
    var users: [String: Double] = [:]
    var teams: [String: Double] = [:]
    var all = 0.0

    mutating func add(_ find: IdleFind) {
        let span = max(.zero, find.at - find.evidence.since)
        let seconds = Double(span.milliseconds) / 1_000 * Double(find.record.lease?.allocation.devices.count ?? 0)
        users[find.record.user.name, default: 0] += seconds
        teams[find.record.team.name, default: 0] += seconds
        all += seconds
    }
}

extension MonthPage.Row {
    fileprivate init(_ name: String, _ sum: EnergySum, idle: Double) {
        self.init(use: sum.entry(name), meanUtilization: sum.meanUtilization, idleSeconds: idle)
    }
}

extension Month {
    init(asked text: String) throws(Problem) {
        guard let month = Month(text) else {
            throw .notFound("“\(text.shown)” is no month; write it as 2026-11.")
        }
        self = month
    }
}
