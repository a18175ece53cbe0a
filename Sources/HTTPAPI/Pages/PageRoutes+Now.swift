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
        return .page(
            NowPage(
                viewer: viewer, now: views.wall, list: views.deviceList,
                queue: try queue(views, page: request.pageNumber()), mine: openWork(of: viewer, views), choice: choice
            ).html())
    }

    private func queue(_ views: ViewMaker, page asked: Int) -> NowPage.Queue {
        let line = service.line
        let pages = max(1, (line.count + Self.lineLength - 1) / Self.lineLength), page = min(asked, pages)
        let start = (page - 1) * Self.lineLength
        let entries = line.dropFirst(start).prefix(Self.lineLength).enumerated().compactMap { index, id in
            views.state.requests[id].map { record in
                NowPage.Queue.Entry(
                    place: start + index + 1, request: views.request(record), reason: service.sentences(about: record)?.first
                )
            }
        }
        return NowPage.Queue(entries: entries, all: line.count, page: page, pages: pages)
    }

    /// What a user asked for that is not over, newest first.
    func openWork(of viewer: Viewer, _ views: ViewMaker) -> [RequestView] {
        let state = views.state, user = UserName(viewer.name)
        return (Array(state.live) + state.waiting).compactMap { state.requests[$0] }.filter { $0.user == user }
            .sorted { $0.id > $1.id }.map(views.request)
    }
}

extension Request {
    /// `?page=`, from 1.
    func pageNumber() throws(Problem) -> Int { Int(min(1_000_000, max(1, try number("page") ?? 1))) }
}
