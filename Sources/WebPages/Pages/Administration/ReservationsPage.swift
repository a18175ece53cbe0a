package import FleetModel
package import WireModel

/// `/admin/reservations`: claims on future GPUs.
package struct ReservationsPage: Sendable {
    package struct Form: Sendable {
        package var gpus = "1"
        package var owner = ""
        package var isTeam = false
        package var name = ""
        package var day = ""
        package var clock = ""
        package var time = "2h"

        package init() {}
    }

    let viewer: Viewer
    let now: Timestamp
    let reservations: [ReservationView]
    let who: String
    let form: Form
    let problem: Problem?
    let isMade: Bool

    /// - Parameters:
    ///   - who: who may reserve, by the policy: `off`, `admins` or `everyone`.
    ///   - isMade: one was just made.
    package init(
        viewer: Viewer, now: Timestamp, reservations: [ReservationView], who: String, form: Form, problem: Problem?,
        isMade: Bool
    ) {
        self.viewer = viewer
        self.now = now
        self.reservations = reservations
        self.who = who
        self.form = form
        self.problem = problem
        self.isMade = isMade
    }

    package func html() -> HTML {
        AdministrationLayout(
            title: "Reservations", part: .reservations, viewer: viewer, isLive: true, problem: problem,
            done: isMade && !reservations.isEmpty ? "The reservation was made; it is in the list." : nil
        ).page { html in
            html(.section, .id("list"), .class("card"), .data(.live, ""), .aria(.labelledby, "list-title")) { html in
                html(.header) { $0(.h2, .id("list-title"), text: "What is reserved") }
                list(&html)
            }
            html.card("new-title", "Reserve GPUs") { html in
                if who == "off" || who == "admins" && !viewer.isAdministrator {
                    html(
                        .p, .class("none"),
                        text: who == "off"
                            ? "The policy allows no reservations." : "The policy lets only administrators reserve.")
                } else {
                    make(&html)
                }
            }
        }
    }

    private func list(_ html: inout HTML) {
        guard !reservations.isEmpty else { return html(.p, .class("none"), text: "Nothing is reserved.") }
        html(.table, .class("cards")) { html in
            html(.thead) { html in
                html(.tr) { html in
                    for name in ["What for", "For whom", "State", "GPUs", "From", "Until"] { html.column(name) }
                    html(.th, .scope("col")) { $0(.span, .class("unseen"), text: "Act") }
                }
            }
            html(.tbody) { html in
                for one in reservations { row(one, &html) }
            }
        }
    }

    private func row(_ one: ReservationView, _ html: inout HTML) {
        html(.tr) { html in
            html(.th, .scope("row")) { html in
                html(.bdi, .class("name"), text: one.name)
                html(.small) { html in
                    html.text("number \(one.id), by ")
                    html(.bdi, .class("name"), text: one.by)
                }
            }
            html(.td, .data(.label, "For whom")) { html in
                if one.team != nil { html.text("team ") }
                html(.bdi, .class("name"), text: one.team ?? one.user ?? "–")
            }
            html(.td) { $0.pill(Self.look(one.state)) }
            html(.td, .data(.label, "GPUs")) { html in
                html.text("\(one.gpus)")
                if let node = one.node { html(.small) { $0(.bdi, text: "on \(node)") } }
            }
            html(.td, .data(.label, "From")) { $0.moment(Moment(one.startsAt), now: now) }
            html(.td, .data(.label, "Until")) { $0.moment(Moment(one.endsAt), now: now) }
            html(.td, .class("full")) { html in
                if let trouble = one.trouble { html(.small, .class("stale")) { $0.sentences(trouble) } }
                guard viewer.isAdministrator || one.user == viewer.name || one.by == viewer.name else { return }
                html(.a, .href(.path("admin", "reservations", "\(one.id)", "cancel"))) { html in
                    html.text("Cancel…")
                    html(.span, .class("unseen"), text: " reservation \(one.id)")
                }
            }
        }
    }

    private static func look(_ state: String) -> (tone: StaticString, words: String) {
        switch state {
        case "running": ("held", "Runs")
        case "late": ("late", "Late")
        case "unplaced": ("broken", "No place")
        default: ("off", "To come")
        }
    }

    private func make(_ html: inout HTML) {
        html(.form, .method("post"), .action(Link("/admin/reservations"))) { html in
            html(.div, .class("row")) { html in
                html.field("gpus", "GPUs", value: form.gpus, hint: "Such as 2 or a100:2.", most: 100, .required, .noSpelling)
                html.field("owner", "For whom", value: form.owner, hint: "Empty: for yourself.", .noSpelling, .noCapitals)
                html.choice(
                    "kind", "That is", [("user", "a person"), ("team", "a team")], chosen: form.isTeam ? "team" : "user")
                html.field("name", "What for", value: form.name, placeholder: "class on Friday", most: 100)
            }
            html(.div, .class("row")) { html in
                html.field(
                    "day", "From the day", value: form.day, hint: "Empty, with no time of day: from now.", type: "date")
                html.field("clock", "At (UTC)", value: form.clock, type: "time")
                html.field("time", "For how long", value: form.time, hint: "Such as 2h or 1d.", most: 40, .required)
            }
            html(.button, .type("submit"), .class("strong"), text: "Reserve")
        }
    }
}
