package import WireModel

/// `/admin/limits`: what people and teams may use at most, and what they use of it.
package struct LimitsPage: Sendable {
    /// A person who has limits of their own, or holds something now.
    package struct Person: Sendable {
        let use: LimitUseView
        let hasOwn: Bool

        package init(use: LimitUseView, hasOwn: Bool) {
            self.use = use
            self.hasOwn = hasOwn
        }
    }

    package struct TeamUse: Sendable {
        let name: String
        /// nil: there is no such team.
        let team: TeamView?
        let limits: LimitView?
        /// nil: nothing limits it, and it is not counted.
        let hours: Double?

        package init(name: String, team: TeamView?, limits: LimitView?, hours: Double?) {
            self.name = name
            self.team = team
            self.limits = limits
            self.hours = hours
        }
    }

    package struct Content: Sendable {
        package var everybody: LimitView?
        package var people: [Person] = []
        /// How many more there are than are shown.
        package var morePeople = 0
        package var teams: [TeamUse] = []
        package var form = LimitForm()
        package var problem: Problem?
        /// Of whom they were just set or removed; nil: nothing was.
        package var changed: String?

        package init() {}
    }

    let viewer: Viewer
    let content: Content

    package init(viewer: Viewer, content: Content) {
        self.viewer = viewer
        self.content = content
    }

    package func html() -> HTML {
        AdministrationLayout(
            title: "Limits", part: .limits, viewer: viewer, problem: content.problem,
            done: content.changed.map { "The limits of \($0) are as they are shown below." }
        ).page { html in
            html(
                .p, .class("soft"),
                text:
                    "A person stays within their own limits, or everybody's where they have none, and within those of their team. What "
                    + "runs keeps the end that it was promised, whatever is set here.")
            html.card("everybody-title", "Everybody", more: "Each person without limits of their own") { everybody(&$0) }
            html.card("people-title", "People", more: "With limits of their own, or with GPUs now") { people(&$0) }
            html.card("teams-title", "Teams", more: "All of a team together") { teams(&$0) }
            html.card("new-title", "Limits for somebody") { form(&$0) }
        }
    }

    private func everybody(_ html: inout HTML) {
        let limits = content.everybody
        html(.dl, .class("facts")) { html in
            html.fact("GPUs at once", text: limits?.gpusAtOnce.map { "\($0)" } ?? "no limit")
            html.fact("GPU-hours in seven days", text: limits?.gpuHoursAWeek.map { "\($0)" } ?? "no limit")
            html.fact(
                "The longest lease",
                text: limits?.longestLeaseSeconds.map { TimeSpanText.spoken(seconds: $0) } ?? "what the policy says")
        }
        html(.p, .class("buttons")) { $0(.a, .class("button"), .href(LimitOwnerName.everybody.link), text: "Change…") }
    }

    private func people(_ html: inout HTML) {
        guard !content.people.isEmpty else {
            return html(.p, .class("none"), text: "Nobody has limits of their own, and nobody holds a GPU.")
        }
        table("Person", &html) { html in
            for person in content.people {
                let use = person.use, name = use.user
                row(.user(name), person.hasOwn ? "limits of their own" : "everybody's limits", &html) { html in
                    LimitFigure(used: Double(use.gpusHeld), most: use.gpusAtOnce).cell("GPUs at once", &html)
                    LimitFigure(used: use.gpuHoursCounted, most: use.gpuHoursAWeek).cell("GPU-hours", &html)
                    longest(use.longestLeaseSeconds, &html)
                }
            }
        }
        if content.morePeople > 0 {
            html(.p, .class("soft"), text: "And \(Figures.grouped(Int64(content.morePeople))) more.")
        }
    }

    private func teams(_ html: inout HTML) {
        guard !content.teams.isEmpty else {
            return html(.p, .class("none"), text: "There are no teams, and no limits of any.")
        }
        table("Team", &html) { html in
            for one in content.teams {
                let words = one.team.map { "\($0.guarantee) guaranteed" } ?? "there is no such team"
                row(.team(one.name), words, &html) { html in
                    LimitFigure(used: Double(one.team?.holds ?? 0), most: one.team?.limit).cell("GPUs at once", &html)
                    LimitFigure(used: one.hours, most: one.limits?.gpuHoursAWeek).cell("GPU-hours", &html)
                    longest(one.limits?.longestLeaseSeconds, &html)
                }
            }
        }
    }

    private func table(_ first: String, _ html: inout HTML, _ rows: (inout HTML) -> Void) {
        html(.table, .class("cards")) { html in
            html(.thead) { html in
                html(.tr) { html in
                    html.column(first)
                    for name in ["GPUs at once", "GPU-hours in seven days", "Longest lease"] {
                        html.column(name, isFigures: true)
                    }
                }
            }
            html(.tbody, content: rows)
        }
    }

    private func row(_ owner: LimitOwnerName, _ words: String, _ html: inout HTML, _ cells: (inout HTML) -> Void) {
        html(.tr) { html in
            html(.th, .scope("row")) { html in
                html(.a, .href(owner.link)) { $0(.bdi, .class("name"), text: owner.name) }
                html(.small, text: words)
            }
            cells(&html)
        }
    }

    private func longest(_ seconds: Double?, _ html: inout HTML) {
        html(
            .td, .class("n"), .data(.label, "Longest lease"),
            text: seconds.map { TimeSpanText.spoken(seconds: $0) } ?? "no limit")
    }

    private func form(_ html: inout HTML) {
        let form = content.form
        html(.form, .method("post"), .action(Link("/admin/limits"))) { html in
            html(.div, .class("row")) { html in
                html.choice("kind", "Of", [("user", "a person"), ("team", "a team")], chosen: form.kind)
                html.field(
                    "name", "Name", value: form.name, hint: "Of the account, or of the team.", most: 64,
                    error: form.mistakes[.name], .required, .noSpelling, .noCapitals)
            }
            form.numbers(isTeam: false, &html)
            html(.p, .class("soft")) {
                $0.sentences(
                    "How many GPUs a team may hold at once is kept with the team, under Teams: leave that empty for one.")
            }
            html(.button, .type("submit"), .class("strong"), text: "Set these limits")
        }
    }
}

extension LimitOwnerName {
    /// As it is in the ledger.
    var name: String {
        switch self {
        case .everybody: "everybody"
        case .user(let name), .team(let name): name
        }
    }
}

/// What is used of a limit.
struct LimitFigure {
    /// nil: it is not counted.
    let used: Double?
    let most: Int?

    var words: String {
        let used = used.map { Figures.plain($0) }
        guard let most else { return used.map { "\($0), no limit" } ?? "no limit" }
        return "\(used ?? "0") of \(most)"
    }

    func cell(_ label: String, _ html: inout HTML) {
        html(.td, .class("n"), .data(.label, label)) { html in
            html.text(words)
            if let most, most > 0 {
                html.bar(percent: (used ?? 0) / Double(most) * 100, isLate: (used ?? 0) >= Double(most))
            }
        }
    }
}
