import Accounts
import CheckoutService
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

/// `/admin`: what operators and administrators do, by the same functions as the API.
///
/// What hurts is asked for twice: a GET of the act's own address shows what will happen, and its button sends the POST.
struct AdministrationPages {
    let service: CheckoutService
    let desk: SignInDesk
    let health: @Sendable (Bool) async -> HealthView
    let pool: PoolRoutes
    let reservations: ReservationRoutes
    let administration: AdministrationRoutes
    let accounts: AccountRoutes
    let links: SignInLinks
    let sessions: SessionRoutes
    let tokens: TokenRoutes
    let audit: AuditRoutes
    let ownership: OwnershipKeeper?

    func add(to router: Router<CarrelContext>) {
        router.get("admin", use: overview)
        addNodes(to: router)
        addUsers(to: router)
        addRules(to: router)
        addLimits(to: router)
        addProfiles(to: router)
        addReservations(to: router)
        addAudit(to: router)
    }

    private func overview(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.operating()
        let views = ViewMaker(service)
        return .page(
            OverviewPage(
                viewer: Viewer(caller, request), now: views.wall, list: views.deviceList, health: await health(false),
                ownership: ownership?.view
            ).html())
    }

    func confirm(_ content: ConfirmPage.Content, _ request: Request, _ caller: Caller) -> Response {
        .page(ConfirmPage(viewer: Viewer(caller, request), now: ViewMaker(service).wall, content: content).html())
    }
}

extension CarrelContext {
    /// An operator or administrator, or a problem that says who may.
    func operating() throws(Problem) -> Caller {
        let caller = try signedIn()
        guard caller.operating.isAdministrator else {
            throw Problem(
                "needs-administrator", title: "For operators and administrators", status: 403,
                detail: "These pages are for those who look after the machines. Nothing was changed. Ask an administrator "
                    + "if you should be one of them.", exitCode: 1)
        }
        return caller
    }

    func administrating(_ act: String) throws(Problem) -> Caller {
        let caller = try signedIn()
        guard caller.requester.isAdministrator else { throw .administratorsOnly(act) }
        return caller
    }
}

extension Request {
    /// What a form that was sent with GET has under a name; empty: nothing. Such forms write blanks as `+`.
    func typed(_ name: String) -> String {
        let form: FormBody
        do throws(Problem) { form = try FormBody((uri.query ?? "").utf8) } catch { return "" }
        return form[name] ?? ""
    }
}

extension FormBody {
    /// Nothing but blanks is nothing.
    func said(_ name: String) -> String? {
        guard let text = self[name], !text.allSatisfy(\.isWhitespace) else { return nil }
        return text
    }
}
