package import FleetModel
package import WireModel

/// `/admin/users`: who may sign in, and the form that invites somebody.
package struct UsersPage: Sendable {
    /// Somebody with an account, or without one.
    package struct Person: Sendable {
        let account: AccountView
        let lastSeenAt: String?
        /// How many leases they have now.
        let leases: Int

        package init(account: AccountView, lastSeenAt: String?, leases: Int) {
            self.account = account
            self.lastSeenAt = lastSeenAt
            self.leases = leases
        }
    }

    package struct Content: Sendable {
        /// A page of those that are looked for.
        package var people: [Person] = []
        /// Names in the ledger that no account has.
        package var strangers: [String] = []
        package var all = 0
        package var found = 0
        package var page = 1
        package var pages = 1
        package var search = ""
        package var teams: [String] = []
        /// What was typed, where it could not be taken.
        package var invitation = NewAccount(name: "")
        package var problem: Problem?

        package init() {}
    }

    let viewer: Viewer
    let now: Timestamp
    let content: Content

    package init(viewer: Viewer, now: Timestamp, content: Content) {
        self.viewer = viewer
        self.now = now
        self.content = content
    }

    package func html() -> HTML {
        AdministrationLayout(title: "Users", part: .users, viewer: viewer, problem: content.problem).page { html in
            html(.form, .class("search"), .method("get"), .action(Link("/admin/users"))) { html in
                html.field("q", "Name", value: content.search, most: 100, .noSpelling, .noCapitals)
                html(.button, .type("submit"), text: "Find")
            }
            list(&html)
            if !content.strangers.isEmpty {
                html.card("strangers", "Without an account", more: "They come from this machine, by the Unix socket") {
                    html in
                    html(.p) { html in
                        for (index, name) in content.strangers.enumerated() {
                            if index > 0 { html.text(", ") }
                            html(.a, .href(.path("admin", "users", name))) { $0(.bdi, .class("name"), text: name) }
                        }
                    }
                }
            }
            invite(&html)
        }
    }

    private func list(_ html: inout HTML) {
        let words =
            content.search.isEmpty
            ? Figures.counted(content.all, "account") : "\(content.found) of \(Figures.counted(content.all, "account"))"
        html.card("users-title", "Accounts", more: words) { html in
            guard !content.people.isEmpty else {
                return html(
                    .p, .class("none"), text: content.all == 0 ? "There is none yet." : "Nobody is called like that.")
            }
            html(.table, .class("cards", "users")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        for name in ["Who", "May", "Team", "Unix user", "Last seen"] { html.column(name) }
                        html.column("Leases now", isFigures: true)
                    }
                }
                html(.tbody) { html in
                    for person in content.people { row(person, &html) }
                }
            }
            if content.pages > 1 {
                html.choices(
                    "Pages",
                    Self.near(content.page, of: content.pages).map { page in
                        let link = Link("/admin/users").with("q", content.search.isEmpty ? nil : content.search)
                        return ("\(page)", link.with("page", "\(page)"), page == content.page)
                    })
            }
        }
    }

    private func row(_ person: Person, _ html: inout HTML) {
        let account = person.account
        html(.tr, account.name == viewer.name ? .class("me") : nil) { html in
            html(.th, .scope("row")) { html in
                html(.a, .href(.path("admin", "users", account.name))) { $0(.bdi, .class("name"), text: account.name) }
                if !account.displayName.isEmpty { html(.small) { $0(.bdi, .class("name"), text: account.displayName) } }
            }
            html(.td, .data(.label, "May")) { html in
                html.text(account.role)
                if account.disabled { html(.small) { $0.pill(("broken", "Disabled")) } }
            }
            html(.td, .data(.label, "Team")) { $0(.bdi, .class("name"), text: account.team ?? "–") }
            html(.td, .data(.label, "Unix user"), text: account.unixID.map { "\($0)" } ?? "none")
            html(.td, .data(.label, "Last seen")) { html in
                if let seen = Moment(person.lastSeenAt) { html.ago(seen, now: now) } else { html.text("never") }
            }
            html(.td, .class("n"), .data(.label, "Leases now"), text: "\(person.leases)")
        }
    }

    private func invite(_ html: inout HTML) {
        html.card("invite-title", "Invite somebody") { html in
            html(.form, .method("post"), .action(Link("/admin/users"))) { html in
                let given = content.invitation
                html(.div, .class("row")) { html in
                    html.field(
                        "name", "Account name", value: given.name, hint: "Such as alice; it never changes.", most: 64,
                        .required, .noSpelling, .noCapitals, .autocomplete("off"))
                    html.field(
                        "displayName", "Full name", value: given.displayName ?? "", most: 100, .autocomplete("off"))
                }
                html(.div, .class("row")) { html in
                    html.choice("role", "They may", Self.roles, chosen: given.role ?? "member")
                    html.choice(
                        "team", "Team", [("", "none")] + content.teams.map { ($0, $0) }, chosen: given.team ?? "")
                    html.field(
                        "unixUser", "Unix user", value: given.unixUser ?? "",
                        hint: "A name or number of this machine, or none. Empty: the one of the same name, if there is one.",
                        most: 100, .noSpelling, .noCapitals)
                }
                html(.button, .type("submit"), .class("strong"), text: "Make the account and a link")
            }
        }
    }

    /// The first page, the last, and those around the one that is shown.
    static func near(_ page: Int, of pages: Int) -> [Int] {
        (1...pages).filter { $0 == 1 || $0 == pages || abs($0 - page) <= 3 }
    }

    static let roles = [
        ("member", "work"), ("operator", "work, and look after machines"), ("administrator", "do everything"),
    ]
}
