import Accounts
import FleetModel
import Hummingbird
import WireModel

/// What somebody wants to know about who did what.
struct AuditQuestion {
    let before: Int64?
    let user: UserName?
    let act: String?
    /// On the wall clock: from then on,
    let from: Timestamp?
    /// and until before then.
    let until: Timestamp?

    /// `?before=&user=&act=&from=&until=`; what is empty is not asked.
    /// - Parameter isForm: it comes from a form, which writes blanks as `+`.
    init(_ request: Request, isForm: Bool = false) throws(Problem) {
        func said(_ name: String) -> String? {
            let text = isForm ? request.typed(name) : request.uri.queryParameters[Substring(name)].map(String.init) ?? ""
            return text.isEmpty ? nil : text
        }
        before = try request.number("before")
        user = said("user").map { UserName($0) }
        act = said("act")
        from = try said("from").map { text throws(Problem) in try Self.moment(text, "from", isEnd: false) }
        until = try said("until").map { text throws(Problem) in try Self.moment(text, "until", isEnd: true) }
    }

    /// A time, or a day, which is meant as a whole.
    private static func moment(_ text: String, _ name: String, isEnd: Bool) throws(Problem) -> Timestamp {
        if let time = Timestamp(utcText: text) { return time }
        guard text.utf8.count == 10, let day = Timestamp(utcText: text + "T00:00:00Z") else {
            throw .badInput(
                "`\(name)` is a day or a time in UTC, such as 2026-01-31 or 2026-01-31T09:30:00Z, not “\(text.shown)”.")
        }
        return isEnd ? day + .days(1) : day
    }
}
