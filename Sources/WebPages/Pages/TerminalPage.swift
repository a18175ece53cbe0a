package import FleetModel
package import WireModel

/// The page `terminal` of a request: the terminal of its work, to look at and to type on. The script draws it; without one the page says what to do.
package struct TerminalPage: Sendable {
    let viewer: Viewer
    let now: Timestamp
    let request: RequestView
    let why: [String]

    /// - Parameters:
    ///   - now: on the wall clock.
    ///   - why: why it waits.
    package init(viewer: Viewer, now: Timestamp, request: RequestView, why: [String]) {
        self.viewer = viewer
        self.now = now
        self.request = request
        self.why = why
    }

    /// Others may look on.
    private var mayType: Bool { request.user == viewer.name && !request.isOver }
    private var id: String { "\(request.id)" }

    package func html() -> HTML {
        let place: Place? = request.user == viewer.name ? .work : nil
        var layout = Layout(
            title: "\(request.look.words): terminal of \(request.title)", place: place, viewer: viewer, isLive: true)
        layout.isTerminal = true
        return layout.page { html in
            html(
                .section, .id("terminal"), .class("terminal"), .label("Terminal"),
                .data(.terminal, Link.path("v1", "leases", id).text), .data(.types, mayType ? "1" : "")
            ) { html in
                html(.div, .id("terminal-head"), .class("t-head")) { html in
                    html(.div, .id("terminal-facts"), .class("t-facts"), .data(.live, "")) { facts(&$0) }
                    html(.div, .id("terminal-acts"), .class("t-acts"), .data(.live, "")) { acts(&$0) }
                }
                line(&html)
                without(&html)
            }
        }
    }

    private func facts(_ html: inout HTML) {
        html(.h1) { html in
            html.text("Terminal: ")
            html(.a, .href(.path("work", id))) { $0(.bdi, text: request.title) }
            html.text(" ")
            html.pill(request.look)
        }
        if request.user != viewer.name {
            html(.p) { html in
                html.text("of ")
                html(.bdi, text: request.user)
                html.text(": you look on and can’t type")
            }
        }
        if let lease = request.lease {
            html(.p) { html in
                html.text("\(request.devicesText) on ")
                html(.bdi, text: lease.node)
            }
            if request.isActive {
                html(.p) { html in
                    html.text("until ")
                    html.moment(Moment(lease.endsAt), now: now)
                    html.text(" (")
                    html.timeLeft(Moment(lease.endsAt), now: now)
                    html.text(")")
                }
                warning(lease, &html)
            }
        }
        if request.lease == nil || request.isOver { html(.p) { $0.sentences(request.words) } }
        if request.state == "waiting", !why.isEmpty {
            html(.div, .class("t-why")) { html in
                for sentence in why { html(.p) { $0.sentences(sentence) } }
                html(.p, text: "The terminal opens here as soon as it runs; this page may stay open meanwhile.")
            }
        }
    }

    private func warning(_ lease: LeaseView, _ html: inout HTML) {
        if let reclaim = lease.reclaim {
            html(.p, .class("stale")) { html in
                html.text("Taken back for request \(reclaim.forRequest): it is asked to end at ")
                html.moment(Moment(reclaim.endsAt), now: now)
            }
        }
        if lease.contact == "lost" { html(.p, .class("stale"), text: "The node is out of contact.") }
        guard let idle = lease.idle else { return }
        html(.p, idle.since == nil ? nil : .class("stale")) { html in
            html.text(idle.words)
            if let releaseAt = Moment(idle.releaseAt) {
                html.text(" It will be returned at ")
                html.moment(releaseAt, now: now)
                html.text(" unless it is used or kept.")
            }
        }
    }

    private func acts(_ html: inout HTML) {
        if request.isActive {
            html(
                .form, .method("post"), .action(.path("work", id, "extend")), .data(.done, "The lease was extended.")
            ) { html in
                html(.label, .class("unseen"), .for("time"), text: "More time")
                html(.select, .id("time"), .name("time")) { html in
                    for (value, name) in RequestPage.extensions {
                        html(.option, .value(value), value == "1h" ? .selected : nil, text: name)
                    }
                }
                html(.button, .type("submit"), text: "Extend")
            }
            if request.gpus > 0 {
                html(
                    .form, .method("post"), .action(.path("work", id, "keep")),
                    .data(.done, "You keep this lease: it does not count as idle for now.")
                ) { html in
                    html(.button, .type("submit"), text: "Keep")
                }
            }
        }
        guard request.isActive || request.state == "waiting" else {
            return html(.a, .class("button"), .href(.path("work", id)), text: "How it ended")
        }
        html(.details) { html in
            html(.summary, text: request.isActive ? "Return…" : "Cancel…")
            html(.div) { html in
                html(
                    .p,
                    text: request.isActive
                        ? "The terminal and all that runs on it is asked to end now, and the GPUs go to whoever is next. Files stay."
                        : "It leaves the line. Nothing has run yet.")
                html(
                    .form, .method("post"), .action(.path("work", id, "return")),
                    .data(.done, request.isActive ? "It was given back." : "The request was cancelled.")
                ) { html in
                    html(.button, .type("submit"), .class("danger"), text: request.isActive ? "Return now" : "Cancel it")
                }
            }
        }
    }

    /// How the connection is, what the program calls itself, and what the script has switches for.
    private func line(_ html: inout HTML) {
        html(.div, .class("t-line")) { html in
            html(.p, .id("terminal-state"), .role("status"), text: "")
            html(.bdi, .id("terminal-title"), text: "")
            if !request.isOver {
                html(.p, .id("tell"), .hidden) { html in
                    html(.button, .class("plain"), .type("button"), text: "Tell me when it starts or ends")
                    html.markup(" <small></small>")
                }
                html(.p, .id("terminal-switch"), .hidden) { html in
                    html(.span, .class("t-hint"), text: "Shift+Esc leaves the terminal")
                    html(.input, .id("terminal-reading"), .type("checkbox"))
                    html(.label, .for("terminal-reading"), text: "Read aloud (screen reader)")
                }
            }
        }
    }

    private func without(_ html: inout HTML) {
        html(.div, .id("terminal-without"), .class("t-without")) { html in
            html(
                .p,
                text: "In a browser the terminal needs JavaScript, which is off. On the machine, this opens the same one:")
            html(.p) { $0(.code, text: "carrel attach \(id)") }
        }
    }
}
