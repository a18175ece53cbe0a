import FleetModel
import WireModel

extension AccountPage {
    func tokens(_ html: inout HTML) {
        html.card("tokens", "Access tokens", more: "For programs and other machines") { html in
            if content.tokens.isEmpty {
                html(.p, .class("none"), text: "You have none.")
            } else {
                html(.table, .class("cards")) { html in
                    html(.thead) { html in
                        html(.tr) { html in
                            for name in ["Name", "May", "Last used", "Ends"] { html.column(name) }
                            html(.th, .scope("col")) { $0(.span, .class("unseen"), text: "Act") }
                        }
                    }
                    html(.tbody) { html in
                        for token in content.tokens { row(token, &html) }
                    }
                }
            }
            if content.isInPerson { newToken(&html) }
        }
    }

    private func row(_ token: TokenView, _ html: inout HTML) {
        html(.tr) { html in
            html(.th, .scope("row")) { html in
                html(.bdi, .class("name"), text: token.name)
                html(.small) { html in
                    html.text("number \(token.id), made ")
                    html.moment(Moment(token.createdAt), now: now)
                }
            }
            html(.td, .data(.label, "May"), text: Self.words(ofScope: token.scope))
            html(.td, .data(.label, "Last used")) { html in
                if let used = Moment(token.lastUsedAt) { html.ago(used, now: now) } else { html.text("never") }
            }
            html(.td, .data(.label, "Ends")) { html in
                guard let end = Moment(token.expiresAt) else { return html.text("never") }
                if end.time <= now { html.text("ended ") }
                html.moment(end, now: now)
            }
            html(.td, .class("full")) { html in
                html(.form, .method("post"), .action(.path("account", "tokens", "\(token.id)", "revoke"))) { html in
                    html(.button, .type("submit"), .class("danger", "small")) { html in
                        html.text("Revoke")
                        html(.span, .class("unseen"), text: " the token \(token.name)")
                    }
                }
            }
        }
    }

    static func words(ofScope scope: String?) -> String {
        switch scope {
        case "read": "look"
        case "work": "ask for GPUs and work"
        case "admin": "all that you may"
        default: scope ?? "not known"
        }
    }

    private func newToken(_ html: inout HTML) {
        html(.form, .class("below"), .method("post"), .action(Link("/account/tokens"))) { html in
            html(.h3, text: "A new token")
            html(.div, .class("row")) { html in
                html.field(
                    "name", "Name", hint: "What it is for, such as laptop.", most: 64, .required, .noSpelling,
                    .autocomplete("off"))
                html.choice(
                    "scope", "It may",
                    [("work", "ask for GPUs and work"), ("read", "only look")]
                        + (viewer.isOperator ? [("admin", "do all that you may")] : []), chosen: "work")
                html.choice(
                    "time", "It ends in",
                    [("7d", "7 days"), ("30d", "30 days"), ("90d", "90 days"), ("365d", "a year"), ("", "never")],
                    chosen: "90d")
            }
            html(.button, .type("submit"), text: "Make the token")
        }
    }
}

extension BrowserSessionView {
    /// What a person would call it: `Firefox on Linux`. Only a hint: browsers say of themselves what they like.
    var browser: String {
        func first(_ names: [(String, String)]) -> String? { names.first { agent.contains($0.0) }?.1 }
        let program = first([
            ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
            ("curl/", "curl"),
        ])
        let system = first([
            ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
            ("Linux", "Linux"),
        ])
        switch (program, system) {
        case (let program?, let system?): return "\(program) on \(system)"
        case (let name?, nil), (nil, let name?): return name
        case (nil, nil): return agent.isEmpty ? "Something unknown" : String(agent.prefix(40))
        }
    }
}
