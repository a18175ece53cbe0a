/// How one may sign in here, beside a link.
package struct SignInWays: Sendable {
    /// One that leads elsewhere, such as to an organisation's own sign-in.
    package struct Other: Sendable {
        let name: String
        let link: Link

        /// - Parameters:
        ///   - name: what its button says after “Sign in with”.
        ///   - link: begins it; asked for with POST, with `next` as the page to go to afterwards.
        package init(name: String, link: Link) {
            self.name = name
            self.link = link
        }
    }

    /// Whether a name and a password sign in.
    package var hasPassword: Bool
    /// Whose password it is, such as “of this machine”; nil: the one that was set here.
    package var passwordOf: String?
    package var others: [Other]

    package init(hasPassword: Bool = true, passwordOf: String? = nil, others: [Other] = []) {
        self.hasPassword = hasPassword
        self.passwordOf = passwordOf
        self.others = others
    }
}

/// `/sign-in`: where people come in. It is whole without scripts.
package struct SignInPage: Sendable {
    package enum Content: Sendable {
        /// A link: nothing happens before a person presses the button, since scanners and previews open links too.
        case link(ticket: String, user: String)
        case form
        case signedIn(user: String, hasPassword: Bool)
        /// Only words and the way back to the form.
        case words
    }

    let content: Content
    let ways: SignInWays
    let message: String?
    let isGood: Bool
    let next: String?

    /// - Parameters:
    ///   - message: what happened.
    ///   - isGood: whether that is what was asked for.
    ///   - next: where to go afterwards.
    package init(_ content: Content, ways: SignInWays = SignInWays(), message: String?, isGood: Bool = false, next: String?)
    {
        self.content = content
        self.ways = ways
        self.message = message
        self.isGood = isGood
        self.next = next
    }

    private var title: String {
        if case .signedIn = content { return "You are signed in" }
        return "Sign in"
    }

    package func html() -> HTML {
        Layout(title: title, place: nil, viewer: nil).page { html in
            html(.div, .class("narrow")) { html in
                html(.h1, text: title)
                if let message { html.notice(message, isGood: isGood) }
                switch content {
                case .link(let ticket, let user): link(ticket, user, &html)
                case .form: form(&html)
                case .signedIn(let user, let hasPassword): signedIn(user, hasPassword, &html)
                case .words: html(.p) { $0(.a, .href(Link("/sign-in")), text: "To the sign-in page") }
                }
            }
        }
    }

    private func link(_ ticket: String, _ user: String, _ html: inout HTML) {
        html(.form, .class("card"), .method("post"), .action(Link("/sign-in"))) { html in
            html(.p) { html in
                html.text("This link signs you in as ")
                html(.strong) { $0(.bdi, text: user) }
                html.text(", once.")
            }
            html.hidden("ticket", ticket)
            if let next { html.hidden("next", next) }
            html(.button, .type("submit"), .class("strong", "wide"), .autofocus, text: "Sign in as \(user)")
        }
    }

    private func form(_ html: inout HTML) {
        if ways.hasPassword {
            html(.form, .class("card"), .method("post"), .action(Link("/sign-in"))) { html in
                html.field(
                    "name", "Name", .autocomplete("username"), .noCapitals, .noSpelling, .required, .autofocus)
                html.field(
                    "password", ways.passwordOf.map { "Password \($0)" } ?? "Password", type: "password", most: 1_000,
                    .autocomplete("current-password"), .required)
                if let next { html.hidden("next", next) }
                html(.button, .type("submit"), .class("strong", "wide"), text: "Sign in")
            }
        }
        for other in ways.others {
            html(.form, .method("post"), .action(other.link)) { html in
                if let next { html.hidden("next", next) }
                html(.p) { $0(.button, .type("submit"), .class("wide"), text: "Sign in with \(other.name)") }
            }
        }
        html(.p, .class("soft")) { html in
            html.sentences(
                "No password? On the server's machine, `carrel user link` prints a link that signs you in. Otherwise an administrator "
                    + "makes one for you.")
        }
        html(.p) { $0(.a, .href(Link("/help")), text: "What is Carrel?") }
    }

    private func signedIn(_ user: String, _ hasPassword: Bool, _ html: inout HTML) {
        html(.div, .class("card")) { html in
            html(.p) { html in
                html.text("As ")
                html(.strong) { $0(.bdi, text: user) }
                html.text(hasPassword ? "." : ". You have no password yet.")
            }
            html(.p) { html in
                html(.a, .class("button", "strong"), .href(Link("/")), text: "GPUs now")
                html.text(" ")
                html(.a, .class("button"), .href(Link("/account")), text: "My account")
            }
            html.button("Sign out", to: Link("/sign-out"))
        }
    }
}
