package import FleetModel
package import WireModel

/// `/account`: one's own browsers, tokens and password.
package struct AccountPage: Sendable {
    /// What somebody has just done here.
    package enum Done: String, Sendable {
        case tokenRevoked, sessionEnded, othersEnded, passwordSet, nameSet, disconnected

        var words: String {
            switch self {
            case .tokenRevoked: "The token opens nothing any more."
            case .sessionEnded: "That browser is signed out."
            case .othersEnded: "Your other browsers are signed out."
            case .passwordSet: "The password is set. Your other browsers are signed out."
            case .nameSet: "Your name is shown as you wrote it."
            case .disconnected: "That sign-in service signs nobody in as you any more. Where you are signed in, you stay."
            }
        }
    }

    package struct Content: Sendable {
        package var who: WhoView
        package var hasAccount = false
        package var hasPassword = false
        package var sessions: [BrowserSessionView] = []
        package var tokens: [TokenView] = []
        /// Just made: its text is shown this once.
        package var made: TokenView?
        package var problem: Problem?
        package var done: Done?
        /// Nothing that makes a new way in is offered by a token's door.
        package var isInPerson = true
        /// A provider outside by which one can sign in too; nil: there is none.
        package var outside: String?
        package var identities: [IdentityView] = []

        package init(who: WhoView) { self.who = who }
    }

    let viewer: Viewer
    let now: Timestamp
    let content: Content

    /// - Parameter now: on the wall clock.
    package init(viewer: Viewer, now: Timestamp, content: Content) {
        self.viewer = viewer
        self.now = now
        self.content = content
    }

    package func html() -> HTML {
        Layout(title: "My account", place: nil, viewer: viewer, isAccount: true).page { html in
            html.lead("My account") { html in
                html(.strong) { $0(.bdi, text: content.who.user) }
                html.text(", \(content.who.role)")
                if let team = content.who.team {
                    html.text(", team ")
                    html(.bdi, text: team)
                }
            }
            if let problem = content.problem { html.notice(problem) }
            if let done = content.done { html.notice(done.words) }
            if let made = content.made, let text = made.token {
                html.once(
                    "Your new token “\(made.name)”", text,
                    "Copy it now: it is shown this once and kept nowhere in clear. Whoever has it acts as you.")
            }
            if let refusal = content.who.workRefusal { html(.p, .class("notice", "warn")) { $0.sentences(refusal) } }
            browsers(&html)
            tokens(&html)
            if content.isInPerson {
                if content.hasAccount { name(&html) }
                password(&html)
                if content.outside != nil || !content.identities.isEmpty { connection(&html) }
            }
        }
    }

    private func browsers(_ html: inout HTML) {
        html.card("browsers", "Where you are signed in") { html in
            if content.sessions.isEmpty {
                html(.p, .class("none"), text: "In no browser.")
            } else {
                html(.table, .class("cards", "browsers")) { html in
                    html(.thead) { html in
                        html(.tr) { html in
                            for name in ["Browser", "From", "Last seen", "Signed in", "Ends"] { html.column(name) }
                            html(.th, .scope("col")) { $0(.span, .class("unseen"), text: "Act") }
                        }
                    }
                    html(.tbody) { html in
                        for session in content.sessions { row(session, &html) }
                    }
                }
            }
            html(.div, .class("actions")) { html in
                if content.sessions.contains(where: { !$0.current }), viewer.canSignOut {
                    html.button("Sign out all others", to: Link("/account/sessions/others"))
                }
                if !content.sessions.isEmpty {
                    html.button("Sign out everywhere", to: Link("/account/sessions/all"), tone: "danger")
                }
            }
        }
    }

    private func row(_ session: BrowserSessionView, _ html: inout HTML) {
        html(.tr, session.current ? .class("me") : nil) { html in
            html(.th, .scope("row")) { html in
                html(.span, .class("name"), .title(session.agent), text: session.browser)
                if session.current { html(.small, text: "this one") }
            }
            html(.td, .data(.label, "From")) { $0(.span, .class("name"), text: session.address) }
            html(.td, .data(.label, "Last seen")) { $0.ago(Moment(session.lastSeenAt), now: now) }
            html(.td, .data(.label, "Signed in")) { $0.moment(Moment(session.createdAt), now: now) }
            html(.td, .data(.label, "Ends")) { $0.moment(Moment(session.expiresAt), now: now) }
            html(.td, .class("full")) { html in
                guard !session.current else { return }
                html(.form, .method("post"), .action(.path("account", "sessions", "\(session.id)", "end"))) { html in
                    html(.button, .type("submit"), .class("small")) { html in
                        html.text("Sign out")
                        html(.span, .class("unseen"), text: " \(session.browser) at \(session.address)")
                    }
                }
            }
        }
    }

    private func connection(_ html: inout HTML) {
        let service = content.outside ?? "a sign-in service"
        html.card("outside-title", "Sign in with \(service)") { html in
            if content.identities.isEmpty {
                html(.p, text: "Whoever \(service) says that you are signs in as this account, once it is connected.")
            } else {
                html(
                    .p,
                    text:
                        "Whoever such a service says is you signs in as this account. Disconnecting leaves open what is open."
                )
                IdentityList(identities: content.identities, action: Link("/account/disconnect"), now: now).write(to: &html)
            }
            guard content.outside != nil else { return }
            html(.div, .class("actions")) { html in
                html.button("Connect this account", to: Link("/sign-in/openid/connect"))
            }
        }
    }

    private func name(_ html: inout HTML) {
        html.card("name-title", "Your name") { html in
            html(.form, .method("post"), .action(Link("/account/name"))) { html in
                html.field(
                    "displayName", "What is shown beside “\(content.who.user)”", value: content.who.displayName ?? "",
                    most: 100, .autocomplete("name"))
                html(.button, .type("submit"), text: "Set the name")
            }
        }
    }

    private func password(_ html: inout HTML) {
        html.card("password-title", content.hasPassword ? "Change the password" : "Set a password") { html in
            html(.form, .method("post"), .action(Link("/account/password"))) { html in
                html(
                    .input, .type("hidden"), .name("username"), .autocomplete("username"), .value(content.who.user))
                html(.div, .class("row")) { html in
                    if content.hasPassword {
                        html.field(
                            "current", "Password until now", type: "password", most: 1_000,
                            .autocomplete("current-password"),
                            .required)
                    }
                    html.field(
                        "password", "New password", hint: "At least 10 characters.", type: "password", most: 1_000,
                        .autocomplete("new-password"), .minlength(10), .required)
                }
                html(.button, .type("submit"), text: "Set the password")
            }
        }
    }
}
