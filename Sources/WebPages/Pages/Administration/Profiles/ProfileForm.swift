package import WireModel

/// A profile as it is typed.
package struct ProfileForm: Sendable {
    package enum Field: String, CaseIterable, Sendable { case name, gpus, time, cpus, memory, teams, note }

    package static let roles: [(value: StaticString, name: String)] = [
        ("member", "members"), ("operator", "operators"), ("administrator", "administrators"),
    ]

    package var name = ""
    package var gpus = "1"
    package var time = ""
    package var cpus = ""
    package var memory = ""
    /// Those that may use it; none, and no team: everybody may.
    package var roles: Set<String> = []
    /// Names with commas between them.
    package var teams = ""
    package var note = ""
    /// Tells what the form was made from.
    package var version = ""
    /// What can't be taken of what was typed, beside its field.
    package var mistakes: [Field: String] = [:]

    package init() {}

    /// As it is in force.
    package init(_ profile: ProfileView) {
        name = profile.name ?? ""
        gpus = profile.gpus
        time = profile.time ?? ""
        cpus = profile.cpus ?? ""
        memory = profile.memory ?? ""
        roles = Set(profile.roles ?? [])
        teams = (profile.teams ?? []).joined(separator: ", ")
        note = profile.note ?? ""
    }

    func write(isNew: Bool, to html: inout HTML) {
        html(.div, .class("row", "even")) { html in
            if isNew {
                html.field(
                    "name", "Name", value: name, hint: "Small letters, digits and hyphens, such as large-2.", most: 32,
                    error: mistakes[.name], .required, .noSpelling, .noCapitals)
            }
            html.field(
                "note", "In words", value: note, hint: "For those who choose, such as: for notebooks and small models.",
                most: 200, error: mistakes[.note])
        }
        html(.div, .class("row", "even")) { html in
            html.field(
                "gpus", "GPUs", value: gpus, hint: "1, a100:2, 24GB..:1, or 0 for none.", most: 60, error: mistakes[.gpus],
                .required, .noSpelling, .noCapitals)
            html.field(
                "time", "Time", value: time, hint: "Such as 4h; empty: as the policy says.", most: 40,
                error: mistakes[.time], .noSpelling)
            html.field(
                "cpus", "Processor cores", value: cpus, hint: "Empty: the GPUs' share of the machine.", most: 20,
                error: mistakes[.cpus], .noSpelling)
            html.field(
                "memory", "Memory", value: memory, hint: "Such as 16GB; empty: the GPUs' share.", most: 20,
                error: mistakes[.memory], .noSpelling)
        }
        html(.fieldset, .class("checks")) { html in
            html(.legend, text: "Who may use it")
            for role in Self.roles {
                let id = "role-\(role.value)"
                html(.label, .class("beside"), .for(id)) { html in
                    html(
                        .input, .id(id), .name(role.value), .type("checkbox"), .value("yes"),
                        roles.contains(role.value.description) ? .checked : nil)
                    html.text(" " + role.name)
                }
            }
            html(.small, text: "With none of them and no team, everybody may.")
        }
        html.field(
            "teams", "And these teams", value: teams, hint: "Names with commas between them.", most: 4_000,
            error: mistakes[.teams], .noSpelling, .noCapitals)
    }
}
