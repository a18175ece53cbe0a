package import FleetModel
package import WireModel

/// A name below `/admin/users`: one person, what they have, and what may be done about their account.
package struct UserPage: Sendable {
    package enum Done: String, Sendable {
        case changed, disabled, enabled, signedOut, tokenRevoked, disconnected
    }

    package struct Content: Sendable {
        package var name: String
        /// nil: they have none, and come by the Unix socket.
        package var account: AccountView?
        package var team: String?
        package var teams: [String] = []
        package var sessions: [BrowserSessionView] = []
        package var tokens: [TokenView] = []
        package var identities: [IdentityView] = []
        /// What runs and waits: the newest of `openCount`.
        package var open: [RequestView] = []
        package var openCount = 0
        package var ended: [RequestView] = []
        /// A sign-in link that was just made: it is shown this once.
        package var link: TicketView?
        package var problem: Problem?
        package var done: Done?

        package init(name: String) { self.name = name }
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
        AdministrationLayout(
            title: content.name, part: .users, viewer: viewer, problem: content.problem, done: doneWords
        ).page { html in
            if let link = content.link { self.link(link, &html) }
            facts(&html)
            if let account = content.account {
                html.card("account-title", "The account") { form(account, &$0) }
                html.card("in-title", "How they come in") { ways(account, &$0) }
            }
            work(&html)
        }
    }

    private var doneWords: String? {
        switch content.done {
        case .changed: "The account is as it is shown below."
        case .disabled where content.account?.disabled == true:
            "The account is disabled, and its browsers are signed out."
        case .enabled where content.account?.disabled == false: "They may sign in again."
        case .signedOut where content.sessions.isEmpty: "They are signed out everywhere."
        case .tokenRevoked: "The token opens nothing any more."
        case .disconnected: "That sign-in service signs nobody in as them any more. Where they are signed in, they stay."
        default: nil
        }
    }

    private func link(_ link: TicketView, _ html: inout HTML) {
        html.once(
            "A link that signs \(link.user) in", link.url,
            "Give it to them, and to nobody else: whoever opens it first is signed in as them, once, until "
                + (Moment(link.expiresAt)?.words(today: now) ?? "tomorrow")
                + ". Older links of theirs open nothing any more.")
    }

    private func facts(_ html: inout HTML) {
        html(.section, .class("card"), .label("Facts")) { html in
            html(.dl, .class("facts", "two")) { html in
                if let account = content.account {
                    html.fact("Full name") { $0(.bdi, text: account.displayName.isEmpty ? "–" : account.displayName) }
                    html.fact("Account") { html in
                        html.text(account.role + " ")
                        html.pill(account.disabled ? ("broken", "Disabled") : ("free", "May sign in"))
                    }
                    html.fact("Unix user") { html in
                        html.text(account.unixID.map { "number \($0)" } ?? "none")
                        if let warning = account.warning { html(.small, .class("stale")) { $0(.bdi, text: " " + warning) } }
                    }
                    html.fact("Made") { $0.moment(Moment(account.createdAt), now: now) }
                    html.fact("Last signed in") { html in
                        if let last = Moment(account.lastSignInAt) {
                            html.moment(last, now: now)
                        } else {
                            html.text("never")
                        }
                    }
                } else {
                    html.fact("Account", text: "none: they come from this machine, by the Unix socket")
                }
                html.fact("Team") { $0(.bdi, text: content.team ?? "–") }
                html.fact("Who did what") { html in
                    html(.a, .href(Link("/admin/audit").with("user", content.name)), text: "What they did")
                }
            }
        }
    }

    private func form(_ account: AccountView, _ html: inout HTML) {
        let team = content.teams.contains(content.team ?? "") ? content.team ?? "" : ""
        html(.form, .method("post"), .action(.path("admin", "users", content.name))) { html in
            html.hidden("wasIn", team)
            html(.div, .class("row")) { html in
                html.field("displayName", "Full name", value: account.displayName, most: 100, .autocomplete("off"))
                html.choice("role", "They may", UsersPage.roles, chosen: account.role)
                html.choice("team", "Team", [("", "none")] + content.teams.map { ($0, $0) }, chosen: team)
                html.field(
                    "unixUser", "Unix user", value: account.unixID.map { "\($0)" } ?? "none",
                    hint: "A name or number of this machine, or none.", most: 100, .noSpelling, .noCapitals)
            }
            html(.button, .type("submit"), text: "Change the account")
        }
        html(.div, .class("actions", "below")) { html in
            if account.disabled {
                html.button("Let them in again", to: .path("admin", "users", content.name, "enable"))
            } else {
                html(
                    .a, .class("button", "danger"), .href(.path("admin", "users", content.name, "disable")), text: "Disable…"
                )
            }
        }
    }

    private func ways(_ account: AccountView, _ html: inout HTML) {
        html(
            .p,
            text: account.hasPassword ? "They have a password." : "They have no password, and come in by a link.")
        if content.sessions.isEmpty {
            html(.p, text: "They are signed in nowhere.")
        } else {
            html(.table, .class("cards")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        for name in ["Browser", "From", "Last seen"] { html.column(name) }
                    }
                }
                html(.tbody) { html in
                    for session in content.sessions {
                        html(.tr) { html in
                            html(.th, .scope("row"), .title(session.agent), text: session.browser)
                            html(.td, .data(.label, "From")) { $0(.span, .class("name"), text: session.address) }
                            html(.td, .data(.label, "Last seen")) { $0.ago(Moment(session.lastSeenAt), now: now) }
                        }
                    }
                }
            }
        }
        if !content.identities.isEmpty {
            html(.h3, .class("below"), text: "Sign-in services outside")
            IdentityList(
                identities: content.identities, action: .path("admin", "users", content.name, "disconnect"), now: now
            ).write(to: &html)
        }
        if !content.tokens.isEmpty { tokens(&html) }
        html(.div, .class("actions")) { html in
            if !account.disabled { html.button("Make a sign-in link", to: .path("admin", "users", content.name, "link")) }
            html(
                .a, .class("button", "danger"), .href(.path("admin", "users", content.name, "sign-out")),
                text: "Sign them out everywhere…")
        }
    }

    private func tokens(_ html: inout HTML) {
        html(.h3, .class("below"), text: "Access tokens")
        html(.table, .class("cards")) { html in
            html(.thead) { html in
                html(.tr) { html in
                    for name in ["Name", "May", "Last used"] { html.column(name) }
                    html(.th, .scope("col")) { $0(.span, .class("unseen"), text: "Act") }
                }
            }
            html(.tbody) { html in
                for token in content.tokens {
                    html(.tr) { html in
                        html(.th, .scope("row")) { $0(.bdi, .class("name"), text: token.name) }
                        html(.td, .data(.label, "May"), text: AccountPage.words(ofScope: token.scope))
                        html(.td, .data(.label, "Last used")) { html in
                            if let used = Moment(token.lastUsedAt) { html.ago(used, now: now) } else { html.text("never") }
                        }
                        html(.td, .class("full")) { html in
                            let link = Link.path("admin", "users", content.name, "tokens", "\(token.id)", "revoke")
                            html(.form, .method("post"), .action(link)) { html in
                                html(.button, .type("submit"), .class("danger", "small")) { html in
                                    html.text("Revoke")
                                    html(.span, .class("unseen"), text: " the token \(token.name)")
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private func work(_ html: inout HTML) {
        html.card("work-title", "Their work") { html in
            if content.open.isEmpty, content.ended.isEmpty {
                return html(.p, .class("none"), text: "They never asked for anything.")
            }
            if content.open.isEmpty {
                html(.p, text: "Nothing runs or waits.")
            } else {
                LeaseTable(
                    requests: content.open, now: now, mayRevoke: true, isOfOne: true,
                    all: max(content.open.count, content.openCount)
                ).write(to: &html)
            }
            guard !content.ended.isEmpty else { return }
            html(.h3, .class("below"), text: "Over, the newest")
            LeaseTable(requests: content.ended, now: now, isOfOne: true).write(to: &html)
        }
    }
}
