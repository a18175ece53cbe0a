import Accounts
import FleetModel
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

extension AdministrationPages {
    private static let pageLength = 50

    func addAudit(to router: Router<CarrelContext>) { router.get("admin/audit", use: auditPage) }

    private func auditPage(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("read who did what")
        var filter = AuditPage.Filter()
        filter.user = request.typed("user")
        filter.act = request.typed("act")
        filter.from = request.typed("from")
        filter.until = request.typed("until")
        var list = AuditList(entries: [], next: nil), problem: Problem?
        do {
            list = try await audit.list(try AuditQuestion(request, isForm: true), limit: Self.pageLength)
        } catch {
            problem = try Problem(thrown: error, by: request, context)
        }
        let acts = Set(AuditActs.names.values.map { String($0.prefix { $0 != "." }) }).sorted()
        return .page(
            AuditPage(
                viewer: Viewer(caller, request), now: ViewMaker(service).wall, list: list, filter: filter, acts: acts,
                isFirst: request.typed("before").isEmpty, problem: problem
            ).html(), status: .init(code: problem?.status ?? 200))
    }
}
