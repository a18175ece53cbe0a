import FleetModel
import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/tickets`: sign-in links.
struct TicketRoutes {
    let links: SignInLinks

    func add(to group: RouterGroup<CarrelContext>) { group.post("tickets", use: create) }

    private func create(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        guard caller.isInPerson else { throw Problem.needsPerson("Sign-in links are made") }
        let user = try await request.body(as: TicketBody.self).value.user.map { UserName($0) }
        context.audit.subject = (user ?? caller.requester.user).name
        let isOwn = user.map { $0 == caller.requester.user } ?? true
        guard isOwn || caller.requester.isAdministrator else {
            throw Problem.administratorsOnly("make a sign-in link for somebody else")
        }
        if isOwn, case .session = caller.door {
            throw Problem(
                "needs-unix-login", title: "Only from the machine itself", status: 403,
                detail:
                    "A link for oneself is made on the server's machine, with `carrel user link`: a sign-in that could make "
                    + "another one would outlive its own end. Nothing was made.", exitCode: 1)
        }
        return .json(try await links.make(for: isOwn ? nil : user, by: caller), status: .created)
    }
}
