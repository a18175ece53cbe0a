import Accounts
import CheckoutService
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import NIOCore
import WebPages
import WireModel

/// `/v1/audit`: who did what, for administrators.
struct AuditRoutes {
    let trail: AuditTrail
    let clock: any LedgerClock

    func add(to group: RouterGroup<CarrelContext>) { group.get("audit", use: list) }

    /// `?before=&limit=&user=&act=&from=&until=`, newest first; `&format=csv` for a table.
    private func list(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        guard caller.requester.isAdministrator else { throw Problem.administratorsOnly("read who did what", isLook: true) }
        let limit = Int(min(1_000, try request.number("limit") ?? 100))
        guard limit > 0 else { throw Problem.badInput("`limit` is how many to list at most, from 1 to 1000.") }
        let format = request.uri.queryParameters["format"].map(String.init) ?? "json"
        guard ["json", "csv"].contains(format) else { throw Problem.badInput("`format` is json or csv.") }
        let question = try AuditQuestion(request), list = try await list(question, limit: limit)
        // Only where there is nothing: what an older or a newer Carrel wrote down is shown all the same.
        if list.entries.isEmpty, let act = question.act { try AuditActs.check(act) }
        return format == "csv"
            ? Self.table(list, next: list.next.map { question.link(before: $0, limit: limit) }) : .json(list)
    }

    /// A page of what was asked for, newest first.
    func list(_ question: AuditQuestion, limit: Int) async throws(Problem) -> AuditList {
        let ahead = clock.wallAhead().milliseconds
        do {
            var before = question.before, first: Int64 = 0
            if let until = question.until {
                let end = try await trail.firstNumber(at: until + TimeSpan(milliseconds: -ahead))
                before = min(before ?? end, end)
            }
            if let from = question.from {
                first = try await trail.firstNumber(at: from + TimeSpan(milliseconds: -ahead))
            }
            let found = try await trail.entries(
                before: before, limit: limit + 1, user: question.user, act: question.act
            ).filter { $0.id >= first }
            let page = found.prefix(limit).map(view)
            return AuditList(entries: page, next: found.count > limit ? page.last?.id : nil)
        } catch {
            throw .internalError("Who did what can't be read: \(error)")
        }
    }

    private func view(_ entry: AuditEntry) -> AuditEntryView {
        AuditEntryView(
            id: entry.id, at: (entry.at + clock.wallAhead()).utcText, user: entry.user?.name, door: entry.door,
            address: entry.address, act: entry.act, subject: entry.subject, status: entry.status)
    }

    /// - Parameter next: where the table goes on; nil: that was all.
    private static func table(_ list: AuditList, next: Link?) -> Response {
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
        if let next { headers[.link] = "<\(next.text)>; rel=\"next\"" }
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
