import Accounts
import CheckoutService
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import NIOCore
import WireModel

/// `/v1/audit`: who did what, for administrators.
struct AuditRoutes {
    let trail: AuditTrail
    let clock: any LedgerClock

    func add(to group: RouterGroup<CarrelContext>) { group.get("audit", use: list) }

    /// `?before=&limit=&user=&act=`, newest first; `&format=csv` for a table.
    private func list(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        guard caller.requester.isAdministrator else { throw Problem.administratorsOnly("read who did what") }
        let limit = Int(min(1_000, try request.number("limit") ?? 100))
        guard limit > 0 else { throw Problem.badInput("`limit` is how many to list at most, from 1 to 1000.") }
        let format = request.uri.queryParameters["format"].map(String.init) ?? "json"
        guard ["json", "csv"].contains(format) else { throw Problem.badInput("`format` is json or csv.") }
        let found: [AuditEntry]
        do {
            found = try await trail.entries(
                before: try request.number("before"), limit: limit + 1,
                user: request.uri.queryParameters["user"].map { UserName(String($0)) },
                act: request.uri.queryParameters["act"].map(String.init))
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem.internalError("Who did what can't be read: \(error)")
        }
        let page = found.prefix(limit).map(view)
        let list = AuditList(entries: page, next: found.count > limit ? page.last?.id : nil)
        return format == "csv" ? Self.table(list) : .json(list)
    }

    private func view(_ entry: AuditEntry) -> AuditEntryView {
        AuditEntryView(
            id: entry.id, at: (entry.at + clock.wallAhead()).utcText, user: entry.user?.name, door: entry.door,
            address: entry.address, act: entry.act, subject: entry.subject, status: entry.status)
    }

    private static func table(_ list: AuditList) -> Response {
        var text = "id,at,user,door,address,act,subject,status\r\n"
        for entry in list.entries {
            let cells = [
                "\(entry.id)", entry.at, entry.user ?? "", entry.door, entry.address, entry.act, entry.subject ?? "",
                "\(entry.status)",
            ]
            text += cells.map(cell).joined(separator: ",") + "\r\n"
        }
        var headers: HTTPFields = [
            .contentType: "text/csv; charset=utf-8", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            .contentDisposition: "attachment; filename=\"audit.csv\"",
        ]
        if let next = list.next { headers[.link] = "<?before=\(next)&format=csv>; rel=\"next\"" }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// Users choose names: who opens the table in a spreadsheet must not run one as a formula.
    static func cell(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map { "=+-@\t\r\n".unicodeScalars.contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        guard safe.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}

extension HTTPField.Name {
    fileprivate static let link = HTTPField.Name("Link")!
}
