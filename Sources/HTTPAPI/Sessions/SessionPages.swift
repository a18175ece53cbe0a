import Accounts
import CheckoutService
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

/// The page `enter` of a request: from the server's pages into a session, as soon as its program answers.
struct SessionPages {
    let access: SessionAccess
    let links: SignInLinks

    func add(to router: Router<CarrelContext>) {
        router.get("work/:id/enter", use: enter)
        router.post("work/:id/share", use: share)
        router.post("work/:id/unshare", use: unshare)
    }

    private func share(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await EntranceRoutes(access: access, links: links).share(with: try await user(request), context)
        return .seeOther(Link.path("work", "\(try context.requestID())"))
    }

    private func unshare(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await EntranceRoutes(access: access, links: links).unshare(with: try await user(request), context)
        return .seeOther(Link.path("work", "\(try context.requestID())"))
    }

    private func user(_ request: Request) async throws -> String {
        let typed = try await request.form()["user"] ?? ""
        return String(typed.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    private func enter(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let id = try context.requestID()
        guard let record = try await access.service.record(id) else { throw Problem.noRequest(id.number) }
        let standing: SessionAccess.Standing
        do throws(SignInRefusal) {
            standing = try await access.standing(of: record, for: caller.requester.user)
        } catch { throw Problem(error) }
        let next = request.uri.queryParameters["next"].map(String.init)
        switch standing {
        case .runs(let attempt):
            guard await access.answers(attempt) else { break }
            let way = try await access.way(
                into: record, for: caller.requester.user, by: caller, in: context.loopback.place, to: next,
                lasting: SessionEntrances.hop)
            // By a page: a browser that came by a form is not let go to another origin by a redirect.
            return enterPage(caller, request, record, refresh: "0; url=\(way.url)")
        case .waits: break
        case .isOver: return .seeOther(Link.path("work", "\(id)"))
        case .noSession, .notTheirs: throw Problem(standing, of: id)
        }
        let again = Link.path("work", "\(id)", "enter").with("next", SignInRoutes.ownPath(next))
        return enterPage(caller, request, record, refresh: "\(record.lease == nil ? 4 : 1); url=\(again.text)")
    }

    private func enterPage(
        _ caller: Caller, _ request: Request, _ record: RequestRecord, refresh: String
    ) -> Response {
        let page = EnterPage(
            viewer: Viewer(caller, request), request: ViewMaker(access.service).request(record),
            why: record.lease == nil ? access.service.sentences(about: record) ?? [] : [])
        var response = Response.page(page.html())
        response.headers[HTTPField.Name("Refresh")!] = refresh
        return response
    }
}
