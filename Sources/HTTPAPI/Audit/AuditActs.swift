import FleetModel
import WireModel

/// What each route that changes something is called where it is written down who did it.
enum AuditActs {
    /// Throws where nothing is called so, with what is: `request`, or `request.create`.
    static func check(_ act: String) throws(Problem) {
        let acts = Set(names.values).union(pageActs).union(withoutRoute)
        let groups = Set(acts.map { String($0.prefix { $0 != "." }) })
        guard !acts.contains(act), !groups.contains(act) else { return }
        throw .badInput(
            "No act is called \(act.shown)\(Problem.likely(act, acts.sorted() + groups.sorted())) Acts are \(groups.sorted().joined(separator: ", ")), "
                + "or one of them alone, such as request.create.")
    }

    /// What is written down where no route says so.
    static let withoutRoute: Set = ["audit.lost", "session.enter"]

    /// nil: it is not written down; there is too much of it, and it says nothing about who may do what.
    static func name(_ route: String) -> String? {
        if unwritten.contains(route) { return nil }
        return names[route] ?? page(route) ?? route
    }

    /// These come with every line or every move of a window; all are their user's own work.
    private static let unwritten: Set<String> = [
        "PUT /v1/leases/{id}/input", "POST /v1/leases/{id}/progress", "PUT /v1/leases/{id}/terminal",
        // It changes nothing: the question before a change.
        "POST /admin/policy/ask",
    ]

    static let names: [String: String] = [
        "POST /sign-in": "session.begin", "POST /v1/sign-in": "token.login", "POST /sign-out": "session.end",
        "POST /sign-in/password": "account.password", "DELETE /v1/sessions": "session.endAll",
        "DELETE /v1/sessions/{id}": "session.end", "POST /v1/accounts": "account.create",
        "PATCH /v1/accounts/{name}": "account.change", "PUT /v1/accounts/{name}/password": "account.password",
        "DELETE /v1/accounts/{name}/identities": "account.disconnect",
        "POST /v1/tickets": "ticket.create", "POST /v1/tokens": "token.create", "DELETE /v1/tokens/{id}": "token.revoke",
        "POST /v1/requests": "request.create", "DELETE /v1/requests/{id}": "request.return",
        "POST /v1/requests/{id}/entrance": "session.link", "PUT /v1/requests/{id}/shares/{name}": "session.share",
        "DELETE /v1/requests/{id}/shares/{name}": "session.unshare",
        "POST /v1/leases/{id}/return": "request.return", "POST /v1/leases/{id}/extend": "request.extend",
        "POST /v1/leases/{id}/keep": "request.keep", "POST /v1/leases/{id}/revoke": "request.revoke",
        "POST /v1/leases/{id}/signal": "request.signal", "PATCH /v1/teams/{name}": "team.change",
        "DELETE /v1/teams/{name}": "team.remove", "PATCH /v1/policy": "policy.change",
        "PUT /v1/profiles/{name}": "profile.change", "DELETE /v1/profiles/{name}": "profile.remove",
        "PUT /v1/devices/{uuid}/quarantine": "device.quarantine", "DELETE /v1/devices/{uuid}/quarantine": "device.release",
        "POST /v1/devices/{uuid}/retest": "device.retest", "PUT /v1/nodes/{name}/cordon": "node.cordon",
        "DELETE /v1/nodes/{name}/cordon": "node.uncordon", "PUT /v1/nodes/{name}/drain": "node.drain",
        "POST /v1/reservations": "reservation.create", "DELETE /v1/reservations/{id}": "reservation.cancel",
        "PUT /v1/files/{path}": "file.write", "POST /v1/files/{path}": "file.makeFolder",
        "DELETE /v1/files/{path}": "file.remove", "POST /v1/file-move/{path}": "file.move",
        "POST /v1/environments": "environment.create", "DELETE /v1/environments/{name}": "environment.remove",
        "POST /v1/data": "data.add", "PATCH /v1/data/{name}": "data.change",
        "DELETE /v1/data/{name}": "data.remove", "POST /v1/data/{name}/copy": "data.copy",
        "DELETE /v1/data/{name}/copy": "data.deleteCopy",
        "PUT /v1/advice/cost/kept": "advice.keep", "DELETE /v1/advice/cost/kept": "advice.forget",
        "GET /v1/backup": "ledger.backup", "GET /v1/export": "ledger.export", "GET /v1/audit": "audit.read",
    ]
}
