import CheckoutService
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import NIOCore
import WebPages
import WireModel

extension PageRoutes {
    func usage(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let viewer = try viewer(request, context)
        let views = ViewMaker(service), span = request.usageSpan
        let reports = try await reports(views, span)
        let guarantees = views.state.teams.map { team in
            TeamView(
                name: team.name.name, guarantee: team.guarantee, limit: team.limit, members: team.members.map(\.name),
                holds: views.state.devicesHeld(by: team.name))
        }
        var page = UsagePage(
            viewer: viewer, now: views.wall, span: span, users: reports.byUser, teams: reports.byTeam,
            guarantees: guarantees)
        page.accuracy = try await service.accuracy(
            for: try context.signedIn(), views, from: views.now + TimeSpan(milliseconds: -span.past.milliseconds),
            until: views.now + TimeSpan(milliseconds: 1), entries: 0)
        return .page(page.html())
    }

    func usageTable(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        let by = request.uri.queryParameters["by"].map(String.init) ?? "user"
        guard by == "user" || by == "team" else { throw Problem.badInput("`by` is user or team, not “\(by.shown)”.") }
        if let text = request.uri.queryParameters["month"] {
            let reports = try await reports(ViewMaker(service), in: try Month(asked: String(text)))
            return table(UsageTable.csv(by == "user" ? reports.users : reports.teams), "by-\(by)-\(text)")
        }
        let span = request.usageSpan
        let reports = try await reports(ViewMaker(service), span)
        return table(UsageTable.csv(by == "user" ? reports.byUser : reports.byTeam), "by-\(by)-\(span.rawValue)")
    }

    private func table(_ text: String, _ name: String) -> Response {
        var headers = HTTPFields.ofPages
        headers[.contentType] = "text/csv; charset=utf-8"
        headers[.cacheControl] = "no-store"
        headers[.contentDisposition] = "attachment; filename=\"carrel-usage-\(name).csv\""
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private func reports(
        _ views: ViewMaker, _ span: UsagePage.Span
    ) async throws -> (byUser: EnergyReport, byTeam: EnergyReport) {
        let from = views.now + TimeSpan(milliseconds: -span.past.milliseconds)
        return try await service.energyReports(views, from: from, until: views.now + TimeSpan(milliseconds: 1))
    }
}

extension Request {
    fileprivate var usageSpan: UsagePage.Span {
        uri.queryParameters["last"].flatMap { UsagePage.Span(rawValue: String($0)) } ?? .month
    }
}
