package import WireModel

/// `/admin/teams`: who shares which guarantee.
package struct TeamsPage: Sendable {
    let viewer: Viewer
    let teams: [TeamView]
    /// How many devices there are.
    let devices: Int
    let form: TeamForm
    let problem: Problem?

    package init(viewer: Viewer, teams: [TeamView], devices: Int, form: TeamForm = TeamForm(), problem: Problem? = nil) {
        self.viewer = viewer
        self.teams = teams
        self.devices = devices
        self.form = form
        self.problem = problem
    }

    package func html() -> HTML {
        AdministrationLayout(title: "Teams", part: .teams, viewer: viewer, problem: problem).page { html in
            let guaranteed = teams.map(\.guarantee).reduce(0, +)
            html(.dl, .class("figures")) { html in
                html.figure("Teams", "\(teams.count)")
                html.figure(
                    "Guaranteed", "\(guaranteed) of \(devices)",
                    guaranteed > devices ? "more than there are" : "GPUs, of all teams together")
            }
            html.card("teams-title", "Teams and guarantees") { list(&$0) }
            if viewer.isAdministrator {
                html.card("new-title", "A new team") { html in
                    html(.form, .method("post"), .action(Link("/admin/teams"))) { html in
                        html.field("name", "Name", value: form.name, most: 100, .required, .noSpelling)
                        form.numbers(&html)
                        html(.button, .type("submit"), .class("strong"), text: "Make the team")
                    }
                }
            }
        }
    }

    private func list(_ html: inout HTML) {
        guard !teams.isEmpty else {
            return html.noTeams()
        }
        html(.table, .class("cards")) { html in
            html(.thead) { html in
                html(.tr) { html in
                    html.column("Team")
                    for name in ["Guaranteed", "At most", "Holds now"] { html.column(name, isFigures: true) }
                    html.column("Members")
                }
            }
            html(.tbody) { html in
                for team in teams {
                    html(.tr) { html in
                        html(.th, .scope("row")) { html in
                            html(.a, .href(.path("admin", "teams", team.name))) { $0(.bdi, .class("name"), text: team.name) }
                        }
                        html(.td, .class("n"), .data(.label, "Guaranteed"), text: "\(team.guarantee)")
                        html(.td, .class("n"), .data(.label, "At most"), text: team.limit.map { "\($0)" } ?? "no limit")
                        html(.td, .class("n"), .data(.label, "Holds now"), text: "\(team.holds)")
                        html(.td, .class("full"), text: Figures.counted(team.members.count, "member"))
                    }
                }
            }
        }
    }
}

/// What is typed about a team.
package struct TeamForm: Sendable {
    package var name = ""
    package var guarantee = "0"
    package var limit = ""
    package var adding = ""

    package init() {}

    func numbers(_ html: inout HTML) {
        html(.div, .class("row")) { html in
            html.field(
                "guarantee", "Guaranteed GPUs", value: guarantee, hint: "The team gets so many first.", type: "number",
                .min(0), .max(1_000_000), .required)
            html.field(
                "limit", "At most", value: limit, hint: "GPUs at once, its guarantee too; empty: no limit.", type: "number",
                .min(0), .max(1_000_000))
            html.field(
                "adding", "New members", value: adding, hint: "Account names, with blanks between them.", most: 2_000,
                .noSpelling, .noCapitals)
        }
    }
}

/// A name below `/admin/teams`: one team.
package struct TeamPage: Sendable {
    let viewer: Viewer
    let team: TeamView
    let warnings: [String]
    let problem: Problem?
    let isChanged: Bool

    /// - Parameters:
    ///   - warnings: what was done and may not be what was meant.
    ///   - isChanged: it was just changed.
    package init(
        viewer: Viewer, team: TeamView, warnings: [String] = [], problem: Problem? = nil, isChanged: Bool = false
    ) {
        self.viewer = viewer
        self.team = team
        self.warnings = warnings
        self.problem = problem
        self.isChanged = isChanged
    }

    package func html() -> HTML {
        AdministrationLayout(
            title: "Team \(team.name)", part: .teams, viewer: viewer, problem: problem,
            done: isChanged ? "The team is as it is shown below." : nil
        ).page { html in
            for warning in warnings { html(.p, .class("notice", "warn"), .role("status")) { $0.sentences(warning) } }
            html(.dl, .class("figures")) { html in
                html.figure("Guaranteed", "\(team.guarantee)")
                html.figure("At most", team.limit.map { "\($0)" } ?? "no limit")
                html.figure("Holds now", "\(team.holds)")
            }
            html.card("members-title", "Members", more: "\(team.members.count)") { members(&$0) }
            if viewer.isAdministrator { html.card("change-title", "Change the team") { change(&$0) } }
        }
    }

    private func members(_ html: inout HTML) {
        guard !team.members.isEmpty else { return html(.p, .class("none"), text: "Nobody is in it yet.") }
        html(.ul, .class("members")) { html in
            for member in team.members {
                html(.li) { html in
                    if viewer.isAdministrator {
                        html(.a, .href(.path("admin", "users", member))) { $0(.bdi, .class("name"), text: member) }
                        html(.form, .method("post"), .action(.path("admin", "teams", team.name))) { html in
                            html.hidden("removing", member)
                            html(.button, .type("submit"), .class("plain")) { html in
                                html.text("Take out")
                                html(.span, .class("unseen"), text: " \(member)")
                            }
                        }
                    } else {
                        html(.bdi, .class("name"), text: member)
                    }
                }
            }
        }
    }

    private func change(_ html: inout HTML) {
        html(.form, .method("post"), .action(.path("admin", "teams", team.name))) { html in
            var form = TeamForm()
            form.guarantee = "\(team.guarantee)"
            form.limit = team.limit.map { "\($0)" } ?? ""
            form.numbers(&html)
            html(.button, .type("submit"), .class("strong"), text: "Change the team")
        }
        html(.div, .class("actions", "below")) { html in
            html(
                .a, .class("button", "danger"), .href(.path("admin", "teams", team.name, "remove")), text: "Remove the team…"
            )
        }
    }
}
