package import FleetModel
package import WireModel

/// Below `/admin/limits`: the limits of one person, one team or everybody, to be set and to be removed.
package struct LimitPage: Sendable {
    /// What is held and counts now, beside the limits that are in force; nil: no limit, and hours are not counted.
    package struct Use: Sendable {
        let held: Int
        let atOnce: Int?
        let hours: Double?
        let hoursAWeek: Int?
        let free: [FreeingView]?

        package init(held: Int, atOnce: Int?, hours: Double?, hoursAWeek: Int?, free: [FreeingView]?) {
            self.held = held
            self.atOnce = atOnce
            self.hours = hours
            self.hoursAWeek = hoursAWeek
            self.free = free
        }
    }

    package struct Content: Sendable {
        let owner: LimitOwnerName
        /// nil: it is everybody.
        package var use: Use?
        /// Whether there is something to remove.
        package var hasOwn = false
        /// nil: there is no such team, or it is none.
        package var team: TeamView?
        package var form = LimitForm()
        package var problem: Problem?
        package var warnings: [String] = []
        package var isChanged = false

        package init(owner: LimitOwnerName) { self.owner = owner }
    }

    let viewer: Viewer
    let now: Timestamp
    let content: Content

    package init(viewer: Viewer, now: Timestamp, content: Content) {
        self.viewer = viewer
        self.now = now
        self.content = content
    }

    private var isTeam: Bool {
        if case .team = content.owner { return true }
        return false
    }

    package func html() -> HTML {
        AdministrationLayout(
            title: "Limits of \(content.owner.title)", heading: content.owner.title, part: .limits, viewer: viewer,
            problem: content.problem, done: content.isChanged ? "The limits are as they are shown below." : nil
        ).page { html in
            for warning in content.warnings { html(.p, .class("notice", "warn"), .role("status")) { $0.sentences(warning) } }
            html(.p, .class("soft"), text: words)
            figures(&html)
            if let free = content.use?.free { freeing(free, &html) }
            html.card("change-title", "Change the limits") { change(&$0) }
        }
    }

    private var words: String {
        switch content.owner {
        case .everybody: "These hold for each person who has no limits of their own."
        case .user:
            content.hasOwn
                ? "These take the place of everybody's limits, all three of them."
                : "There are none of their own: everybody's hold. What is set here takes the place of all three."
        case .team: "These hold for all of the team together; each of its people stays within their own as well."
        }
    }

    private func figures(_ html: inout HTML) {
        guard let use = content.use else { return }
        html(.dl, .class("figures")) { html in
            html.figure("GPUs now", LimitFigure(used: Double(use.held), most: use.atOnce).words)
            html.figure("GPU-hours in seven days", LimitFigure(used: use.hours, most: use.hoursAWeek).words)
        }
    }

    private func freeing(_ free: [FreeingView], _ html: inout HTML) {
        html.card("free-title", "When GPU-hours come free", more: "If leases end as they say and nothing else begins") {
            html in
            guard !free.isEmpty else { return html(.p, .class("none"), text: "None do in the next eight days.") }
            html(.ul, .class("plain")) { html in
                for one in free {
                    html(.li) { html in
                        html.text("\(Figures.plain(one.gpuHours)) by ")
                        html.moment(Moment(one.by), now: now)
                    }
                }
            }
        }
    }

    private func change(_ html: inout HTML) {
        html(.form, .method("post"), .action(content.owner.link)) { html in
            html.hidden("version", content.form.version)
            content.form.numbers(isTeam: isTeam, &html)
            html(.button, .type("submit"), .class("strong"), text: "Set these limits")
        }
        html(.div, .class("actions", "below")) { html in
            if case .team(let name) = content.owner, content.team != nil {
                html(.a, .class("button"), .href(.path("admin", "teams", name)), text: "Guarantee and GPUs at once…")
            }
            if content.hasOwn {
                html(.a, .class("button", "danger"), .href(content.owner.removal), text: "Remove the limits…")
            }
        }
    }
}
