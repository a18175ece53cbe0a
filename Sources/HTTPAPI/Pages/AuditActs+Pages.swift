extension AuditActs {
    /// What the forms of pages are called; pages are no part of the API. nil: it is none of them.
    static func page(_ route: String) -> String? {
        let parts = route.split(separator: "/").map(String.init)
        switch parts.first {
        case "POST " where parts == ["POST ", "get"]: return "request.create"
        case "POST " where parts == ["POST ", "environments"]: return "environment.create"
        case "POST " where parts.count == 4 && parts[1] == "environments": return "environment.remove"
        case "POST " where parts.count == 4 && parts[1] == "work":
            return ["return", "keep", "extend"].contains(parts[3]) ? "request.\(parts[3])" : nil
        default: return nil
        }
    }
}
