package import WireModel

/// `/admin/profiles`: sizes with names, for people to choose.
package struct ProfilesPage: Sendable {
    let viewer: Viewer
    let profiles: [ProfileView]
    /// Names of teams that there are.
    let teams: Set<String>
    let form: ProfileForm
    let problem: Problem?
    /// The one that was just set or removed.
    let changed: String?

    package init(
        viewer: Viewer, profiles: [ProfileView], teams: Set<String>, form: ProfileForm = ProfileForm(),
        problem: Problem? = nil, changed: String? = nil
    ) {
        self.viewer = viewer
        self.profiles = profiles
        self.teams = teams
        self.form = form
        self.problem = problem
        self.changed = changed
    }

    package func html() -> HTML {
        let isThere = profiles.contains { $0.name == changed }
        return AdministrationLayout(
            title: "Profiles", part: .profiles, viewer: viewer, problem: problem,
            done: changed.map {
                isThere ? "The profile \($0) is as it is shown below." : "There is no profile \($0) any more."
            }
        ).page { html in
            html(.p, .class("soft")) {
                $0.sentences(
                    "A profile fills what a request leaves open: under Get a GPU, and with `carrel run --profile NAME`. What is said "
                        + "beside it counts before it, and limits hold all the same. One that no node of this pool could ever give is "
                        + "marked: who asks by it is refused unless they ask for less beside it.")
            }
            html.card("profiles-title", "Profiles") { list(&$0) }
            guard viewer.isAdministrator else { return }
            html.card("new-title", "A new profile") { html in
                html(.form, .method("post"), .action(Link("/admin/profiles"))) { html in
                    form.write(isNew: true, to: &html)
                    html(.button, .type("submit"), .class("strong"), text: "Make the profile")
                }
            }
        }
    }

    private func list(_ html: inout HTML) {
        guard !profiles.isEmpty else {
            return html(.p, .class("none"), text: "There are none yet: whoever asks for a GPU says all of it.")
        }
        html(.table, .class("cards")) { html in
            html(.thead) { html in
                html(.tr) { html in
                    for name in ["Profile", "GPUs", "Time", "Cores", "Memory", "Who may use it"] { html.column(name) }
                }
            }
            html(.tbody) { html in
                for profile in profiles { row(profile, &html) }
            }
        }
    }

    private func row(_ profile: ProfileView, _ html: inout HTML) {
        let name = profile.name ?? ""
        html(.tr) { html in
            html(.th, .scope("row")) { html in
                if viewer.isAdministrator {
                    html(.a, .href(.path("admin", "profiles", name)), text: name)
                } else {
                    html.text(name)
                }
                if let note = profile.note { html(.small) { $0(.bdi, text: note) } }
            }
            html(.td, .data(.label, "GPUs")) { html in
                html.text(profile.gpus)
                if profile.neverFits == true { html(.small, .class("stale"), text: " not in this pool") }
            }
            html(.td, .data(.label, "Time"), text: profile.time ?? "as usual")
            html(.td, .data(.label, "Cores"), text: profile.cpus ?? "share")
            html(.td, .data(.label, "Memory"), text: profile.memory ?? "share")
            html(.td, .class("full")) { html in
                html(.bdi, text: profile.audience)
                let gone = (profile.teams ?? []).filter { !teams.contains($0) }
                if !gone.isEmpty {
                    html(.small, .class("stale")) {
                        $0(.bdi, text: "There is no team \(gone.joined(separator: ", ")) any more.")
                    }
                }
            }
        }
    }
}

/// A name below `/admin/profiles`: one profile.
package struct ProfilePage: Sendable {
    let viewer: Viewer
    let name: String
    let form: ProfileForm
    let problem: Problem?

    package init(viewer: Viewer, name: String, form: ProfileForm, problem: Problem? = nil) {
        self.viewer = viewer
        self.name = name
        self.form = form
        self.problem = problem
    }

    package func html() -> HTML {
        AdministrationLayout(title: "Profile \(name)", part: .profiles, viewer: viewer, problem: problem).page { html in
            html(.p, .class("soft"), text: "What was asked for by it stays as it is.")
            html.card("change-title", "Change the profile") { html in
                html(.form, .method("post"), .action(.path("admin", "profiles", name))) { html in
                    html.hidden("version", form.version)
                    form.write(isNew: false, to: &html)
                    html(.button, .type("submit"), .class("strong"), text: "Change the profile")
                }
                html(.div, .class("actions", "below")) { html in
                    html(
                        .a, .class("button", "danger"), .href(.path("admin", "profiles", name, "remove")),
                        text: "Remove the profile…")
                }
            }
        }
    }
}

extension ProfileView {
    /// `everybody`, `members, team vision`.
    package var audience: String {
        let all = (roles ?? []).map { $0 + "s" } + (teams ?? []).map { "team " + $0 }
        return all.isEmpty ? "everybody" : all.joined(separator: ", ")
    }
}
