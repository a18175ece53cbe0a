import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

extension PageRoutes {
    /// How much of the line a page shows.
    private static let lineLength = 25

    func now(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let viewer = try viewer(request, context)
        let views = ViewMaker(service)
        let choice = request.uri.queryParameters["show"].flatMap { NowPage.Choice(rawValue: String($0)) } ?? .all
        let open = views.openWork(of: viewer, service, atMost: 5)
        return .page(
            NowPage(
                viewer: viewer, now: views.wall, list: views.deviceList,
                queue: try queue(views, page: request.pageNumber()), mine: open.first, mineCount: open.count, choice: choice
            ).html())
    }

    private func queue(_ views: ViewMaker, page asked: Int) -> NowPage.Queue {
        let line = service.line
        let pages = max(1, (line.count + Self.lineLength - 1) / Self.lineLength), page = min(asked, pages)
        let start = (page - 1) * Self.lineLength
        let records = line.dropFirst(start).prefix(Self.lineLength).compactMap { views.state.requests[$0] }
        let reasons = reasons.reasons(for: records, service)
        let entries = records.enumerated().map { index, record in
            NowPage.Queue.Entry(place: start + index + 1, request: views.request(record), reason: reasons[record.id])
        }
        return NowPage.Queue(entries: entries, all: line.count, page: page, pages: pages)
    }
}

extension ViewMaker {
    /// What a user asked for that is not over: the newest, and how many there are.
    func openWork(of viewer: Viewer, _ service: CheckoutService, atMost limit: Int) -> (first: [RequestView], count: Int) {
        let mine = service.open(of: UserName(viewer.name))
        return (mine.reversed().prefix(limit).compactMap { state.requests[$0] }.map(request), mine.count)
    }
}

extension Request {
    /// `?page=`, from 1.
    func pageNumber() throws(Problem) -> Int { Int(min(1_000_000, max(1, try number("page") ?? 1))) }
}
