import FleetModel
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

/// Turns errors into pages where a browser asked for a page; all others get problem documents. Who is not signed in is sent to
/// where one signs in.
struct PageMiddleware: RouterMiddleware {
    typealias Context = CarrelContext

    func handle(
        _ request: Request, context: CarrelContext, next: (Request, CarrelContext) async throws -> Response
    ) async throws -> Response {
        guard request.wantsPage else { return try await next(request, context) }
        do {
            return try await next(request, context)
        } catch {
            let isNowhere = (error as? HTTPError)?.status == .notFound
            let problem =
                isNowhere
                ? .noPage(request.uri.path, hasMenu: context.caller != nil)
                : try Problem(thrown: error, by: request, context)
            if problem == .notSignedIn, request.method == .get {
                var way = Link("/sign-in").with("next", request.head.path ?? "/")
                // Whoever comes from there and is not signed in may have a browser that keeps no cookies.
                if request.pageBefore?.text.hasPrefix("/sign-in") ?? false { way = way.with("kept", "no") }
                return .seeOther(way)
            }
            let viewer = context.caller.map { Viewer($0, request) }
            let page = ProblemPage(viewer: viewer, problem: problem, back: request.pageBefore)
            return .page(page.html(), status: .init(code: problem.status))
        }
    }
}

extension Problem {
    fileprivate static func noPage(_ path: String, hasMenu: Bool) -> Problem {
        Problem(
            "not-found", title: "There is no such page", status: 404,
            detail: "This server has no page \(path.shown). The address may be mistyped. "
                + (hasMenu ? "The menu above leads to all there are." : "Who is signed in sees a menu of all there are."))
    }
}

extension Request {
    /// A person's browser asks, and not for the API, whose answers are the same for everybody.
    var wantsPage: Bool {
        guard headers[.accept]?.contains("text/html") ?? false else { return false }
        return !["/v1/", "/metrics", "/health"].contains { uri.path.hasPrefix($0) }
    }

    /// The page that the browser came from; nil: it does not say, or came from elsewhere.
    fileprivate var pageBefore: Link? {
        guard let referer = headers[.referer], let authority = head.authority else { return nil }
        for scheme in ["http://", "https://"] where referer.hasPrefix(scheme + authority + "/") {
            let link = Link(given: String(referer.dropFirst(scheme.utf8.count + authority.utf8.count)))
            return link?.text == head.path ? nil : link
        }
        return nil
    }
}

extension Viewer {
    init(_ caller: Caller, _ request: Request) {
        self.init(
            name: caller.requester.user.name, isAdministrator: caller.requester.isAdministrator,
            // Neither the Unix socket nor a token can be signed out of here.
            canSignOut: caller.sessionID != nil, isOperator: caller.operating.isAdministrator)
    }
}
