package import FleetModel
package import WireModel

/// `/admin/audit`: who did what, when, from where.
package struct AuditPage: Sendable {
    package struct Filter: Sendable {
        package var user = ""
        package var act = ""
        /// Days in UTC, `2026-11-21`.
        package var from = ""
        package var until = ""

        package init() {}

        /// With what it says after the `?`.
        func link(_ link: Link) -> Link {
            func some(_ text: String) -> String? { text.isEmpty ? nil : text }
            return link.with("user", some(user)).with("act", some(act)).with("from", some(from)).with("until", some(until))
        }
    }

    let viewer: Viewer
    let now: Timestamp
    let list: AuditList
    let filter: Filter
    let acts: [String]
    let isFirst: Bool
    let problem: Problem?

    /// - Parameters:
    ///   - acts: what can be filtered by, such as `request`.
    ///   - isFirst: whether the newest are shown.
    package init(
        viewer: Viewer, now: Timestamp, list: AuditList, filter: Filter, acts: [String], isFirst: Bool, problem: Problem?
    ) {
        self.viewer = viewer
        self.now = now
        self.list = list
        self.filter = filter
        self.acts = acts
        self.isFirst = isFirst
        self.problem = problem
    }

    package func html() -> HTML {
        AdministrationLayout(title: "Who did what", part: .audit, viewer: viewer, problem: problem).page { html in
            html(.form, .class("card"), .method("get"), .action(Link("/admin/audit"))) { html in
                html(.div, .class("row")) { html in
                    html.field("user", "Who", value: filter.user, most: 200, .noSpelling, .noCapitals)
                    html.choice("act", "What", [("", "anything")] + acts.map { ($0, $0) }, chosen: filter.act)
                    html.field("from", "From the day (UTC)", value: filter.from, type: "date")
                    html.field("until", "To the day", value: filter.until, type: "date")
                }
                html(.button, .type("submit"), text: "Find")
            }
            html(.section, .class("card"), .aria(.labelledby, "entries")) { html in
                html(.header) { html in
                    html(.h2, .id("entries"), text: "Newest first")
                    html(.p) { html in
                        html(.a, .href(filter.link(Link("/v1/audit").with("limit", "1000"))), text: "As JSON")
                        html.text(" · ")
                        html(
                            .a, .href(filter.link(Link("/v1/audit").with("limit", "1000").with("format", "csv"))),
                            text: "As CSV")
                    }
                }
                table(&html)
                html(.p) { html in
                    if !isFirst { html(.a, .href(filter.link(Link("/admin/audit"))), text: "The newest") }
                    if !isFirst, list.next != nil { html.text(" · ") }
                    if let next = list.next {
                        html(.a, .href(filter.link(Link("/admin/audit")).with("before", "\(next)")), text: "Older ones")
                    }
                }
            }
        }
    }

    private func table(_ html: inout HTML) {
        guard !list.entries.isEmpty else { return html(.p, .class("none"), text: "Nothing like that is written down.") }
        html(.table, .class("cards", "audit")) { html in
            html(.thead) { html in
                html(.tr) { html in
                    for name in ["What", "Who", "When", "From where", "Outcome"] { html.column(name) }
                }
            }
            html(.tbody) { html in
                for entry in list.entries { row(entry, &html) }
            }
        }
    }

    private func row(_ entry: AuditEntryView, _ html: inout HTML) {
        html(.tr) { html in
            html(.th, .scope("row")) { html in
                html.text(entry.act)
                if let subject = entry.subject { html(.small) { $0(.bdi, .class("name"), text: subject) } }
            }
            html(.td, .data(.label, "Who")) { html in
                guard let user = entry.user else { return html.text("nobody signed in") }
                html(.a, .href(.path("admin", "users", user))) { $0(.bdi, .class("name"), text: user) }
            }
            html(.td, .data(.label, "When")) { $0.moment(Moment(entry.at), now: now) }
            html(.td, .data(.label, "From where")) { html in
                html(.span, .class("name"), text: entry.address.isEmpty ? "this machine" : entry.address)
                html(.small, text: entry.doorWords)
            }
            html(.td) { html in
                html.pill(entry.status < 400 ? ("free", "Done") : ("broken", "Refused"))
                if entry.status >= 400 { html(.small, text: "\(entry.status)") }
            }
        }
    }
}

extension AuditEntryView {
    /// By which door, in words.
    fileprivate var doorWords: String {
        let parts = door.split(separator: ":", maxSplits: 1).map(String.init)
        switch parts.first {
        case "socket": return "Unix socket, user \(parts.last ?? "")"
        case "token": return "token \(parts.last ?? "")"
        case "session": return "browser session \(parts.last ?? "")"
        default: return "not signed in"
        }
    }
}
