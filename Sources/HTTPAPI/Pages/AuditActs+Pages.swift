extension AuditActs {
    /// What the forms of pages are called; pages are no part of the API. nil: it is none of them.
    static func page(_ route: String) -> String? {
        let parts = route.split(separator: "/").map(String.init)
        if parts.count == 4, parts[0] == "POST ", parts[1] == "environments" { return "environment.remove" }
        if parts.count == 4, parts[0] == "POST ", parts[1] == "data" {
            return ["remove": "data.remove", "copy": "data.copy", "delete-copy": "data.deleteCopy"][parts[3]]
        }
        if parts.count == 4, parts[0] == "POST ", parts[1] == "work" {
            if ["return", "keep", "extend"].contains(parts[3]) { return "request.\(parts[3])" }
            if ["share", "unshare"].contains(parts[3]) { return "session.\(parts[3])" }
        }
        return pages[route]
    }

    static var pageActs: some Sequence<String> { pages.values }

    private static let pages: [String: String] = [
        "POST /sign-in/openid": "session.leave", "GET /sign-in/openid/callback": "session.begin",
        "POST /sign-in/openid/connect": "account.connect", "POST /account/disconnect": "account.disconnect",
        "POST /admin/users/{name}/disconnect": "account.disconnect",
        "POST /environments": "environment.create", "POST /data": "data.add", "POST /get": "request.create",
        "POST /account/tokens": "token.create",
        "POST /files/{path}": "file.write", "POST /file-folder/{path}": "file.makeFolder",
        "POST /file-remove/{path}": "file.remove",
        "POST /account/tokens/{id}/revoke": "token.revoke", "POST /account/sessions/{id}/end": "session.end",
        "POST /account/sessions/others": "session.endAll", "POST /account/sessions/all": "session.endAll",
        "POST /account/password": "account.password", "POST /account/name": "account.change",
        "POST /admin/nodes/{name}/cordon": "node.cordon", "POST /admin/nodes/{name}/uncordon": "node.uncordon",
        "POST /admin/nodes/{name}/drain": "node.drain", "POST /admin/leases/{id}/revoke": "request.revoke",
        "POST /admin/devices/{uuid}/quarantine": "device.quarantine", "POST /admin/devices/{uuid}/retest": "device.retest",
        "POST /admin/devices/{uuid}/release": "device.release", "POST /admin/users": "account.create",
        "POST /admin/users/{name}": "account.change", "POST /admin/users/{name}/link": "ticket.create",
        "POST /admin/users/{name}/disable": "account.change", "POST /admin/users/{name}/enable": "account.change",
        "POST /admin/users/{name}/tokens/{id}/revoke": "token.revoke", "POST /admin/users/{name}/sign-out": "session.endAll",
        "POST /admin/teams": "team.change",
        "POST /admin/teams/{name}": "team.change", "POST /admin/teams/{name}/remove": "team.remove",
        "POST /admin/limits": "limit.change", "POST /admin/limits/everybody": "limit.change",
        "POST /admin/limits/users/{name}": "limit.change", "POST /admin/limits/teams/{name}": "limit.change",
        "POST /admin/limits/everybody/remove": "limit.remove", "POST /admin/limits/users/{name}/remove": "limit.remove",
        "POST /admin/limits/teams/{name}/remove": "limit.remove", "POST /admin/profiles": "profile.change",
        "POST /admin/profiles/{name}": "profile.change", "POST /admin/profiles/{name}/remove": "profile.remove",
        "POST /plan/cost/keep": "advice.keep", "POST /plan/cost/forget": "advice.forget",
        "POST /admin/policy": "policy.change", "POST /admin/reservations": "reservation.create",
        "POST /admin/reservations/{id}/cancel": "reservation.cancel", "GET /admin/audit": "audit.read",
    ]
}
