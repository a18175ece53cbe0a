import Accounts
import CheckoutService
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

/// `/work/ID/enter`: from the server's pages into a session, as soon as its program answers.
struct SessionPages {
    let access: SessionAccess

    func add(to router: Router<CarrelContext>) {
        router.get("work/:id/enter", use: enter)
        router.post("work/:id/share", use: share)
        router.post("work/:id/unshare", use: unshare)
    }

    private func share(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await EntranceRoutes(access: access).share(with: try await user(request), context)
        return .seeOther(Link.path("work", "\(try context.requestID())"))
    }

    private func unshare(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await EntranceRoutes(access: access).unshare(with: try await user(request), context)
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
            // After a form the browser would not be let go to another origin: the page in between lets it.
            guard !request.flag("asked"), await access.answers(attempt) else { break }
            let way = try await access.way(
                into: record, for: caller, in: context.loopback.place, to: next, lasting: SessionEntrances.hop)
            return Response(
                status: .seeOther,
                headers: [.location: way.url, .cacheControl: "no-store", HTTPField.Name("Referrer-Policy")!: "no-referrer"])
        case .waits: break
        case .isOver: return .seeOther(Link.path("work", "\(id)"))
        case .noSession, .notTheirs: throw Problem(standing, of: id)
        }
        let views = ViewMaker(access.service)
        let page = EnterPage(
            viewer: Viewer(caller, request), request: views.request(record),
            why: record.lease == nil ? access.service.sentences(about: record) ?? [] : [])
        var response = Response.page(page.html())
        let again = Link.path("work", "\(id)", "enter").with("next", SignInRoutes.ownPath(next))
        response.headers[HTTPField.Name("Refresh")!] = "\(record.lease == nil ? 4 : 1); url=\(again.text)"
        return response
    }
}
